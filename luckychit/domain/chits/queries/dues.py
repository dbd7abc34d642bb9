"""Reads dues: which are owed, which are late, as rows for screens.

*Owed* is an unpaid due whose day has come, in the group's own zone, or whose
instalment is already drawn (a draw may be brought forward). *Late* is an unpaid due
whose cut-off (the draw's hour of that day) has passed: nobody is late before the day
that was promised, even when the draw was held earlier.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, and_, cast, func, literal, or_, select
from sqlmodel import Session, col

from luckychit.core.money import Money
from luckychit.domain.chits.models import ChitGroup, DrawStatus, Due, GroupMember, MonthlyDraw
from luckychit.domain.chits.queries.views import DueRow
from luckychit.domain.users.models import User

REMAINING = col(Due.amount_minor) - col(Due.paid_minor)
IS_UNPAID = col(Due.paid_at).is_(None)


def local_now(now: datetime) -> ColumnElement[Any]:
    """Return the wall clock of the row's group."""
    return func.timezone(col(ChitGroup.time_zone), literal(now, DateTime(timezone=True)))


def present_instalment() -> ColumnElement[Any]:
    """Return the newest instalment that was opened in the row's group; 0 while forming."""
    return (
        select(func.coalesce(func.max(col(MonthlyDraw.instalment)), 0))
        .where(col(MonthlyDraw.group_id) == col(ChitGroup.id))
        .correlate(ChitGroup)
        .scalar_subquery()
    )


def _drawn_until() -> ColumnElement[Any]:
    return (
        select(func.coalesce(func.max(col(MonthlyDraw.instalment)), 0))
        .where(
            col(MonthlyDraw.group_id) == col(ChitGroup.id),
            col(MonthlyDraw.status) == DrawStatus.DRAWN.value,
        )
        .correlate(ChitGroup)
        .scalar_subquery()
    )


def is_owed(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a due is owed by now; needs Due joined with ChitGroup."""
    has_come = col(Due.due_on) <= cast(local_now(now), Date)
    return and_(IS_UNPAID, or_(has_come, col(Due.instalment) <= _drawn_until()))


def is_late(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a due is late; needs Due joined with ChitGroup."""
    cut_off = col(Due.due_on) + col(ChitGroup.draw_time)
    return and_(IS_UNPAID, cut_off < local_now(now))


def due_rows(
    session: Session,
    *conditions: ColumnElement[bool],
    now: datetime,
    offset: int = 0,
    limit: int | None = None,
) -> list[DueRow]:
    """Return dues as rows, the oldest first, then by group and seat.

    It asks for no actor: the conditions say whose dues.

    Args:
        session: The open transaction.
        *conditions: On Due, ChitGroup, GroupMember (its seat) and User (who holds it).
        now: The present moment, for what is late.
        offset: How many to leave out first.
        limit: How many at most; None for all.
    """
    rows = session.execute(
        select(Due, ChitGroup, col(GroupMember.seat_number), col(User.full_name), is_late(now))
        .join(ChitGroup, col(ChitGroup.id) == col(Due.group_id))
        .join(GroupMember, col(GroupMember.id) == col(Due.seat_id))
        .join(User, col(User.id) == col(GroupMember.user_id))
        .where(*conditions)
        .order_by(
            col(Due.due_on), col(ChitGroup.name), col(ChitGroup.id), col(GroupMember.seat_number)
        )
        .offset(offset)
        .limit(limit)
    ).all()
    return [_row(*row) for row in rows]


def _row(due: Due, group: ChitGroup, seat_number: int, full_name: str, late: bool) -> DueRow:  # noqa: FBT001 - a column of the row
    return DueRow(
        due_id=due.id,
        group_id=group.id,
        group_name=group.name,
        seat_number=seat_number,
        full_name=full_name,
        instalment=due.instalment,
        due_on=due.due_on,
        amount=Money(due.amount_minor, group.currency),
        paid=Money(due.paid_minor, group.currency),
        remaining=Money(due.amount_minor - due.paid_minor, group.currency),
        is_late=late,
    )
