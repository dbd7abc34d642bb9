"""Reads the manager's list of groups, and which groups concern an actor."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, func, select
from sqlmodel import Session, col

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.actors import Actor, require
from luckychit.domain.chits.models import (
    ChitGroup,
    DrawStatus,
    Due,
    GroupMember,
    GroupStatus,
    MonthlyDraw,
)
from luckychit.domain.chits.queries.access import (
    checked_page,
    checked_search,
    checked_sort,
    contains,
)
from luckychit.domain.chits.queries.dues import REMAINING, is_late, is_owed, present_instalment
from luckychit.domain.chits.queries.views import GroupRow, Page

SORTS = ["newest", "name", "owed", "next_draw"]


def groups_of_manager(
    *,
    actor: Actor,
    now: datetime,
    search: str = "",
    sort: str = "newest",
    offset: int = 0,
    limit: int = 20,
) -> Page[GroupRow]:
    """Return the manager's groups, one page of them, in one query and a count.

    Args:
        actor: A manager; only own groups are read.
        now: The present moment, for what is owed and late.
        search: Part of a group's name; "" for all.
        sort: ``newest``, ``name``, ``owed`` (most first) or ``next_draw`` (soonest first).
        offset: How many to leave out first.
        limit: 1 to 200.

    Raises:
        NotAllowed: The actor is not a manager.
        InvalidInput: Search, sort or page have a wrong shape.
    """
    require(actor, "manager")
    first, most = checked_page(offset, limit)
    typed = checked_search(search)
    order = _order(checked_sort(sort, SORTS), now)
    condition = col(ChitGroup.manager_id) == actor.user_id
    if typed:
        condition = and_(condition, contains(typed, ChitGroup.name))
    with reading() as session:
        total = session.execute(
            select(func.count()).select_from(ChitGroup).where(condition)
        ).scalar_one()
        found = session.execute(
            _rows(now).where(condition).order_by(*order).offset(first).limit(most)
        )
        return Page(items=tuple(_row(row) for row in found), total=total)


def group_row(session: Session, group: ChitGroup, now: datetime) -> GroupRow:
    """Return one group's row; asks for no actor."""
    return _row(session.execute(_rows(now).where(col(ChitGroup.id) == group.id)).one())


def rows_before(
    session: Session,
    condition: ColumnElement[bool],
    *,
    now: datetime,
    before: uuid.UUID | None,
    limit: int,
) -> list[GroupRow]:
    """Return rows of groups, the newest first, from where a page ended; asks for no actor."""
    # Ids are made from the moment: later ones are larger.
    wanted = _rows(now).where(condition).order_by(col(ChitGroup.id).desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(col(ChitGroup.id) < before)
    return [_row(row) for row in session.execute(wanted)]


def group_ids_of(*, actor: Actor) -> list[uuid.UUID]:
    """Return the groups whose news concern the actor: managed, or with an own seat.

    Args:
        actor: Anybody signed in.

    Raises:
        SignInNeeded: Nobody asks.
    """
    require(actor, "manager", "member", "admin")
    with reading() as session:
        managed = select(col(ChitGroup.id)).where(col(ChitGroup.manager_id) == actor.user_id)
        joined = select(col(GroupMember.group_id)).where(col(GroupMember.user_id) == actor.user_id)
        return list(session.execute(managed.union(joined)).scalars())


def _order(sort: str, now: datetime) -> tuple[Any, ...]:
    newest = (col(ChitGroup.created_at).desc(), col(ChitGroup.id).desc())
    if sort == "name":
        return (func.lower(col(ChitGroup.name)), *newest)
    if sort == "owed":
        owed = func.coalesce(_of_dues(func.sum(REMAINING), is_owed(now)), 0)
        return (owed.desc(), *newest)
    if sort == "next_draw":
        return (_of_next_draw(col(MonthlyDraw.locks_at)).asc().nulls_last(), *newest)
    return newest


def _of_dues(what: Any, *conditions: Any) -> Any:
    return (
        select(what)
        .select_from(Due)
        .where(col(Due.group_id) == col(ChitGroup.id), *conditions)
        .correlate(ChitGroup)
        .scalar_subquery()
    )


def _of_draws(what: Any, condition: ColumnElement[bool]) -> Any:
    return (
        select(what)
        .select_from(MonthlyDraw)
        .where(col(MonthlyDraw.group_id) == col(ChitGroup.id), condition)
        .correlate(ChitGroup)
        .scalar_subquery()
    )


def _of_next_draw(what: Any) -> Any:
    return _of_draws(what, col(MonthlyDraw.status) != DrawStatus.DRAWN.value)


def _rows(now: datetime) -> Any:
    seats_taken = (
        select(func.count())
        .select_from(GroupMember)
        .where(col(GroupMember.group_id) == col(ChitGroup.id))
        .correlate(ChitGroup)
        .scalar_subquery()
    )
    is_present = col(Due.instalment) == present_instalment()
    prize_left = func.sum(col(MonthlyDraw.prize_minor) - col(MonthlyDraw.paid_out_minor))
    is_drawn = col(MonthlyDraw.status) == DrawStatus.DRAWN.value
    return select(
        ChitGroup,
        seats_taken.label("seats_taken"),
        present_instalment().label("instalment"),
        _of_next_draw(col(MonthlyDraw.locks_at)).label("next_draw_at"),
        _of_next_draw(col(MonthlyDraw.held_over_reason)).label("held_over_reason"),
        _sum(_of_dues(func.sum(col(Due.paid_minor)), is_present)).label("collected_minor"),
        _sum(_of_dues(func.sum(col(Due.amount_minor)), is_present)).label("expected_minor"),
        _sum(_of_dues(func.sum(REMAINING), is_late(now))).label("late_minor"),
        _of_dues(func.count(col(Due.seat_id).distinct()), is_late(now)).label("late_seats"),
        _sum(_of_draws(prize_left, is_drawn)).label("prize_left_minor"),
    )


def _sum(subquery: Any) -> Any:
    return cast(func.coalesce(subquery, 0), BigInteger)


def _row(found: Any) -> GroupRow:
    group: ChitGroup = found.ChitGroup
    return GroupRow(
        group_id=group.id,
        name=group.name,
        status=group.status,
        monthly_installment=Money(group.monthly_installment_minor, group.currency),
        total_value=Money(group.total_value_minor, group.currency),
        seats_taken=found.seats_taken,
        max_members=group.max_members,
        instalment=found.instalment,
        duration_months=group.duration_months,
        next_draw_at=found.next_draw_at,
        collected=Money(found.collected_minor, group.currency),
        expected=Money(found.expected_minor, group.currency),
        needs_attention=_attention(group, found),
    )


def _attention(group: ChitGroup, found: Any) -> str:
    """Say the one thing that presses most, or nothing."""
    if group.status == GroupStatus.FORMING.value:
        free = group.max_members - found.seats_taken
        if free == 0:
            return "Every seat is taken: ready to start."
        return f"{free} seats are free." if free > 1 else "1 seat is free."
    if found.held_over_reason:
        return f"Draw held over: {found.held_over_reason}"
    if found.late_minor:
        seats = f"{found.late_seats} seats" if found.late_seats > 1 else "1 seat"
        return f"{Money(found.late_minor, group.currency).text()} is late from {seats}."
    if found.prize_left_minor:
        left = Money(found.prize_left_minor, group.currency).text()
        return f"{left} of prizes is still to be handed over."
    return ""
