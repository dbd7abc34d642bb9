"""Players and days of the daily draw, for tests."""

import itertools
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from luckychit.core import clock
from luckychit.core.db import reading, transaction
from luckychit.core.money import Money
from luckychit.core.settings import settings
from luckychit.domain.lottery import rules, service
from luckychit.domain.notify.models import News
from luckychit.domain.tickets.models import Draw
from luckychit.domain.tickets.views import Sold
from luckychit.domain.users.service import Actor
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as wallet
from tests.helpers.people import a_member

# The first day of every test's calendar, in the morning.
MORNING = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
_keys = itertools.count(1)


def a_player(coins: int = 20, *, full_name: str = "Ravi Member") -> Actor:
    """A member with this many ticket prices in the wallet."""
    player = a_member(full_name=full_name)
    if coins:
        give(player, coins * settings().draw_price_minor)
    return player


def give(player: Actor, amount_minor: int) -> None:
    """Put play money into a wallet."""
    amount = Money(amount_minor, settings().games_currency)
    with transaction() as session:
        wallet.post(
            session,
            key=f"test-credit:{next(_keys)}",
            kind="play_credit",
            legs=[(accounts.clearing("play"), -amount), (accounts.wallet(player.user_id), amount)],
            now=clock.now(),
            user_id=player.user_id,
        )


def balance(player: Actor) -> int:
    with reading() as session:
        found = wallet.balance(session, accounts.wallet(player.user_id), settings().games_currency)
    return found.amount_minor


def buy(
    player: Actor, quantity: int = 1, *, draw_id: str = "", key: str = "", seed: str = "luck"
) -> Sold:
    """Buy in the draw of the present day, or in the one said."""
    return service.buy(
        actor=player,
        key=key or f"test:{next(_keys)}",
        draw_id=draw_id or rules.draw_id_of(rules.day_at(clock.now())),
        quantity=quantity,
        client_seed=seed,
    )


def days() -> list[Draw]:
    """Every daily draw, the first day first."""
    with reading() as session:
        rows = session.exec(
            select(Draw).where(Draw.kind == "daily").order_by(col(Draw.draw_date))
        ).all()
        session.expunge_all()
        return list(rows)


def statuses() -> list[tuple[int, str]]:
    """Day of the month and status of every daily draw, in order."""
    return [(row.draw_date.day, row.status) for row in days() if row.draw_date]


def news(*kinds: str) -> list[tuple[str, str]]:
    """Kind and draw of the public news so far, in order; of these kinds only."""
    with reading() as session:
        rows = session.exec(select(News).where(col(News.user_id).is_(None)).order_by(col(News.id)))
        return [(row.kind, row.facts["draw_id"]) for row in rows if not kinds or row.kind in kinds]
