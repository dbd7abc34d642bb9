"""One sale: up to some hundred purchases of one draw, in the caller's transaction.

Locks the buyers' wallets in the ledger's order, then the draw's row, then pot and house
(in the ledger's posting), so two sales never wait for each other in a ring. What a buyer
has and had is read after the lock of the wallet: nobody else can change it any more.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import text
from sqlmodel import Session

from luckychit.core import clock, driver
from luckychit.core.errors import LuckyChitError
from luckychit.core.money import Money
from luckychit.domain.fairness.rules import prize_minor
from luckychit.domain.tickets import errors
from luckychit.domain.tickets.operations import blocks
from luckychit.domain.tickets.operations.looking import looked_up
from luckychit.domain.tickets.operations.sealing import Batch, Lines, sealed
from luckychit.domain.tickets.rules import (
    MOST_PER_ORDER,
    Accepted,
    Purchase,
    Terms,
    Verdict,
    repeated,
    tickets_note,
    verdicts,
)
from luckychit.domain.tickets.views import Order, Sold
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as wallet
from luckychit.domain.wallet.statements import numbers, texts

TICKET_PURCHASE = "ticket_purchase"

# The one place where positions come from. A lock that came in between is seen here.
_ADVANCE = text(
    "UPDATE draws SET total_entries = total_entries + :count, prize_pool_minor ="
    " (total_entries + :count)::bigint * price_minor * (10000 - fee_bps) / 10000,"
    " changed_at = greatest(changed_at + interval '1 microsecond', :now)"
    " WHERE draw_id = :draw_id AND status = 'open' AND opens_at <= :now AND locks_at > :now"
    " RETURNING total_entries,"
    " (SELECT params_hash FROM proofs WHERE proofs.draw_id = draws.proof_id) AS params_hash"
)
# Bytes of a fixed width travel as one long value each.
_INSERT_TICKETS = text(
    "INSERT INTO tickets (draw_id, position, user_id, key, quantity, held_count, client_seed,"
    " issued_ms, total_entries_at_purchase, salt, seal, leaf)"
    " SELECT :draw_id, CAST(:first AS int) + place::int - 1, user_id, nullif(key, ''), quantity,"
    " held_count, client_seed, CAST(:issued_ms AS bigint), total,"
    " substring(CAST(:salts AS bytea) FROM (place::int - 1) * 16 + 1 FOR 16),"
    " substring(CAST(:seals AS bytea) FROM (place::int - 1) * 32 + 1 FOR 32),"
    " substring(CAST(:leaves AS bytea) FROM (place::int - 1) * 32 + 1 FOR 32)"
    " FROM unnest(CAST(:user_ids AS uuid[]), CAST(:keys AS text[]), CAST(:quantities AS int[]),"
    " CAST(:held_counts AS int[]), CAST(:client_seeds AS text[]), CAST(:totals AS int[]))"
    " WITH ORDINALITY AS line (user_id, key, quantity, held_count, client_seed, total, place)"
)


def sell(session: Session, orders: Sequence[Order]) -> list[Sold | LuckyChitError]:
    """Sell tickets to each who may buy, and say of every order what became of it.

    One bad order never harms its neighbours. Only a bug or the database itself raises:
    then nothing was sold at all.

    Args:
        session: The open transaction; its answers hold once it has committed.
        orders: Of one draw, checked (``rules.check_order``), in order of arrival.
    """
    known = looked_up(session, orders)
    if known is None:
        return [errors.DrawUnknown(draw_id=orders[0].draw_id) for _ in orders]
    now = clock.now()
    decided = verdicts(
        orders,
        known.buyers,
        terms=known.terms,
        funds={owner: held.balance_minor for owner, held in known.till.wallets.items()},
        excluded=known.players.excluded,
        allowances=known.players.allowances,
        now=now,
    )
    with driver.one_trip(session):
        batch = _advanced(session, known.terms, orders, decided, now)
        if batch is not None:
            return _written(session, batch, known.till, orders, decided)
    return _answers(known.terms, orders, decided, None)


def _advanced(
    session: Session,
    terms: Terms,
    orders: Sequence[Order],
    decided: Sequence[Verdict],
    now: datetime,
) -> Batch | None:
    """Take the positions of all accepted orders; None when there are none to take."""
    accepted = [
        (order, verdict)
        for order, verdict in zip(orders, decided, strict=True)
        if isinstance(verdict, Accepted)
    ]
    if not accepted:
        return None
    count = sum(order.quantity for order, _ in accepted)
    asked = {"draw_id": terms.draw_id, "count": count, "now": now}
    moved = driver.rows_of(session, _ADVANCE, asked)
    if not moved:
        return None
    ((total_entries, params_hash),) = moved
    return Batch(
        terms=terms,
        orders=accepted,
        first=total_entries - count + 1,
        count=count,
        params_hash=bytes.fromhex(params_hash),
        issued_ms=clock.to_ms(now),
    )


def _written(
    session: Session,
    batch: Batch,
    till: wallet.Till,
    orders: Sequence[Order],
    decided: Sequence[Verdict],
) -> list[Sold | LuckyChitError]:
    """Write money and tickets, and answer; what is made here is made while they are written."""
    _charge(session, batch, till)
    lines = sealed(batch)
    _write_tickets(session, batch, lines)
    answers = _answers(batch.terms, orders, decided, batch)
    if batch.has_leaves:
        blocks.store_full(session, batch.terms.draw_id, first=batch.first, leaves=lines.leaves)
    return answers


def _write_tickets(session: Session, batch: Batch, lines: Lines) -> None:
    driver.change(
        session,
        _INSERT_TICKETS,
        {
            "draw_id": batch.terms.draw_id,
            "first": batch.first,
            "issued_ms": batch.issued_ms,
            "user_ids": texts(lines.user_ids),
            "keys": texts(lines.keys),
            "quantities": numbers(lines.quantities),
            "held_counts": numbers(lines.held_counts),
            "client_seeds": texts(lines.client_seeds),
            "totals": numbers(lines.totals),
            "salts": lines.salts,
            "seals": b"".join(lines.seals),
            "leaves": b"".join(lines.leaves) if batch.has_leaves else None,
        },
    )


def _charge(session: Session, batch: Batch, till: wallet.Till) -> None:
    """Move the money of the whole batch in one transaction of the ledger."""
    terms, sold_before = batch.terms, batch.first - 1
    charges = [
        wallet.Charge(
            accepted.owner,
            order.quantity * terms.price_minor,
            accepted.balance_minor,
            tickets_note(terms.draw_id, batch.first + accepted.offset, order.quantity),
        )
        for order, accepted in batch.orders
    ]
    before, after = (
        prize_minor(count=count, price_minor=terms.price_minor, fee_bps=terms.fee_bps)
        for count in (sold_before, sold_before + batch.count)
    )
    pot_minor = after - before
    wallet.charge(
        session,
        till,
        key=f"sale:{terms.draw_id}:{batch.first}",
        kind=TICKET_PURCHASE,
        charges=charges,
        into={
            accounts.pot(terms.draw_id): pot_minor,
            accounts.house(): batch.count * terms.price_minor - pot_minor,
        },
        now=clock.from_ms(batch.issued_ms),
        reference=terms.draw_id,
    )


@lru_cache(maxsize=4 * MOST_PER_ORDER)
def _cost(amount_minor: int, currency: str) -> Money:
    """Return the same few prices again and again; made once."""
    return Money(amount_minor, currency)


def _answers(
    terms: Terms, orders: Sequence[Order], decided: Sequence[Verdict], batch: Batch | None
) -> list[Sold | LuckyChitError]:
    answers: list[Sold | LuckyChitError] = []
    issued_at = clock.from_ms(batch.issued_ms if batch else 0)
    for order, verdict in zip(orders, decided, strict=True):
        if isinstance(verdict, LuckyChitError):
            answers.append(verdict)
        elif isinstance(verdict, Purchase):
            answers.append(_bought_before(terms, verdict))
        elif batch is None:
            answers.append(errors.DrawClosed(draw_id=order.draw_id))
        elif isinstance(verdict, Accepted):
            answers.append(_sold(batch, order, verdict, issued_at))
        else:
            answers.append(repeated(answers[verdict.place]))
    return answers


def _sold(batch: Batch, order: Order, accepted: Accepted, issued_at: datetime) -> Sold:
    terms, first = batch.terms, batch.first + accepted.offset
    return Sold(
        draw_id=terms.draw_id,
        first_position=first,
        quantity=order.quantity,
        total_entries_at_purchase=first + order.quantity - 1,
        client_seed=order.client_seed,
        issued_at=issued_at,
        cost=_cost(order.quantity * terms.price_minor, terms.currency),
        balance=Money(accepted.balance_minor, terms.currency),
        is_repeat=False,
    )


def _bought_before(terms: Terms, purchase: Purchase) -> Sold:
    return Sold(
        draw_id=terms.draw_id,
        first_position=purchase.position,
        quantity=purchase.quantity,
        total_entries_at_purchase=purchase.total_entries_at_purchase,
        client_seed=purchase.client_seed,
        issued_at=clock.from_ms(purchase.issued_ms),
        cost=Money(purchase.quantity * terms.price_minor, terms.currency),
        balance=None,
        is_repeat=True,
    )
