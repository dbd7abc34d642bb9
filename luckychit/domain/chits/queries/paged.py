"""Lists of groups and of what is in one, page by page, each from where the last one ended.

Groups and payments only ever come in front, and instalments behind, so a page stays what it
is. Every limit may be one more than a page, which tells whether another follows.
"""

import uuid
from collections import defaultdict
from datetime import datetime

from sqlmodel import Session, col, or_, select, tuple_

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.actors import Actor, require
from luckychit.domain.chits.models import ChitGroup, DrawStatus, Due, GroupMember, MonthlyDraw
from luckychit.domain.chits.models import Payment as PaymentEntry
from luckychit.domain.chits.queries.draws import rows_of
from luckychit.domain.chits.queries.dues import due_rows
from luckychit.domain.chits.queries.groups import rows_before
from luckychit.domain.chits.queries.money import payments_before
from luckychit.domain.chits.queries.prizes import prize_rows
from luckychit.domain.chits.queries.seen import ANYBODY, Seen, seen_group
from luckychit.domain.chits.queries.views import DueRow, PaymentRow
from luckychit.domain.chits.queries.views.whole import GroupLine, HeldDraw, PlannedMonth
from luckychit.domain.chits.rules.schedule import draw_moment, due_date


def groups_before(
    *, actor: Actor, now: datetime, before: uuid.UUID | None = None, limit: int = 20
) -> list[GroupLine]:
    """Return the groups that the actor manages or sits in, the newest first.

    Args:
        actor: Anybody signed in.
        now: The present moment, for what is late.
        before: The last group already seen.
        limit: 1 to 101.

    Raises:
        SignInNeeded: Nobody asks.
    """
    require(actor, *ANYBODY)
    with reading() as session:
        mine: dict[uuid.UUID, list[int]] = defaultdict(list)
        for group_id, number in session.exec(
            select(GroupMember.group_id, GroupMember.seat_number)
            .where(GroupMember.user_id == actor.user_id)
            .order_by(col(GroupMember.seat_number))
        ):
            mine[group_id].append(number)
        is_managed = col(ChitGroup.manager_id) == actor.user_id
        concerns = or_(is_managed, col(ChitGroup.id).in_(list(mine)))
        rows = rows_before(session, concerns, now=now, before=before, limit=limit)
        managed = set(
            session.exec(
                select(ChitGroup.id).where(
                    is_managed, col(ChitGroup.id).in_([row.group_id for row in rows])
                )
            )
        )
        return [
            GroupLine(row, row.group_id in managed, tuple(mine.get(row.group_id, ())))
            for row in rows
        ]


def dues_after(
    *,
    actor: Actor,
    group_id: uuid.UUID,
    now: datetime,
    after: tuple[int, int] | None = None,
    limit: int = 20,
) -> list[DueRow]:
    """Return the dues of a group, or of the actor's own seats, by instalment and seat.

    Args:
        actor: The manager of the group, or who sits in it.
        group_id: The group; one that is forming has no dues yet.
        now: The present moment, for what is late.
        after: Instalment and seat number of the last due already seen.
        limit: 1 to 101.

    Raises:
        SignInNeeded: Nobody asks.
        GroupNotFound: There is no such group, or the actor has no part in it.
    """
    with reading() as session:
        seen = seen_group(session, actor=actor, group_id=group_id)
        wanted = [col(Due.group_id) == seen.group.id]
        if not seen.is_manager:
            wanted.append(col(Due.seat_id).in_(seen.seat_ids))
        if after is not None:
            place = tuple_(col(Due.instalment), col(GroupMember.seat_number))
            wanted.append(place > tuple_(*after))
        return due_rows(session, *wanted, now=now, limit=limit)


def group_payments_before(
    *, actor: Actor, group_id: uuid.UUID, before: uuid.UUID | None = None, limit: int = 20
) -> list[PaymentRow]:
    """Return the payments and reversals of a group, or of own seats, the newest first.

    Args:
        actor: The manager of the group, or who sits in it.
        group_id: The group.
        before: The last payment already seen.
        limit: 1 to 101.

    Raises:
        SignInNeeded: Nobody asks.
        GroupNotFound: There is no such group, or the actor has no part in it.
    """
    with reading() as session:
        seen = seen_group(session, actor=actor, group_id=group_id)
        wanted = col(PaymentEntry.group_id) == seen.group.id
        if not seen.is_manager:
            wanted &= col(PaymentEntry.seat_id).in_(seen.seat_ids)
        return payments_before(session, wanted, before=before, limit=limit)


