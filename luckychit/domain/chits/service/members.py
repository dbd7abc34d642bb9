"""Use-cases of seats: people join one by one or as a pasted list, and leave again."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlmodel import Session, col, select

from luckychit.core import clock
from luckychit.core.db import reading, retried, transaction
from luckychit.core.errors import InvalidInput
from luckychit.domain.actors import Actor, require
from luckychit.domain.audit.operations import record
from luckychit.domain.chits import errors
from luckychit.domain.chits.models import ChitGroup, GroupMember
from luckychit.domain.chits.operations import seats as seat_operations
from luckychit.domain.chits.operations.seats import Newcomer, Seated
from luckychit.domain.chits.queries.access import own_group
from luckychit.domain.chits.queries.terms import judged_lines
from luckychit.domain.chits.queries.views import AddedMember, PastedLine
from luckychit.domain.chits.rules import checks
from luckychit.domain.chits.rules.pasting import ListedMember, listed_members
from luckychit.domain.chits.rules.terms import SEATS_MOST
from luckychit.domain.chits.service.access import lock_own_group
from luckychit.domain.users.models import User
from luckychit.domain.users.queries import members_by_mobile
from luckychit.domain.users.rules import inputs
from luckychit.domain.users.service import prepare_one_time_password

# bcrypt lets other threads run; more of them than this would starve the sign-ins.
_HASHERS = 2


def add_member(
    *,
    actor: Actor,
    key: str,
    group_id: uuid.UUID,
    full_name: str,
    mobile_number: str,
    seats: int = 1,
) -> AddedMember:
    """Give a person the lowest free seats; makes the person when the number is new.

    With a known key it returns the same seats, without the password, which is shown
    once. A person may get further seats by another request.

    Args:
        actor: The group's manager.
        key: Idempotency key of the request, at most 80 characters.
        group_id: A forming group.
        full_name: 1 to 100 characters; kept for a new person only.
        mobile_number: As typed; 10 digits are Indian.
        seats: 1 to 120.

    Raises:
        NotAllowed: The actor is not a manager.
        GroupNotFound: There is no such group, or it is another manager's.
        InvalidInput: A field has a wrong shape.
        GroupNotForming: The group has started.
        GroupFull: There are fewer free seats.
        NotAMember: The number belongs to a manager or an admin.
        Deactivated: The person's account is closed.
        KeyReused: The key was used for another request.
    """
    require(actor, "manager")
    known_key = checks.checked_key(key)
    person, count = _checked_person(full_name, mobile_number, seats)
    (added,) = _add(actor, known_key, group_id, [_listed(person, count)], is_list=False)
    return added


def add_members(*, actor: Actor, key: str, group_id: uuid.UUID, pasted: str) -> list[AddedMember]:
    """Give seats to everybody on a pasted list, in its order; all or nobody.

    With a known key it returns the same seats, without passwords.

    Args:
        actor: The group's manager.
        key: Idempotency key of the request, at most 80 characters.
        group_id: A forming group.
        pasted: A name and a mobile number on each line, at most 500 lines.

    Raises:
        NotAllowed: The actor is not a manager.
        GroupNotFound: There is no such group, or it is another manager's.
        InvalidInput: There is nothing to read, or too much.
        ListHasProblems: A line cannot be added; names the first.
        GroupNotForming: The group has started.
        GroupFull: There are fewer free seats.
        KeyReused: The key was used for another request.
    """
    require(actor, "manager")
    known_key = checks.checked_key(key)
    return _add(actor, known_key, group_id, listed_members(pasted), is_list=True)


@retried
def remove_seat(*, actor: Actor, group_id: uuid.UUID, seat_number: int) -> None:
    """Take a seat back while the group is forming; the next to join gets its number.

    Args:
        actor: The group's manager.
        group_id: A forming group.
        seat_number: 1 to the group's seats.

    Raises:
        NotAllowed: The actor is not a manager.
        GroupNotFound: There is no such group, or it is another manager's.
        InvalidInput: The seat number is no number.
        SeatNotFound: Nobody has that seat.
        GroupNotForming: The group has started.
    """
    wrong: dict[str, str] = {}
    number = checks.whole(wrong, "seat_number", seat_number, 1, SEATS_MOST)
    checks.raise_if_any(wrong)
    with transaction() as session:
        group = lock_own_group(session, actor, group_id)
        held = seat_operations.seat_of(session, group=group, seat_number=number)
        seat_operations.free_seat(session, group=group, seat_number=number)
        record(
            session,
            action="chits.seat_removed",
            actor=actor,
            subject=("group", group.id),
            now=clock.now(),
            owner_id=held.user_id,
            manager_id=group.manager_id,
            group=group.name,
            seat_number=number,
        )


def _checked_person(
    full_name: object, mobile_number: object, seats: object
) -> tuple[tuple[str, str], int]:
    wrong: dict[str, str] = {}
    name = mobile = ""
    try:
        name = inputs.full_name(full_name)
    except InvalidInput as exc:
        wrong |= exc.fields
    try:
        mobile = inputs.normalise_mobile(mobile_number)
    except InvalidInput as exc:
        wrong |= exc.fields
    count = checks.whole(wrong, "seats", seats, 1, SEATS_MOST)
    checks.raise_if_any(wrong)
    return (name, mobile), count


def _listed(person: tuple[str, str], seats: int) -> ListedMember:
    name, mobile = person
    return ListedMember(
        line_number=1,
        typed="",
        full_name=name,
        mobile_number=mobile,
        seats=seats,
        seats_stated=True,
        problem="",
    )


def _add(
    actor: Actor, key: str, group_id: object, listed: list[ListedMember], *, is_list: bool
) -> list[AddedMember]:
    """Prepare passwords outside any transaction, then seat everybody in one."""
    with reading() as session:
        group = own_group(session, actor=actor, group_id=group_id)
        if _known_request(session, group, key) is None and is_list:
            _refuse_problems(judged_lines(session, group, listed))
        known_people = members_by_mobile(
            session,
            manager_id=actor.user_id,
            mobile_numbers=[line.mobile_number for line in listed],
        )
    strangers = [line.mobile_number for line in listed if line.mobile_number not in known_people]
    with ThreadPoolExecutor(_HASHERS) as pool:
        made = list(pool.map(lambda _: prepare_one_time_password(), strangers))
    passwords = dict(zip(strangers, made, strict=True))
    return _seat(actor, key, group.id, listed, passwords, is_list=is_list)


@retried
def _seat(
    actor: Actor,
    key: str,
    group_id: uuid.UUID,
    listed: list[ListedMember],
    passwords: dict[str, tuple[str, str]],
    *,
    is_list: bool,
) -> list[AddedMember]:
    with transaction() as session:
        group = lock_own_group(session, actor, group_id)
        known = _known_request(session, group, key)
        if known is not None:
            return _same_again(known, listed, key)
        if is_list:
            _refuse_problems(judged_lines(session, group, listed))
        now = clock.now()
        seated = seat_operations.seat_people(
            session,
            group=group,
            key=key,
            newcomers=[_newcomer(line, passwords) for line in listed],
            now=now,
        )
        _record_seated(session, actor, group, seated, now)
        return [
            AddedMember(
                user_id=person.user_id,
                full_name=person.full_name,
                mobile_number=line.mobile_number,
                seat_numbers=person.seat_numbers,
                one_time_password=(
                    passwords[line.mobile_number][0] if person.is_new_person else None
                ),
            )
            for line, person in zip(listed, seated, strict=True)
        ]


def _record_seated(
    session: Session, actor: Actor, group: ChitGroup, seated: list[Seated], now: datetime
) -> None:
    for person in seated:
        record(
            session,
            action="chits.member_seated",
            actor=actor,
            subject=("group", group.id),
            now=now,
            owner_id=person.user_id,
            manager_id=group.manager_id,
            group=group.name,
            seats=list(person.seat_numbers),
            is_new_person=person.is_new_person,
        )


def _newcomer(line: ListedMember, passwords: dict[str, tuple[str, str]]) -> Newcomer:
    prepared = passwords.get(line.mobile_number)
    return Newcomer(
        full_name=line.full_name,
        mobile_number=line.mobile_number,
        seats=line.seats,
        password_hash=prepared[1] if prepared else None,
    )


def _refuse_problems(lines: list[PastedLine]) -> None:
    for line in lines:
        if line.problem:
            raise errors.ListHasProblems(line_number=line.line_number, problem=line.problem)


def _known_request(
    session: Session, group: ChitGroup, key: str
) -> list[tuple[GroupMember, User]] | None:
    """Return what a request with this key has given before; None when it is new."""
    found = session.exec(
        select(GroupMember, User)
        .join(User, col(User.id) == col(GroupMember.user_id))
        .where(GroupMember.idempotency_key == key)
        .order_by(col(GroupMember.seat_number))
    ).all()
    if any(seat.group_id != group.id for seat, _ in found):
        raise errors.KeyReused(key=key, group_id=group.id)
    return list(found) or None


def _same_again(
    known: list[tuple[GroupMember, User]], listed: list[ListedMember], key: str
) -> list[AddedMember]:
    numbers: dict[str, list[int]] = {}
    people: dict[str, User] = {}
    for seat, user in known:
        mobile = user.mobile_number or ""
        numbers.setdefault(mobile, []).append(seat.seat_number)
        people[mobile] = user
    asked = {line.mobile_number: line.seats for line in listed}
    if asked != {mobile: len(held) for mobile, held in numbers.items()}:
        raise errors.KeyReused(key=key)
    return [
        AddedMember(
            user_id=people[line.mobile_number].id,
            full_name=people[line.mobile_number].full_name,
            mobile_number=line.mobile_number,
            seat_numbers=tuple(numbers[line.mobile_number]),
            one_time_password=None,
        )
        for line in listed
    ]
