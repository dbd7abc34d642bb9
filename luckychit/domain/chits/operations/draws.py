"""Writes of a monthly draw: its opening, each attempt's commitment, the frozen list.

A row of monthly_draws is one instalment; an attempt is one public commitment for it.
Every function expects the group's row locked (operations/locks.py).
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import Select

from luckychit.core.errors import InvariantBroken
from luckychit.core.settings import settings
from luckychit.domain.chits import rules
from luckychit.domain.chits.models import (
    ChitGroup,
    DrawStatus,
    Due,
    GroupMember,
    MonthlyDraw,
    ShortCollection,
)
from luckychit.domain.chits.operations.trail import record_draw
from luckychit.domain.chits.rules import draws as draw_rules
from luckychit.domain.fairness import operations as fairness
from luckychit.domain.notify.operations import tell

# The commitment must be public before the draw opens: the smallest step of the proof.
_AFTER_COMMITMENT = timedelta(milliseconds=1)


def open_instalment(
    session: Session, *, group: ChitGroup, instalment: int, now: datetime
) -> MonthlyDraw:
    """Make the row of an instalment's draw and publish its first commitment.

    The list will be frozen at the moment of the schedule; when that is already past
    (a group started late), as soon as the notice allows.

    Args:
        session: The open transaction; the group's row is locked in it.
        group: The group.
        instalment: 1 to the group's duration.
        now: The present moment, read after the lock.
    """
    scheduled_at = rules.draw_moment(
        starts_on=group.starts_on,
        draw_day=group.draw_day,
        draw_time=group.draw_time,
        time_zone=group.time_zone,
        instalment=instalment,
    )
    draw = MonthlyDraw(
        group_id=group.id,
        instalment=instalment,
        draw_id=_attempt_id(group, scheduled_at, 1),
        scheduled_at=scheduled_at,
        locks_at=max(scheduled_at, draw_rules.soonest_lock(now, settings().notice_s)),
    )
    session.add(draw)
    session.flush()
    _commit(session, group, draw, now)
    return draw


def new_attempt(
    session: Session,
    *,
    group: ChitGroup,
    draw: MonthlyDraw,
    void_reason: str,
    held_over_reason: str,
    locks_at: datetime,
    now: datetime,
) -> None:
    """Void the present attempt and publish the commitment of the next one.

    Args:
        session: The open transaction.
        group: The group, locked.
        draw: Its present draw, locked; ``open`` or ``locked``.
        void_reason: Why, for the public log: printable ASCII.
        held_over_reason: Why, for people; empty when the draw is only brought forward.
        locks_at: When the next attempt's list is frozen.
        now: The present moment.
    """
    fairness.void(session, draw_id=draw.draw_id, reason=void_reason, now=now)
    attempt = draw.attempt + 1
    move(
        session,
        draw,
        from_status=DrawStatus(draw.status),
        status=DrawStatus.OPEN.value,
        attempt=attempt,
        draw_id=_attempt_id(group, draw.scheduled_at, attempt),
        locks_at=locks_at,
        held_over_reason=held_over_reason,
        eligible_count=None,
    )
    _commit(session, group, draw, now)
    if held_over_reason:
        tell(
            session,
            kind="draw_held_over",
            now=now,
            manager_id=group.manager_id,
            group_id=group.id,
            group=group.name,
            instalment=draw.instalment,
            reason=held_over_reason,
        )
        record_draw(
            session,
            "chits.draw_held_over",
            group,
            draw,
            now=now,
            reason=held_over_reason,
        )


def move(
    session: Session, draw: MonthlyDraw, *, from_status: DrawStatus, **changes: object
) -> None:
    """Change a draw's row if it still is in ``from_status``, and read it again.

    Raises:
        InvariantBroken: It is not; somebody changed it without the group's lock.
    """
    moved = session.execute(
        update(MonthlyDraw)
        .where(col(MonthlyDraw.id) == draw.id, col(MonthlyDraw.status) == from_status.value)
        .values(**changes)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # a DML result counts rows
        raise InvariantBroken(monthly_draw_id=draw.id, expected=from_status.value)
    session.refresh(draw)


def eligible_seats(session: Session, draw: MonthlyDraw) -> list[tuple[GroupMember, Due]]:
    """Return the seats in the list of a draw: paid by its cut-off, not won before.

    By seat number; their dues are locked.
    """
    return list(session.exec(eligible(draw).with_for_update(of=Due)).all())


def eligible(draw: MonthlyDraw) -> Select[GroupMember, Due]:
    """Return the question for the seats that a draw's list takes, by seat number."""
    winners = select(MonthlyDraw.winner_seat_id).where(
        MonthlyDraw.group_id == draw.group_id, col(MonthlyDraw.winner_seat_id).is_not(None)
    )
    return (
        select(GroupMember, Due)
        .join(Due, col(Due.seat_id) == col(GroupMember.id))
        .where(
            col(Due.group_id) == draw.group_id,
            col(Due.instalment) == draw.instalment,
            col(Due.paid_at) <= draw.locks_at,
            col(GroupMember.id).not_in(winners),
        )
        .order_by(col(GroupMember.seat_number))
    )


def _attempt_id(group: ChitGroup, scheduled_at: datetime, attempt: int) -> str:
    return draw_rules.draw_id(
        group_id=group.id,
        scheduled_at=scheduled_at,
        time_zone=group.time_zone,
        attempt=attempt,
    )


def _commit(session: Session, group: ChitGroup, draw: MonthlyDraw, now: datetime) -> None:
    fairness.commit(
        session,
        draw_id=draw.draw_id,
        kind="monthly",
        currency=group.currency,
        price_minor=group.monthly_installment_minor,
        fee_bps=group.commission_bps,
        opens_at=now + _AFTER_COMMITMENT,
        locks_at=draw.locks_at,
        winners=1,
        rules_text=draw_rules.rules_text(
            instalment=draw.instalment,
            seats=group.max_members,
            commission_bps=group.commission_bps,
            gst_bps=group.gst_bps,
            foreman_advances=group.short_collection == ShortCollection.FOREMAN_ADVANCES.value,
        ),
        now=now,
    )
