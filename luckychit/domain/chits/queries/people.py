"""Reads the manager's members: their seats, groups and what they owe."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, String, and_, cast, distinct, func, select
from sqlmodel import col

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.actors import Actor, require
from luckychit.domain.chits.models import ChitGroup, Due, GroupMember
from luckychit.domain.chits.queries.access import (
    checked_page,
    checked_search,
    checked_sort,
    contains,
)
from luckychit.domain.chits.queries.dues import REMAINING, is_owed
from luckychit.domain.chits.queries.views import MemberRow, Page
from luckychit.domain.users.models import ManagerMember, User

SORTS = ["name", "owed", "newest"]
# Of a manager without any group: only zero is ever shown in it.
_FIRST_CURRENCY = "INR"


def members_of_manager(
    *,
    actor: Actor,
    now: datetime,
    search: str = "",
    sort: str = "name",
    offset: int = 0,
    limit: int = 20,
) -> Page[MemberRow]:
    """Return the people the manager knows, one page of them.

    Seats, groups and sums are of the manager's own groups only. What is owed is in the
    currency of the manager's newest group.

    Args:
        actor: A manager.
        now: The present moment, for what is owed.
        search: Part of a name or of a mobile number; "" for all.
        sort: ``name``, ``owed`` (most first) or ``newest`` (linked last).
        offset: How many to leave out first.
        limit: 1 to 200.

    Raises:
        NotAllowed: The actor is not a manager.
        InvalidInput: Search, sort or page have a wrong shape.
    """
    require(actor, "manager")
    first, most = checked_page(offset, limit)
    typed = checked_search(search)
    chosen = checked_sort(sort, SORTS)
    condition = col(ManagerMember.manager_id) == actor.user_id
    if typed:
        # "Member 2" is a name; only what has no letters is a number, with blanks or without.
        is_name = any(char.isalpha() for char in typed)
        digits = "" if is_name else "".join(char for char in typed if char.isdigit())
        condition = and_(
            condition,
            contains(typed, User.full_name) | contains(digits or typed, User.mobile_number),
        )
    with reading() as session:
        total = session.execute(
            select(func.count())
            .select_from(ManagerMember)
            .join(User, col(User.id) == col(ManagerMember.user_id))
            .where(condition)
        ).scalar_one()
        currency = session.execute(
            select(col(ChitGroup.currency))
            .where(col(ChitGroup.manager_id) == actor.user_id)
            .order_by(col(ChitGroup.created_at).desc())
            .limit(1)
        ).scalar_one_or_none()
        rows = _rows(actor, currency, now, chosen).where(condition).offset(first).limit(most)
        items = (_row(row, currency or _FIRST_CURRENCY) for row in session.execute(rows))
        return Page(items=tuple(items), total=total)


def _rows(actor: Actor, currency: str | None, now: datetime, sort: str) -> Select[Any]:
    own_seats = (
        col(GroupMember.user_id) == col(User.id),
        col(ChitGroup.manager_id) == actor.user_id,
    )

    def of_seats(what: Any) -> Any:
        return (
            select(what)
            .select_from(GroupMember)
            .join(ChitGroup, col(ChitGroup.id) == col(GroupMember.group_id))
            .where(*own_seats)
            .correlate(User)
            .scalar_subquery()
        )

    owed = (
        select(cast(func.coalesce(func.sum(REMAINING), 0), BigInteger))
        .select_from(GroupMember)
        .join(ChitGroup, col(ChitGroup.id) == col(GroupMember.group_id))
        .join(Due, col(Due.seat_id) == col(GroupMember.id))
        .where(*own_seats, col(ChitGroup.currency) == currency, is_owed(now))
        .correlate(User)
        .scalar_subquery()
        .label("owed_minor")
    )
    by_name = (func.lower(col(User.full_name)), col(User.id))
    order: dict[str, tuple[Any, ...]] = {
        "name": by_name,
        "owed": (owed.desc(), *by_name),
        "newest": (col(ManagerMember.linked_at).desc(), *by_name),
    }
    names = func.array_agg(distinct(col(ChitGroup.name)), type_=ARRAY(String))
    return (
        select(
            User,
            of_seats(func.count()).label("seats"),
            of_seats(names).label("groups"),
            owed,
        )
        .join(ManagerMember, col(ManagerMember.user_id) == col(User.id))
        .order_by(*order[sort])
    )


def _row(found: Any, currency: str) -> MemberRow:
    person: User = found.User
    return MemberRow(
        user_id=person.id,
        full_name=person.full_name,
        mobile_number=person.mobile_number or "",
        seats=found.seats,
        groups=tuple(found.groups or ()),
        owed=Money(found.owed_minor, currency),
        has_signed_in=person.last_signed_in_at is not None,
    )