def draws_before(
    *, actor: Actor, group_id: uuid.UUID, before: int | None = None, limit: int = 20
) -> list[HeldDraw]:
    """Return the draws of a group opened so far, the newest instalment first.

    Args:
        actor: The manager of the group, or who sits in it; of payouts a member sees only
            those of own prizes.
        group_id: The group.
        before: Instalment of the last draw already seen.
        limit: 1 to 101.

    Raises:
        SignInNeeded: Nobody asks.
        GroupNotFound: There is no such group, or the actor has no part in it.
    """
    with reading() as session:
        seen = seen_group(session, actor=actor, group_id=group_id)
        wanted = (
            select(MonthlyDraw)
            .where(MonthlyDraw.group_id == seen.group.id)
            .order_by(col(MonthlyDraw.instalment).desc())
            .limit(limit)
        )
        if before is not None:
            wanted = wanted.where(col(MonthlyDraw.instalment) < before)
        return _held(session, seen, list(session.exec(wanted)))


def draw_of(*, actor: Actor, group_id: uuid.UUID, instalment: int) -> HeldDraw | None:
    """Return one draw of a group; None when it is not open yet.

    Raises:
        SignInNeeded: Nobody asks.
        GroupNotFound: There is no such group, or the actor has no part in it.
    """
    found = draws_before(actor=actor, group_id=group_id, before=instalment + 1, limit=1)
    return found[0] if found and found[0].row.instalment == instalment else None


def _held(session: Session, seen: Seen, draws: list[MonthlyDraw]) -> list[HeldDraw]:
    shown = [
        (draw, seen.group)
        for draw in draws
        if draw.status == DrawStatus.DRAWN.value
        and (seen.is_manager or draw.winner_seat_id in seen.seat_ids)
    ]
    payouts = {prize.draw.monthly_draw_id: prize.payouts for prize in prize_rows(session, shown)}
    rows = rows_of(session, [(draw, seen.group) for draw in draws])
    return [HeldDraw(row, payouts.get(row.monthly_draw_id, ())) for row in rows]


def schedule_after(
    *, actor: Actor, group_id: uuid.UUID, after: int = 0, limit: int = 20
) -> list[PlannedMonth]:
    """Return the instalments of a group from the first to the last, as planned and as held.

    Args:
        actor: The manager of the group, or who sits in it.
        group_id: The group; one that is forming has its plan already.
        after: The last instalment already seen; 0 begins with the first.
        limit: 1 to 101.

    Raises:
        SignInNeeded: Nobody asks.
        GroupNotFound: There is no such group, or the actor has no part in it.
    """
    with reading() as session:
        group = seen_group(session, actor=actor, group_id=group_id).group
        opened = {
            draw.instalment: (draw, number)
            for draw, number in session.exec(
                select(MonthlyDraw, GroupMember.seat_number)
                .outerjoin(GroupMember, col(GroupMember.id) == col(MonthlyDraw.winner_seat_id))
                .where(MonthlyDraw.group_id == group.id, col(MonthlyDraw.instalment) > after)
            )
        }
    last = min(group.duration_months, after + limit)
    return [_planned(group, n, *opened.get(n, (None, None))) for n in range(after + 1, last + 1)]


def _planned(
    group: ChitGroup, instalment: int, draw: MonthlyDraw | None, winner_seat: int | None
) -> PlannedMonth:
    return PlannedMonth(
        instalment=instalment,
        due_on=due_date(group.starts_on, group.draw_day, instalment),
        draw_at=draw_moment(
            starts_on=group.starts_on,
            draw_day=group.draw_day,
            draw_time=group.draw_time,
            time_zone=group.time_zone,
            instalment=instalment,
        ),
        amount=Money(group.monthly_installment_minor, group.currency),
        draw_id=draw.draw_id if draw else None,
        status=draw.status if draw else "planned",
        winner_seat_number=winner_seat,
    )
