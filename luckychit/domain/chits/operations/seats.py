"""Gives and takes seats. Every function expects the group's row locked."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select

from luckychit.core.ids import random_code
from luckychit.domain.chits import errors
from luckychit.domain.chits.models import ChitGroup, GroupMember, GroupStatus
from luckychit.domain.notify.operations import tell
from luckychit.domain.users import operations as users
from luckychit.domain.users.models import User

# 16 characters hold 77 bits: nobody guesses a phrase that its member never changed.
PHRASE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is to get seats, checked."""

    full_name: str
    mobile_number: str  # E.164
    seats: int
    password_hash: str | None  # of a one-time password; None for a person who exists


@dataclass(frozen=True, slots=True)
class Seated:
    """Who got which seats."""

    user_id: uuid.UUID
    full_name: str  # as the person is known, which may differ from what was typed
    seat_numbers: tuple[int, ...]
    is_new_person: bool


def free_seat_numbers(session: Session, group: ChitGroup) -> list[int]:
    """Return the numbers of the free seats, lowest first."""
    taken = set(
        session.exec(select(GroupMember.seat_number).where(GroupMember.group_id == group.id))
    )
    return [number for number in range(1, group.max_members + 1) if number not in taken]


def seat_people(
    session: Session, *, group: ChitGroup, key: str, newcomers: list[Newcomer], now: datetime
) -> list[Seated]:
    """Give the lowest free seats to these people, in their order; all or nobody.

    Args:
        session: The open transaction.
        group: The group, locked.
        key: The request's idempotency key, kept with each seat.
        newcomers: Who, with how many seats each.
        now: The present moment.

    Raises:
        GroupNotForming: The group has started.
        GroupFull: There are fewer free seats than wanted.
        NotAMember: A number belongs to a manager or an admin.
        Deactivated: A person's account is closed.
    """
    if group.status != GroupStatus.FORMING.value:
        raise errors.GroupNotForming(group_id=group.id)
    free = free_seat_numbers(session, group)
    wanted = sum(newcomer.seats for newcomer in newcomers)
    if wanted > len(free):
        raise errors.GroupFull(free=len(free), wanted=wanted)
    people = _link_people(session, group, newcomers, now)
    seated = []
    for newcomer in newcomers:
        user_id, full_name, is_new = people[newcomer.mobile_number]
        numbers = tuple(free[: newcomer.seats])
        del free[: newcomer.seats]
        _add_seats(session, group, user_id, numbers, key, now)
        seated.append(Seated(user_id, full_name, numbers, is_new))
        tell(
            session,
            kind="member_joined",
            now=now,
            manager_id=group.manager_id,
            group_id=group.id,
            user_id=user_id,
            name=full_name,
            seats=len(numbers),
            group=group.name,
        )
    session.flush()
    return seated


def _link_people(
    session: Session, group: ChitGroup, newcomers: list[Newcomer], now: datetime
) -> dict[str, tuple[uuid.UUID, str, bool]]:
    people = {}
    # In the order of their numbers: two managers who add the same people at once, in
    # other orders, would otherwise wait for each other.
    for newcomer in sorted(newcomers, key=lambda person: person.mobile_number):
        user_id, is_new = users.link_member(
            session,
            manager_id=group.manager_id,
            full_name=newcomer.full_name,
            mobile_number=newcomer.mobile_number,
            password_hash=newcomer.password_hash,
            now=now,
        )
        known_name = session.exec(select(User.full_name).where(User.id == user_id)).one()
        people[newcomer.mobile_number] = (user_id, known_name, is_new)
    return people


def _add_seats(
    session: Session,
    group: ChitGroup,
    user_id: uuid.UUID,
    numbers: tuple[int, ...],
    key: str,
    now: datetime,
) -> None:
    for number in numbers:
        session.add(
            GroupMember(
                group_id=group.id,
                seat_number=number,
                user_id=user_id,
                client_seed=random_code(PHRASE_LENGTH),
                joined_at=now,
                idempotency_key=key,
            )
        )


def free_seat(session: Session, *, group: ChitGroup, seat_number: int) -> None:
    """Take a seat back while the group is forming; the person stays known to the manager.

    Raises:
        GroupNotForming: The group has started.
        SeatNotFound: Nobody has that seat.
    """
    if group.status != GroupStatus.FORMING.value:
        raise errors.GroupNotForming(group_id=group.id)
    removed = session.execute(
        delete(GroupMember)
        .where(col(GroupMember.group_id) == group.id, col(GroupMember.seat_number) == seat_number)
        .returning(col(GroupMember.id))
    ).scalar_one_or_none()
    if removed is None:
        raise errors.SeatNotFound(group_id=group.id, seat_number=seat_number)


def seat_of(session: Session, *, group: ChitGroup, seat_number: int) -> GroupMember:
    """Return a seat by its number.

    Raises:
        SeatNotFound: The group has no such seat.
    """
    seat = session.exec(
        select(GroupMember).where(
            GroupMember.group_id == group.id, GroupMember.seat_number == seat_number
        )
    ).one_or_none()
    if seat is None:
        raise errors.SeatNotFound(group_id=group.id, seat_number=seat_number)
    return seat
