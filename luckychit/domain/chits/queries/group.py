"""Reads one group as its manager sees it: seats, month grid, dues, draws, books."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, cast, func, or_, select
from sqlmodel import Session, and_, col

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.actors import Actor
from luckychit.domain.chits import rules
from luckychit.domain.chits.models import ChitGroup, DrawStatus, Due, GroupMember, MonthlyDraw
from luckychit.domain.chits.queries.access import own_group
from luckychit.domain.chits.queries.books import books_of
from luckychit.domain.chits.queries.draws import draw_advice, draw_rows
from luckychit.domain.chits.queries.dues import (
    IS_UNPAID,
    REMAINING,
    due_rows,
    is_owed,
    present_instalment,
)
from luckychit.domain.chits.queries.grid import cells_of
from luckychit.domain.chits.queries.groups import group_row
from luckychit.domain.chits.queries.views import GroupView, SeatRow
from luckychit.domain.users.queries import names_of


def group_of_manager(*, actor: Actor, group_id: uuid.UUID, now: datetime) -> GroupView:
    """Return everything about one group, as it is at one moment.

    The number of queries does not depend on the number of seats.

    Args:
        actor: The group's manager.
        group_id: The group.
        now: The present moment, for what is owed and late.

    Raises:
        NotAllowed: The actor is not a manager.
        GroupNotFound: There is no such group, or it is another manager's.
    """
    with reading() as session:
        group = own_group(session, actor=actor, group_id=group_id)
        month = rules.split_pot(group.total_value_minor, group.commission_bps, group.gst_bps)
        draws = tuple(draw_rows(session, group))
        can_draw, advice = draw_advice(session, group, now)
        is_open = or_(
            col(Due.instalment) == present_instalment(),
            and_(IS_UNPAID, col(Due.instalment) < present_instalment()),
        )
        return GroupView(
            row=group_row(session, group, now),
            currency=group.currency,
            commission_bps=group.commission_bps,
            gst_bps=group.gst_bps,
            draw_day=group.draw_day,
            draw_time=group.draw_time.strftime("%H:%M"),
            time_zone=group.time_zone,
            starts_on=group.starts_on,
            short_collection=group.short_collection,
            commission=Money(month.commission_minor, group.currency),
            prize=Money(month.prize_minor, group.currency),
            seats=tuple(_seat_rows(session, group, now)),
            dues=tuple(due_rows(session, col(Due.group_id) == group.id, is_open, now=now)),
            draws=draws,
            current_draw=next((row for row in draws if row.status != DrawStatus.DRAWN), None),
            can_draw=can_draw,
            draw_advice=advice,
            books=books_of(session, group),
        )


def _seat_rows(session: Session, group: ChitGroup, now: datetime) -> list[SeatRow]:
    seats = session.execute(
        select(GroupMember, col(MonthlyDraw.instalment))
        .outerjoin(MonthlyDraw, col(MonthlyDraw.winner_seat_id) == col(GroupMember.id))
        .where(col(GroupMember.group_id) == group.id)
        .order_by(col(GroupMember.seat_number))
    ).all()
    people = names_of(session, user_ids={seat.user_id for seat, _ in seats})
    cells = cells_of(session, group, now)
    sums = seat_sums(session, group, now)
    rows = []
    for seat, won_instalment in seats:
        person = people[seat.user_id]
        owed_minor, paid_minor = sums.get(seat.id, (0, 0))
        rows.append(
            SeatRow(
                seat_id=seat.id,
                seat_number=seat.seat_number,
                user_id=seat.user_id,
                full_name=person.full_name,
                mobile_masked=person.mobile_masked,
                won_instalment=won_instalment,
                owed=Money(owed_minor, group.currency),
                paid_total=Money(paid_minor, group.currency),
                cells=cells.get(seat.id, ()),
            )
        )
    return rows


def seat_sums(
    session: Session, group: ChitGroup, now: datetime
) -> dict[uuid.UUID, tuple[int, int]]:
    """Return what each seat owes by now and has paid in all, minor units."""
    owed = func.coalesce(func.sum(REMAINING).filter(is_owed(now)), 0)
    found = session.execute(
        select(
            col(Due.seat_id),
            cast(owed, BigInteger),
            cast(func.sum(col(Due.paid_minor)), BigInteger),
        )
        .join(ChitGroup, col(ChitGroup.id) == col(Due.group_id))
        .where(col(Due.group_id) == group.id)
        .group_by(col(Due.seat_id))
    )
    return {seat_id: (owed_minor, paid_minor) for seat_id, owed_minor, paid_minor in found}
