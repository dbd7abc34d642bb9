"""What anybody may know of the daily draw: no people, but the names winners chose to show."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.fairness.lcd1.canonical import is_plain
from luckychit.domain.lottery import rules
from luckychit.domain.lottery.views import PastDraw, PublicToday
from luckychit.domain.tickets.models import Draw, DrawStatus
from luckychit.domain.tickets.operations.rows import draw_view
from luckychit.domain.tickets.views import DrawView, ticket_id_of
from luckychit.domain.users.models import User

KIND = "daily"
MOST_PER_PAGE = 100
_FINISHED = (DrawStatus.DRAWN.value, DrawStatus.VOID.value)


def history(after: str | None = None, limit: int = 20) -> list[PastDraw]:
    """Return finished daily draws, drawn or void, newest first.

    Args:
        after: The draw_id of the last one already seen; an unknown one starts anew.
        limit: 1 to 100.
    """
    wanted = (
        select(Draw)
        .where(Draw.kind == KIND, col(Draw.status).in_(_FINISHED))
        .order_by(col(Draw.draw_date).desc())
        .limit(max(1, min(limit, MOST_PER_PAGE)))
    )
    last_day = rules.day_of(after)
    if last_day is not None:
        wanted = wanted.where(col(Draw.draw_date) < last_day)
    with reading() as session:
        return _all_past(session, session.exec(wanted).all())


def last_winner() -> PastDraw | None:
    """Return the newest draw that somebody won; None when there is none yet."""
    with reading() as session:
        return _last_winner(session)


def public_today(now: datetime) -> PublicToday:
    """Return what the first page shows to everybody.

    Args:
        now: The present moment.
    """
    with reading() as session:
        row = selling(session, now)
        return PublicToday(
            draw=None if row is None else anonymous(draw_view(row)),
            last_winner=_last_winner(session),
        )


def winner_names(draw_ids: Iterable[str]) -> dict[str, str]:
    """Return who won these daily draws, as each chose to be shown to everybody.

    Args:
        draw_ids: Of any kind. Left out are draws that nobody won, other kinds of draws, and
            winners who chose to show nothing.
    """
    with reading() as session:
        return _names(session, list(draw_ids))


def _names(session: Session, draw_ids: list[str]) -> dict[str, str]:
    found = session.exec(
        select(Draw.draw_id, User.public_name)
        .join(User, col(User.id) == col(Draw.winner_id))
        .where(
            col(Draw.draw_id).in_([item for item in draw_ids if is_plain(item)]),
            Draw.kind == KIND,
            Draw.status == DrawStatus.DRAWN.value,
        )
    )
    return {draw_id: name for draw_id, name in found if name}


def selling(session: Session, now: datetime) -> Draw | None:
    """Return the daily draw that sells tickets at this moment; None between two days."""
    return session.exec(
        select(Draw)
        .where(
            Draw.kind == KIND,
            Draw.status == DrawStatus.OPEN.value,
            col(Draw.opens_at) <= now,
            col(Draw.locks_at) > now,
        )
        .order_by(col(Draw.draw_date).desc())
        .limit(1)
    ).first()


def anonymous(view: DrawView) -> DrawView:
    """Return a draw without the winner's identity; the winning ticket stays."""
    return replace(view, winner_id=None)


def _last_winner(session: Session) -> PastDraw | None:
    row = session.exec(
        select(Draw)
        .where(Draw.kind == KIND, Draw.status == DrawStatus.DRAWN.value)
        .order_by(col(Draw.draw_date).desc())
        .limit(1)
    ).first()
    return None if row is None else _all_past(session, [row])[0]


def _all_past(session: Session, rows: Sequence[Draw]) -> list[PastDraw]:
    names = _names(session, [row.draw_id for row in rows])
    return [_past(row, names.get(row.draw_id, "")) for row in rows]


def _past(row: Draw, winner_name: str) -> PastDraw:
    assert row.draw_date is not None
    assert row.closed_at is not None
    won = row.winning_position
    return PastDraw(
        draw_id=row.draw_id,
        draw_date=row.draw_date,
        status=row.status,
        total_entries=row.total_entries,
        prize=Money(row.prize_pool_minor, row.currency),
        winning_ticket_id=None if won is None else ticket_id_of(row.draw_id, won),
        void_reason=row.void_reason,
        closed_at=row.closed_at,
        winner_name=winner_name,
    )
