"""Draws that sell tickets, and players with money: one line each."""

import itertools
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select

from luckychit.core import clock
from luckychit.core.db import reading, transaction
from luckychit.core.errors import LuckyChitError
from luckychit.core.money import Money
from luckychit.domain.tickets import operations, queries, service
from luckychit.domain.tickets.combiner import sold_in_batch
from luckychit.domain.tickets.models import Ticket
from luckychit.domain.tickets.views import DrawView, Order, Sold
from luckychit.domain.users.service import Actor
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as wallet
from luckychit.domain.wallet import queries as ledger
from tests.helpers.people import a_member

DRAW_ID = "DDL-20270101"
ROOM_ID = "LOBBY-ABC234"
OPENS_AT = datetime(2027, 1, 1, 0, 0, tzinfo=UTC)
LOCKS_AT = OPENS_AT + timedelta(days=1)
NOON = OPENS_AT + timedelta(hours=12)
_keys = itertools.count(1)


def a_key() -> str:
    return f"test:{next(_keys)}"


def a_player(balance_minor: int = 1_000, *, currency: str = "USD") -> Actor:
    """A member with this much in the wallet; with 0 there is no wallet at all."""
    player = a_member()
    give(player, balance_minor, currency=currency)
    return player


def give(player: Actor, amount_minor: int, *, currency: str = "USD") -> None:
    if amount_minor:
        amount = Money(amount_minor, currency)
        with transaction() as session:
            wallet.post(
                session,
                key=a_key(),
                kind="play_credit",
                legs=[
                    (accounts.clearing("play"), -amount),
                    (accounts.wallet(player.user_id), amount),
                ],
                now=clock.now(),
            )


def an_open_draw(draw_id: str = DRAW_ID, **changed: Any) -> DrawView:
    """A daily draw of 1 January 2027 at $1.00 with 5 % fee, announced before it opens."""
    terms: dict[str, Any] = {
        "kind": "daily",
        "draw_date": date(2027, 1, 1),
        "currency": "USD",
        "price_minor": 100,
        "fee_bps": 500,
        "opens_at": OPENS_AT,
        "locks_at": LOCKS_AT,
        "most_per_person": 1000,
        "fewest_entries": 1,
        "rules_text": "One ticket, one chance.",
        "now": OPENS_AT - timedelta(seconds=1),
    }
    with transaction() as session:
        return operations.open_draw(session, draw_id=draw_id, **(terms | changed))


def an_open_room(draw_id: str = ROOM_ID, **changed: Any) -> DrawView:
    """The draw of a room: one ticket for each person, at least two to draw."""
    terms = {"kind": "room", "draw_date": None, "most_per_person": 1, "fewest_entries": 2}
    return an_open_draw(draw_id, **(terms | changed))


def an_order(
    player: Actor | UUID,
    quantity: int = 1,
    *,
    draw_id: str = DRAW_ID,
    key: str = "",
    client_seed: str = "a phrase",
) -> Order:
    user_id = player if isinstance(player, UUID) else player.user_id
    return Order(draw_id, user_id, key or a_key(), quantity, client_seed)


def bought(player: Actor, quantity: int = 1, **changed: Any) -> Sold:
    """Buy through the process's combiner."""
    return service.buy(an_order(player, quantity, **changed))


def sold(orders: Iterable[Order]) -> list[Sold | LuckyChitError]:
    """Sell in one batch, without a combiner's thread."""
    return sold_in_batch(list(orders))


def locked(draw_id: str = DRAW_ID, now: datetime = LOCKS_AT) -> DrawView:
    with transaction() as session:
        return operations.lock(session, draw_id=draw_id, now=now)


def settled(
    draw_id: str = DRAW_ID, now: datetime = LOCKS_AT + timedelta(minutes=2)
) -> DrawView | None:
    with transaction() as session:
        return operations.settle(session, draw_id=draw_id, now=now)


def voided(
    draw_id: str = DRAW_ID, reason: str = "called off", now: datetime = LOCKS_AT
) -> DrawView:
    with transaction() as session:
        return operations.void(session, draw_id=draw_id, reason=reason, now=now)


def tickets(draw_id: str = DRAW_ID) -> list[Ticket]:
    """Every ticket of a draw, by position."""
    with reading() as session:
        rows = select(Ticket).where(Ticket.draw_id == draw_id).order_by(col(Ticket.position))
        return list(session.exec(rows))


def purse(player: Actor | UUID, currency: str = "USD") -> int:
    user_id = player if isinstance(player, UUID) else player.user_id
    return ledger.balance_of(accounts.wallet(user_id), currency).amount_minor


def pot(draw_id: str = DRAW_ID, currency: str = "USD") -> int:
    return ledger.balance_of(accounts.pot(draw_id), currency).amount_minor


def house(currency: str = "USD") -> int:
    return ledger.balance_of(accounts.house(), currency).amount_minor


def notes_of(player: Actor) -> list[str]:
    """What the lines of a wallet say, oldest first."""
    with reading() as session:
        rows = session.execute(
            text(
                "SELECT e.reference FROM ledger_entries e JOIN ledger_accounts a"
                " ON a.id = e.account_id WHERE a.user_id = :user_id ORDER BY e.id"
            ),
            {"user_id": player.user_id},
        )
        return list(rows.scalars())


def assert_sound(draw_id: str = DRAW_ID) -> DrawView:
    """Positions without a gap, count, pot and ledger as they must be."""
    draw = queries.draw(draw_id)
    positions = [ticket.position for ticket in tickets(draw_id)]
    assert positions == list(range(1, draw.total_entries + 1))
    if draw.status in ("open", "locked"):
        assert pot(draw_id) == draw.prize.amount_minor
    assert ledger.audit() == []
    return draw
