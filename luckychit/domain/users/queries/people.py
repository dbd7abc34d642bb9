"""All people, for admins: found by a part of a name or login, and one of them in full."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, func, select

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.errors import InvalidInput, NotFound
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.users.models import ManagerMember, User, UserSession
from luckychit.domain.users.operations.second_factor import recovery_codes_left
from luckychit.domain.users.rules import inputs, sessions

PEOPLE_PAGE = 25
MOST_PEOPLE = 100
SHORTEST_SEARCH = 2
LONGEST_SEARCH = 80
_NAMES = (func.lower(User.full_name), User.email, User.username)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in the list of all."""

    user_id: uuid.UUID
    role: str
    full_name: str
    mobile_number: str
    email: str
    username: str
    created_at: datetime
    is_active: bool
    has_signed_in: bool
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some of the people; ``after`` begins the next page, None when this is the last."""

    items: tuple[PersonRow, ...]
    after: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What an admin may know of one person: everything but secrets and money.

    ``added_by`` is "" when the account was made by the person, or by the command line.
    ``one_time_expires_at`` is set while the password is a one-time password.
    ``linked_count`` is how many organisers know a member, or how many members an organiser
    knows; 0 for an admin.
    """

    row: PersonRow
    email_is_verified: bool
    birth_date: date | None
    added_by: str
    password_changed_at: datetime | None
    one_time_expires_at: datetime | None
    last_signed_in_at: datetime | None
    closed_at: datetime | None
    recovery_codes_left: int
    session_count: int
    linked_count: int


def people_page(
    *,
    actor: Actor,
    text: str = "",
    after: uuid.UUID | None = None,
    limit: int = PEOPLE_PAGE,
) -> PeoplePage:
    """Return some of the people, newest first.

    Args:
        actor: An admin.
        text: Part of a name, mobile number, e-mail address or username, in capitals or
            not, 2 to 80 characters; "" for all.
        after: ``after`` of the page before; None begins at the newest.
        limit: 1 to 100.

    Raises:
        SignInNeeded: Nobody asks.
        NotAllowed: The actor is not an admin.
        InvalidInput: The search has a wrong shape; field ``search``.
    """
    require(actor, Role.ADMIN)
    typed = _checked(text)
    most = max(1, min(limit, MOST_PEOPLE))
    # Why: the key is made of the moment, so walking it gives the newest first without a sort,
    # and a full page ends the walk. Who is rare is looked for in every row: a quarter of a
    # second for 100,000 people, which an admin can wait for, and no extension to install.
    wanted = select(User).order_by(col(User.id).desc()).limit(most + 1)
    if typed:
        wanted = wanted.where(_matches(typed))
    if after is not None:
        wanted = wanted.where(col(User.id) < after)
    with reading() as session:
        # One more than shown tells whether another page follows.
        rows = session.exec(wanted).all()
    items = tuple(_row(row) for row in rows[:most])
    return PeoplePage(items, items[-1].user_id if len(rows) > most else None)


def person(*, actor: Actor, user_id: uuid.UUID) -> PersonFacts:
    """Return what an admin may know of one person.

    Args:
        actor: An admin.
        user_id: Who.

    Raises:
        SignInNeeded: Nobody asks.
        NotAllowed: The actor is not an admin.
        InvalidInput: The id has a wrong shape.
        NotFound: There is no such person.
    """
    require(actor, Role.ADMIN)
    wanted = inputs.identifier(user_id, field="user_id")
    now = clock.now()
    with reading() as session:
        user = session.get(User, wanted)
        if user is None:
            raise NotFound
        added_by = session.get(User, user.created_by) if user.created_by else None
        return PersonFacts(
            row=_row(user),
            email_is_verified=user.email_verified_at is not None,
            birth_date=user.birth_date,
            added_by=added_by.full_name if added_by else "",
            password_changed_at=user.password_changed_at,
            one_time_expires_at=user.one_time_expires_at,
            last_signed_in_at=user.last_signed_in_at,
            closed_at=user.deactivated_at,
            recovery_codes_left=recovery_codes_left(session, user=user),
            session_count=_live_sessions(session, user.id, now),
            linked_count=_linked(session, user),
        )


def _checked(text: object) -> str:
    typed = inputs.line(text, field="search", longest=LONGEST_SEARCH, shortest=0)
    if typed and len(typed) < SHORTEST_SEARCH:
        raise InvalidInput({"search": "Please type at least two characters."})
    return typed


def _matches(typed: str) -> ColumnElement[bool]:
    # "Member 2" is a name; only what has no letters is a number, with blanks or without.
    is_name = any(char.isalpha() for char in typed)
    digits = "" if is_name else "".join(char for char in typed if char.isdigit())
    # The database makes both sides small, so that they agree whatever its locale.
    part = func.lower(typed)
    parts = [_contains(column, part) for column in _NAMES]
    if len(digits) >= SHORTEST_SEARCH:
        parts.append(_contains(User.mobile_number, digits))
    return or_(*parts)


def _contains(column: Any, part: Any) -> ColumnElement[bool]:
    # strpos knows no wildcards, so a typed % or _ is only itself.
    return func.strpos(column, part) > 0


def _row(row: User) -> PersonRow:
    return PersonRow(
        user_id=row.id,
        role=row.role,
        full_name=row.full_name,
        mobile_number=row.mobile_number or "",
        email=row.email or "",
        username=row.username or "",
        created_at=row.created_at,
        is_active=row.deactivated_at is None,
        has_signed_in=row.last_signed_in_at is not None,
        has_second_factor=row.totp_confirmed_at is not None,
    )


def _live_sessions(session: Session, user_id: uuid.UUID, now: datetime) -> int:
    return session.exec(
        select(func.count())
        .select_from(UserSession)
        .where(
            col(UserSession.user_id) == user_id,
            col(UserSession.revoked_at).is_(None),
            col(UserSession.last_seen_at) > now - sessions.IDLE_LIFE,
            col(UserSession.created_at) > now - sessions.WHOLE_LIFE,
        )
    ).one()


def _linked(session: Session, user: User) -> int:
    own = ManagerMember.manager_id if user.role == Role.MANAGER else ManagerMember.user_id
    return session.exec(
        select(func.count()).select_from(ManagerMember).where(col(own) == user.id)
    ).one()
