"""Reads for a member's phone: home, draws, and one group."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, not_, select

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.actors import Actor, require
from luckychit.domain.chits import errors
from luckychit.domain.chits.models import ChitGroup, DrawStatus, Due, GroupMember, MonthlyDraw
from luckychit.domain.chits.queries.draws import draw_rows, rows_of
from luckychit.domain.chits.queries.dues import IS_UNPAID, due_rows, is_owed
from luckychit.domain.chits.queries.grid import cells_of
from luckychit.domain.chits.queries.my_groups import Membership, memberships_of, my_groups
from luckychit.domain.chits.queries.prizes import prize_rows
from luckychit.domain.chits.queries.views import (
    DrawRow,
    DueRow,
    GridCell,
    MemberGroupView,
    MemberHome,
    MySeat,
    PrizeRow,
    SeatRow,
)
from luckychit.domain.chits.rules.checks import checked_id
from luckychit.domain.users.queries import names_of

# A manager may hold seats too, so these pages ask only that somebody is signed in.
ANYBODY = ("member", "manager", "admin")
MOST_DUES = 100
MOST_DRAWS = 200


def member_home(*, actor: Actor, now: datetime) -> MemberHome:
    """Return a member's first page: what is owed, what comes next, the groups.

    Args:
        actor: Anybody signed in; without seats the page is empty.
        now: The present moment.

    Raises:
        SignInNeeded: Nobody asks.
    """
    require(actor, *ANYBODY)
    with reading() as session:
        memberships = memberships_of(session, actor.user_id)
        seat_ids = [seat.id for membership in memberships for seat in membership.seats]
        owed = due_rows(
            session, col(Due.seat_id).in_(seat_ids), is_owed(now), now=now, limit=MOST_DUES
        )
        coming = _coming(session, seat_ids, now)
        groups = my_groups(session, memberships, now)
        return MemberHome(
            dues=(*owed, *coming),
            owed=_sum_of_first_currency([group.owed for group in groups]),
            next_due=coming[0] if coming else None,
            groups=tuple(groups),
        )


def member_draws(
    *,
    actor: Actor,
    now: datetime,  # noqa: ARG001 - pages pass the moment to every read
) -> list[DrawRow]:
    """Return the draws of the member's groups: those to come first, soonest first.

    Then the finished ones, newest first; 200 at most.

    Args:
        actor: Anybody signed in.
        now: The present moment; nothing here depends on it yet.

    Raises:
        SignInNeeded: Nobody asks.
    """
    require(actor, *ANYBODY)
    with reading() as session:
        found = session.exec(
            select(MonthlyDraw, ChitGroup)
            .join(ChitGroup, col(ChitGroup.id) == col(MonthlyDraw.group_id))
            .where(
                col(ChitGroup.id).in_(
                    select(GroupMember.group_id).where(GroupMember.user_id == actor.user_id)
                )
            )
            .order_by(
                col(MonthlyDraw.drawn_at).desc().nulls_first(),
                col(MonthlyDraw.locks_at),
                col(MonthlyDraw.id),
            )
            .limit(MOST_DRAWS)
        ).all()
        return rows_of(session, found)


def member_group(*, actor: Actor, group_id: uuid.UUID, now: datetime) -> MemberGroupView:
    """Return one group as its member sees it: own money in full, others' only as marks.

    Args:
        actor: Who holds a seat in it.
        group_id: The group.
        now: The present moment.

    Raises:
        SignInNeeded: Nobody asks.
        GroupNotFound: There is no such group, or the actor has no seat in it.
    """
    require(actor, *ANYBODY)
    wanted = checked_id(group_id)
    with reading() as session:
        mine = [m for m in memberships_of(session, actor.user_id) if m.group.id == wanted]
        if not mine:
            raise errors.GroupNotFound(group_id=str(group_id)[:80], actor=actor.user_id)
        (membership,) = mine
        group = membership.group
        draws = draw_rows(session, group)
        (shown,) = my_groups(session, mine, now)
        cells = cells_of(session, group, now)
        people = names_of(session, user_ids=[group.manager_id])
        return MemberGroupView(
            group=shown,
            manager_name=people[group.manager_id].full_name,
            commission_bps=group.commission_bps,
            currency=group.currency,
            total_value=Money(group.total_value_minor, group.currency),
            seats=tuple(_my_seat(seat, cells.get(seat.id, ())) for seat in membership.seats),
            others=tuple(_others(session, membership, cells)),
            draws=tuple(draws),
            current_draw=_current(draws),
            prizes=tuple(_my_prizes(session, membership)),
        )


def _coming(session: Session, seat_ids: Sequence[uuid.UUID], now: datetime) -> list[DueRow]:
    """Return the unpaid dues of the next day on which any of these seats owes something."""
    not_yet: tuple[ColumnElement[bool], ...] = (
        col(Due.seat_id).in_(seat_ids),
        IS_UNPAID,
        not_(is_owed(now)),
    )
    next_day = session.exec(
        select(func.min(Due.due_on))
        .join(ChitGroup, col(ChitGroup.id) == col(Due.group_id))
        .where(*not_yet)
    ).one()
    if next_day is None:
        return []
    return due_rows(session, *not_yet, col(Due.due_on) == next_day, now=now, limit=MOST_DUES)


def _sum_of_first_currency(amounts: Sequence[Money]) -> Money | None:
    """Add what is owed; of the first currency that is owed at all, when there are several."""
    owed = [amount for amount in amounts if amount] or list(amounts[:1])
    if not owed:
        return None
    same = [amount for amount in owed if amount.currency == owed[0].currency]
    return sum(same[1:], same[0])


def _my_seat(seat: GroupMember, cells: tuple[GridCell, ...]) -> MySeat:
    return MySeat(
        seat_id=seat.id,
        seat_number=seat.seat_number,
        client_seed=seat.client_seed,
        won_instalment=won_in(cells),
        cells=cells,
    )


def won_in(cells: Sequence[GridCell]) -> int | None:
    """Return the instalment a seat won, or None."""
    return next((cell.instalment for cell in cells if cell.won), None)


def _others(
    session: Session, membership: Membership, cells: dict[uuid.UUID, tuple[GridCell, ...]]
) -> list[SeatRow]:
    group = membership.group
    own = {seat.id for seat in membership.seats}
    seats = session.exec(
        select(GroupMember)
        .where(GroupMember.group_id == group.id, col(GroupMember.id).not_in(own))
        .order_by(col(GroupMember.seat_number))
    ).all()
    people = names_of(session, user_ids=[seat.user_id for seat in seats])
    nothing = Money(0, group.currency)
    return [
        SeatRow(
            seat_id=seat.id,
            seat_number=seat.seat_number,
            user_id=seat.user_id,
            full_name=people[seat.user_id].full_name,
            mobile_masked=people[seat.user_id].mobile_masked,
            won_instalment=won_in(cells.get(seat.id, ())),
            owed=nothing,
            paid_total=nothing,
            cells=tuple(replace(cell, paid_minor=0) for cell in cells.get(seat.id, ())),
        )
        for seat in seats
    ]


def _current(draws: Sequence[DrawRow]) -> DrawRow | None:
    newest = draws[0] if draws else None
    return newest if newest and newest.status != DrawStatus.DRAWN.value else None


def _my_prizes(session: Session, membership: Membership) -> list[PrizeRow]:
    own = [seat.id for seat in membership.seats]
    found = session.exec(
        select(MonthlyDraw)
        .where(col(MonthlyDraw.winner_seat_id).in_(own))
        .order_by(col(MonthlyDraw.instalment).desc())
    ).all()
    return prize_rows(session, [(draw, membership.group) for draw in found])
