"""Reads a member's groups: own seats, what is owed, where the draw stands."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from luckychit.core.money import Money
from luckychit.domain.chits.models import (
    ChitGroup,
    DrawStatus,
    Due,
    GroupMember,
    GroupStatus,
    MonthlyDraw,
)
from luckychit.domain.chits.queries.dues import REMAINING, is_owed
from luckychit.domain.chits.queries.views import MyGroup
from luckychit.domain.chits.rules import split_pot


@dataclass(frozen=True, slots=True)
class Membership:
    """A group with the seats that one person holds in it, by seat number."""

    group: ChitGroup
    seats: tuple[GroupMember, ...]


def memberships_of(session: Session, user_id: uuid.UUID) -> list[Membership]:
    """Return the groups a person has seats in: running ones first, then the newest."""
    rows = session.exec(
        select(ChitGroup, GroupMember)
        .join(GroupMember, col(GroupMember.group_id) == col(ChitGroup.id))
        .where(GroupMember.user_id == user_id)
        .order_by(
            col(ChitGroup.status),  # active, completed, forming
            col(ChitGroup.created_at).desc(),
            col(ChitGroup.id),
            col(GroupMember.seat_number),
        )
    ).all()
    groups: dict[uuid.UUID, ChitGroup] = {}
    seats: dict[uuid.UUID, list[GroupMember]] = defaultdict(list)
    for group, seat in rows:
        groups[group.id] = group
        seats[group.id].append(seat)
    order = {GroupStatus.ACTIVE.value: 0, GroupStatus.FORMING.value: 1}
    found = [Membership(group, tuple(seats[group_id])) for group_id, group in groups.items()]
    return sorted(found, key=lambda membership: order.get(membership.group.status, 2))


def my_groups(session: Session, memberships: Sequence[Membership], now: datetime) -> list[MyGroup]:
    """Return these groups as their member sees them, with two queries in all."""
    group_ids = [membership.group.id for membership in memberships]
    draws: dict[uuid.UUID, list[MonthlyDraw]] = defaultdict(list)
    for draw in session.exec(
        select(MonthlyDraw)
        .where(col(MonthlyDraw.group_id).in_(group_ids))
        .order_by(col(MonthlyDraw.instalment))
    ):
        draws[draw.group_id].append(draw)
    seat_ids = [seat.id for membership in memberships for seat in membership.seats]
    owed = dict(
        session.exec(
            select(Due.group_id, func.sum(REMAINING))
            .join(ChitGroup, col(ChitGroup.id) == col(Due.group_id))
            .where(col(Due.seat_id).in_(seat_ids), is_owed(now))
            .group_by(col(Due.group_id))
        ).all()
    )
    return [
        _my_group(membership, draws[membership.group.id], int(owed.get(membership.group.id, 0)))
        for membership in memberships
    ]


def _my_group(membership: Membership, draws: list[MonthlyDraw], owed_minor: int) -> MyGroup:
    group = membership.group
    mine = {seat.id for seat in membership.seats}
    present = draws[-1] if draws else None
    is_waiting = present is not None and present.status != DrawStatus.DRAWN.value
    full_month = split_pot(group.total_value_minor, group.commission_bps, group.gst_bps)
    return MyGroup(
        group_id=group.id,
        name=group.name,
        status=group.status,
        seat_numbers=tuple(seat.seat_number for seat in membership.seats),
        won_instalments=tuple(draw.instalment for draw in draws if draw.winner_seat_id in mine),
        instalment=present.instalment if present else 0,
        duration_months=group.duration_months,
        monthly_installment=Money(group.monthly_installment_minor, group.currency),
        owed=Money(owed_minor, group.currency),
        prize=Money(full_month.prize_minor, group.currency),
        next_draw_at=present.locks_at if present and is_waiting else None,
        draw_status=present.status if present else "",
    )
