"""One group as whoever belongs to it may see it: its manager all, a member the own part."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.actors import Actor, require
from luckychit.domain.chits import errors, rules
from luckychit.domain.chits.models import ChitGroup, DrawStatus, GroupMember, MonthlyDraw
from luckychit.domain.chits.queries.groups import group_row
from luckychit.domain.chits.rules.checks import checked_id
from luckychit.domain.users.queries import names_of

ANYBODY = ("member", "manager", "admin")


@dataclass(frozen=True, slots=True)
class Seen:
    """A group in an open transaction, with what the actor is in it."""

    group: ChitGroup
    is_manager: bool
    seat_ids: tuple[uuid.UUID, ...]  # the actor's own, by seat number


@dataclass(frozen=True, slots=True)
class SeatHolder:
    """A seat and who holds it; ``mobile_masked`` is for the manager only."""

    seat_number: int
    user_id: uuid.UUID
    full_name: str
    mobile_masked: str | None
    is_mine: bool
    won_instalment: int | None


@dataclass(frozen=True, slots=True)
class GroupDetail:
    """A group with its terms and seats.

    ``collected`` and ``expected`` are of the present instalment, for the manager only.
    """

    group_id: uuid.UUID
    name: str
    status: str
    is_manager: bool
    manager_name: str
    currency: str
    monthly_installment: Money
    total_value: Money
    max_members: int
    duration_months: int
    commission_bps: int
    gst_bps: int
    draw_day: int
    draw_time: str
    time_zone: str
    starts_on: date
    short_collection: str
    commission: Money
    prize: Money
    instalment: int
    next_draw_at: datetime | None
    collected: Money | None
    expected: Money | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    seats: tuple[SeatHolder, ...]


def seen_group(session: Session, *, actor: Actor, group_id: object) -> Seen:
    """Return a group that the actor manages or sits in.

    Raises:
        SignInNeeded: Nobody asks.
        GroupNotFound: There is no such group, or the actor has no part in it.
    """
    require(actor, *ANYBODY)
    wanted = checked_id(group_id)
    group = session.get(ChitGroup, wanted) if wanted else None
    if group is None:
        raise errors.GroupNotFound(group_id=str(group_id)[:80])
    seat_ids = session.exec(
        select(GroupMember.id)
        .where(GroupMember.group_id == group.id, GroupMember.user_id == actor.user_id)
        .order_by(col(GroupMember.seat_number))
    ).all()
    is_manager = group.manager_id == actor.user_id
    if not is_manager and not seat_ids:
        raise errors.GroupNotFound(group_id=group.id, actor=actor.user_id)
    return Seen(group, is_manager, tuple(seat_ids))


def group_detail(*, actor: Actor, group_id: uuid.UUID, now: datetime) -> GroupDetail:
    """Return a group with its terms and who sits where.

    Args:
        actor: Its manager, or who holds a seat in it.
        group_id: The group.
        now: The present moment.

    Raises:
        SignInNeeded: Nobody asks.
        GroupNotFound: There is no such group, or the actor has no part in it.
    """
    with reading() as session:
        seen = seen_group(session, actor=actor, group_id=group_id)
        group = seen.group
        row = group_row(session, group, now)
        month = rules.split_pot(group.total_value_minor, group.commission_bps, group.gst_bps)
        people = names_of(session, user_ids=[group.manager_id])
        return GroupDetail(
            group_id=group.id,
            name=group.name,
            status=group.status,
            is_manager=seen.is_manager,
            manager_name=people[group.manager_id].full_name,
            currency=group.currency,
            monthly_installment=row.monthly_installment,
            total_value=row.total_value,
            max_members=group.max_members,
            duration_months=group.duration_months,
            commission_bps=group.commission_bps,
            gst_bps=group.gst_bps,
            draw_day=group.draw_day,
            draw_time=group.draw_time.strftime("%H:%M"),
            time_zone=group.time_zone,
            starts_on=group.starts_on,
            short_collection=group.short_collection,
            commission=Money(month.commission_minor, group.currency),
            prize=Money(month.prize_minor, group.currency),
            instalment=row.instalment,
            next_draw_at=row.next_draw_at,
            collected=row.collected if seen.is_manager else None,
            expected=row.expected if seen.is_manager else None,
            created_at=group.created_at,
            started_at=group.started_at,
            completed_at=group.completed_at,
            seats=_seats(session, seen, actor),
        )


def _seats(session: Session, seen: Seen, actor: Actor) -> tuple[SeatHolder, ...]:
    rows = session.exec(
        select(GroupMember, MonthlyDraw.instalment)
        .outerjoin(MonthlyDraw, col(MonthlyDraw.winner_seat_id) == col(GroupMember.id))
        .where(GroupMember.group_id == seen.group.id)
        .order_by(col(GroupMember.seat_number))
    ).all()
    people = names_of(session, user_ids={seat.user_id for seat, _ in rows})
    return tuple(
        SeatHolder(
            seat_number=seat.seat_number,
            user_id=seat.user_id,
            full_name=people[seat.user_id].full_name,
            mobile_masked=people[seat.user_id].mobile_masked if seen.is_manager else None,
            is_mine=seat.user_id == actor.user_id,
            won_instalment=won_instalment,
        )
        for seat, won_instalment in rows
    )


def present_draw(session: Session, group_id: uuid.UUID) -> MonthlyDraw | None:
    """Return the draw without a winner, without locking it; None when there is none."""
    return session.exec(
        select(MonthlyDraw).where(
            MonthlyDraw.group_id == group_id, col(MonthlyDraw.status) != DrawStatus.DRAWN.value
        )
    ).one_or_none()
