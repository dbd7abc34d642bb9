"""Who can win the present draw, what a group's sums are, and what became of a payout."""

import uuid
from datetime import datetime

from sqlmodel import col, select

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.actors import Actor, require
from luckychit.domain.chits import errors
from luckychit.domain.chits.models import ChitGroup, GroupMember, MonthlyDraw, PrizePayout
from luckychit.domain.chits.operations.draws import eligible
from luckychit.domain.chits.queries.books import books_of
from luckychit.domain.chits.queries.draws import payout_row
from luckychit.domain.chits.queries.group import seat_sums
from luckychit.domain.chits.queries.seen import ANYBODY, present_draw, seen_group
from luckychit.domain.chits.queries.views import PayoutRow
from luckychit.domain.chits.queries.views.whole import (
    EligibleSeat,
    EligibleView,
    GroupStatement,
    SeatAccount,
)
from luckychit.domain.chits.rules.checks import checked_id
from luckychit.domain.users.queries import names_of


def eligible_now(*, actor: Actor, group_id: uuid.UUID) -> EligibleView:
    """Return the seats that the list of the present draw would hold, frozen now.

    Args:
        actor: The manager of the group, or who sits in it.
        group_id: A running group.

    Raises:
        SignInNeeded: Nobody asks.
        GroupNotFound: There is no such group, or the actor has no part in it.
        DrawNotFound: No draw is open: the group is forming, or every month is drawn.
    """
    with reading() as session:
        group = seen_group(session, actor=actor, group_id=group_id).group
        draw = present_draw(session, group.id)
        if draw is None:
            raise errors.DrawNotFound(group_id=group.id)
        seats = [seat for seat, _ in session.exec(eligible(draw))]
        people = names_of(session, user_ids={seat.user_id for seat in seats})
        return EligibleView(
            group_id=group.id,
            instalment=draw.instalment,
            draw_id=draw.draw_id,
            status=draw.status,
            locks_at=draw.locks_at,
            seats=tuple(
                EligibleSeat(
                    seat_number=seat.seat_number,
                    full_name=people[seat.user_id].full_name,
                    is_mine=seat.user_id == actor.user_id,
                )
                for seat in seats
            ),
        )


def group_statement(*, actor: Actor, group_id: uuid.UUID, now: datetime) -> GroupStatement:
    """Return the sums of a group: all of them for its manager, own seats for a member.

    Args:
        actor: The manager of the group, or who sits in it.
        group_id: The group.
        now: The present moment, for what is owed.

    Raises:
        SignInNeeded: Nobody asks.
        GroupNotFound: There is no such group, or the actor has no part in it.
    """
    with reading() as session:
        seen = seen_group(session, actor=actor, group_id=group_id)
        group = seen.group
        wanted = select(GroupMember).where(GroupMember.group_id == group.id)
        if not seen.is_manager:
            wanted = wanted.where(col(GroupMember.id).in_(seen.seat_ids))
        seats = session.exec(wanted.order_by(col(GroupMember.seat_number))).all()
        people = names_of(session, user_ids={seat.user_id for seat in seats})
        sums = seat_sums(session, group, now)
        accounts = []
        for seat in seats:
            owed_minor, paid_minor = sums.get(seat.id, (0, 0))
            accounts.append(
                SeatAccount(
                    seat_number=seat.seat_number,
                    full_name=people[seat.user_id].full_name,
                    paid=Money(paid_minor, group.currency),
                    owed=Money(owed_minor, group.currency),
                )
            )
        return GroupStatement(
            group_id=group.id,
            currency=group.currency,
            books=books_of(session, group) if seen.is_manager else None,
            seats=tuple(accounts),
        )


def payout(*, actor: Actor, payout_id: uuid.UUID) -> PayoutRow:
    """Return a payout as its winner or the group's manager sees it.

    Raises:
        SignInNeeded: Nobody asks.
        PayoutNotFound: There is no such payout, or it is not the actor's.
    """
    require(actor, *ANYBODY)
    wanted = checked_id(payout_id)
    with reading() as session:
        found = session.exec(
            select(PrizePayout, ChitGroup.manager_id, GroupMember.user_id)
            .join(MonthlyDraw, col(MonthlyDraw.id) == col(PrizePayout.monthly_draw_id))
            .join(ChitGroup, col(ChitGroup.id) == col(MonthlyDraw.group_id))
            .join(GroupMember, col(GroupMember.id) == col(MonthlyDraw.winner_seat_id))
            .where(PrizePayout.id == wanted)
        ).one_or_none()
        if found is None or actor.user_id not in found[1:]:
            raise errors.PayoutNotFound(payout_id=str(payout_id)[:80], actor=actor.user_id)
        return payout_row(found[0])
