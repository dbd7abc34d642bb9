"""Draws, and the few of their numbers that move on open screens."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, and_, col, or_, select

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.fairness.lcd1.canonical import is_plain
from luckychit.domain.tickets import errors
from luckychit.domain.tickets.models import Draw, DrawStatus
from luckychit.domain.tickets.operations.rows import draw_view
from luckychit.domain.tickets.views import DrawView, Pulse

# A change may become visible this much after its mark: the sale had yet to commit.
_UNSEEN = timedelta(seconds=10)


def draw(draw_id: str) -> DrawView:
    """Return a draw.

    Raises:
        DrawUnknown: No such draw.
    """
    with reading() as session:
        return draw_view(found_draw(session, draw_id))


def draws(draw_ids: Sequence[str]) -> dict[str, DrawView]:
    """Return several draws by their number; unknown numbers are left out."""
    with reading() as session:
        rows = session.exec(select(Draw).where(col(Draw.draw_id).in_(draw_ids)))
        return {row.draw_id: draw_view(row) for row in rows}


def pulses(since: datetime | None) -> list[Pulse]:
    """Return the moving numbers of draws, those that changed last at the end.

    Args:
        since: The newest ``changed_at`` seen so far. Changes of the ten seconds before
            it are told again, for a sale may become visible a little late; None gives
            all draws that are open or locked. Of an ended draw only its end is told.
    """
    # Two short indexes answer it; one on changed_at would cost every sale an entry.
    is_at_work = col(Draw.status).in_([DrawStatus.OPEN.value, DrawStatus.LOCKED.value])
    wanted = select(Draw).order_by(col(Draw.changed_at))
    if since is None:
        wanted = wanted.where(is_at_work)
    else:
        seen_until = since - _UNSEEN
        wanted = wanted.where(
            or_(
                and_(is_at_work, col(Draw.changed_at) > seen_until),
                col(Draw.closed_at) > seen_until,
            )
        )
    with reading() as session:
        return [
            Pulse(
                draw_id=row.draw_id,
                kind=row.kind,
                status=row.status,
                total_entries=row.total_entries,
                prize=Money(row.prize_pool_minor, row.currency),
                locks_at=row.locks_at,
                changed_at=row.changed_at,
            )
            for row in session.exec(wanted)
        ]


def waiting_for_refund(session: Session, kind: str | None = None) -> list[str]:
    """Return the numbers of void draws that are not paid back yet.

    Args:
        session: The open transaction.
        kind: daily or room; None for both.
    """
    wanted = (
        select(Draw.draw_id)
        .where(col(Draw.status) == DrawStatus.VOID.value, col(Draw.refunded_at).is_(None))
        .order_by(col(Draw.draw_id))
    )
    if kind is not None:
        wanted = wanted.where(Draw.kind == kind)
    return list(session.exec(wanted))


def found_draw(session: Session, draw_id: str) -> Draw:
    """Return a draw's row without a lock.

    Raises:
        DrawUnknown: No such draw.
    """
    # A database text cannot hold a zero byte; no draw has such a number.
    row = session.get(Draw, draw_id) if is_plain(draw_id) else None
    if row is None:
        raise errors.DrawUnknown(draw_id=draw_id)
    return row
