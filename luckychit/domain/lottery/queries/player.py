"""What a player is told of the daily draw and of the own tickets in it."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.core.settings import settings
from luckychit.domain.actors import Actor, require
from luckychit.domain.fairness.lcd1.canonical import is_plain
from luckychit.domain.lottery import rules
from luckychit.domain.lottery.queries.public import KIND, MOST_PER_PAGE, anonymous, selling
from luckychit.domain.lottery.views import MyDraw, Odds, TodayView
from luckychit.domain.safety.operations import running_break
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.tickets.models import Draw, DrawStatus, Ticket
from luckychit.domain.tickets.operations.rows import draw_view
from luckychit.domain.tickets.rules import outcome_of
from luckychit.domain.tickets.views import TicketPage
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as wallet

# A purchase may be sent again this much later; the clocks of two servers may differ a little.
_REPEATED_WITHIN, _ONE_DAY = timedelta(days=7), timedelta(days=1)
# Walks from one draw to the one before by the index, however many tickets lie between.
_MY_DRAWS = text("""
    WITH RECURSIVE mine (draw_id) AS (
        SELECT max(draw_id) FROM tickets
        WHERE user_id = :user_id AND draw_id BETWEEN 'DDL-00000000' AND 'DDL-99999999'
        UNION ALL
        SELECT (
            SELECT max(t.draw_id) FROM tickets t WHERE t.user_id = :user_id
            AND t.draw_id >= 'DDL-00000000' AND t.draw_id < mine.draw_id
        ) FROM mine WHERE mine.draw_id IS NOT NULL
    )
    SELECT draw_id FROM mine WHERE draw_id IS NOT NULL LIMIT :limit
""")


def today(*, actor: Actor, now: datetime) -> TodayView:
    """Return today's draw as one player sees it, with how the odds stand now.

    Args:
        actor: A member.
        now: The present moment.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is not a member.
    """
    require(actor, "member")
    with reading() as session:
        draw, latest = selling(session, now), _latest(session)
        mine = _counts(session, actor.user_id, [row.draw_id for row in (draw, latest) if row])
        held = mine.get(draw.draw_id, 0) if draw else 0
        currency = draw.currency if draw else settings().games_currency
        return TodayView(
            draw=None if draw is None else draw_view(draw),
            odds=Odds(held, draw.total_entries if draw else 0),
            balance=wallet.balance(session, accounts.wallet(actor.user_id), currency),
            left_to_buy=max(0, draw.most_per_person - held) if draw else 0,
            excluded_until=running_break(session, actor.user_id, now),
            latest=None if latest is None else anonymous(draw_view(latest)),
            my_latest_outcome=(
                outcome_of(latest.status, is_winner=latest.winner_id == actor.user_id)
                if latest and latest.draw_id in mine
                else ""
            ),
        )


def my_draws(*, actor: Actor, limit: int = 20) -> list[MyDraw]:
    """Return the daily draws in which the player has tickets, newest first.

    Args:
        actor: A member.
        limit: 1 to 100.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is not a member.
    """
    require(actor, "member")
    user_id = actor.user_id
    wanted = {"user_id": user_id, "limit": max(1, min(limit, MOST_PER_PAGE))}
    with reading() as session:
        ids = list(session.execute(_MY_DRAWS, wanted).scalars())
        mine = _counts(session, user_id, ids)
        rows = session.exec(
            select(Draw).where(col(Draw.draw_id).in_(ids)).order_by(col(Draw.draw_date).desc())
        ).all()
        return [_my_draw(row, mine[row.draw_id], user_id) for row in rows]


def my_tickets(
    *, actor: Actor, draw_id: str | None = None, after: str | None = None, limit: int = 20
) -> TicketPage:
    """Return some of the player's tickets of daily draws, newest first.

    Args:
        actor: A member.
        draw_id: Of one draw only.
        after: The cursor of the page before.
        limit: 1 to 100.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is not a member.
    """
    require(actor, "member")
    return tickets.tickets_of(actor.user_id, draw_id=draw_id, after=after, limit=limit, kind=KIND)


def draw_to_buy(*, actor: Actor, key: str, now: datetime) -> str | None:
    """Return the draw that a purchase without a draw's number is meant for.

    That is the one of the last seven days in which this key bought before, so that a
    repeat after midnight, or after days without a server, does not buy again; and else
    the one that sells now.

    Args:
        actor: The buyer.
        key: Of the purchase.
        now: The present moment.
    """
    day = rules.day_at(now)
    since, until = (rules.draw_id_of(day + ahead) for ahead in (-_REPEATED_WITHIN, _ONE_DAY))
    with reading() as session:
        bought_in = (
            select(Ticket.draw_id)
            .where(
                Ticket.user_id == actor.user_id,
                col(Ticket.draw_id).between(since, until),
                Ticket.key == key,
            )
            .order_by(col(Ticket.draw_id).desc())
            .limit(1)
        )
        # No purchase has another key: it is refused when it is sold.
        known = session.exec(bought_in).first() if is_plain(key) else None
        row = None if known else selling(session, now)
        return known or (row.draw_id if row else None)


def _latest(session: Session) -> Draw | None:
    return session.exec(
        select(Draw)
        .where(Draw.kind == KIND, Draw.status != DrawStatus.OPEN.value)
        .order_by(col(Draw.draw_date).desc())
        .limit(1)
    ).first()


def _counts(session: Session, user_id: uuid.UUID, draw_ids: Collection[str]) -> dict[str, int]:
    """Return how many tickets a person has in these draws; none is left out."""
    rows = session.exec(
        select(Ticket.draw_id, func.count())
        .where(Ticket.user_id == user_id, col(Ticket.draw_id).in_(draw_ids))
        .group_by(col(Ticket.draw_id))
    )
    return dict(rows.all())


def _my_draw(row: Draw, mine: int, user_id: uuid.UUID) -> MyDraw:
    outcome = outcome_of(row.status, is_winner=row.winner_id == user_id)
    return MyDraw(
        draw=anonymous(draw_view(row)),
        mine=mine,
        outcome=outcome,
        prize=Money(row.prize_pool_minor, row.currency) if outcome == "won" else None,
    )
