"""People for tests, made in one line and without the price of a password."""

import itertools
from datetime import date, datetime, timedelta
from uuid import UUID

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.ids import new_id
from luckychit.domain.actors import Role
from luckychit.domain.users import service
from luckychit.domain.users.models import User, UserSession
from luckychit.domain.users.operations import people as operations
from luckychit.domain.users.rules import passwords, sessions
from luckychit.domain.users.service import Actor

PASSWORD = "a quiet river at dawn"
HOME = "203.0.113.7"
BORN_ON = date(1990, 5, 7)
_count = itertools.count(1)


def a_mobile() -> str:
    """A mobile number that no other test person has."""
    return f"+9198{next(_count):08d}"


def an_admin(*, full_name: str = "Asha Admin") -> Actor:
    return _a_person(Role.ADMIN, full_name)


def a_manager(*, full_name: str = "Meera Manager") -> Actor:
    return _a_person(Role.MANAGER, full_name)


def a_member(
    manager: Actor | None = None,
    *,
    full_name: str = "Ravi Member",
    birth_date: date | None = BORN_ON,
) -> Actor:
    """A member, grown up; of this manager, when one is given."""
    member = _a_person(
        Role.MEMBER, full_name, created_by=manager and manager.user_id, birth_date=birth_date
    )
    if manager:
        link(manager, member)
    return member


def link(manager: Actor, member: Actor) -> None:
    """Let the manager know a member who exists."""
    with transaction() as session:
        mobile_number = session.get_one(User, member.user_id).mobile_number
        assert mobile_number
        operations.link_member(
            session,
            manager_id=manager.user_id,
            full_name=member.full_name,
            mobile_number=mobile_number,
            password_hash=None,
            now=clock.now(),
        )


def pass_time(monkeypatch, **span: float) -> None:
    """Set the app's clock ahead by this span, until the test ends."""
    ahead = clock.offset() + timedelta(**span)
    monkeypatch.setenv(clock.OFFSET_VARIABLE, repr(ahead.total_seconds()))


def sign_in(login: str, password: str = PASSWORD, **seen: str) -> service.SignedIn:
    """Sign in from a browser at home, or as said."""
    return service.sign_in(
        login=login, password=password, **{"address": HOME, "user_agent": "tests", **seen}
    )


def mobile_of(actor: Actor) -> str:
    with transaction() as session:
        return session.get_one(User, actor.user_id).mobile_number or ""


def with_password(actor: Actor, password: str = PASSWORD) -> Actor:
    """Let the person sign in with this password of the person's own."""
    hashed = operations.hash_of(password)
    with transaction() as session:
        user = session.get_one(User, actor.user_id)
        operations.set_password(session, user=user, password_hash=hashed, now=clock.now())
    return actor


def a_session(actor: Actor, *, began_at: datetime | None = None) -> str:
    """The cookie's token of a new session of this person."""
    token, now = sessions.new_token(), began_at or clock.now()
    with transaction() as session:
        _add_session(session, actor.user_id, token, now)
    return token


def _add_session(session, user_id: UUID, token: str, now: datetime) -> UUID:
    held = UserSession(
        user_id=user_id,
        token_hash=sessions.token_hash(token),
        address="127.0.0.1",
        user_agent="tests",
        created_at=now,
        last_seen_at=now,
    )
    session.add(held)
    return held.id


def _a_person(
    role: Role,
    full_name: str,
    *,
    created_by: UUID | None = None,
    birth_date: date | None = BORN_ON,
) -> Actor:
    """A person who has chosen a password nobody knows, with a session of their own."""
    now, user_id = clock.now(), new_id()
    with transaction() as session:
        session.add(
            User(
                id=user_id,
                role=role.value,
                full_name=full_name,
                mobile_number=a_mobile(),
                password_hash=passwords.NO_PASSWORD,
                must_change_password=False,
                password_changed_at=now,
                birth_date=birth_date,
                created_by=created_by,
                created_at=now,
            )
        )
        session.flush()
        session_id = _add_session(session, user_id, sessions.new_token(), now)
    return Actor(
        user_id=user_id,
        role=role.value,
        full_name=full_name,
        session_id=session_id,
        must_change_password=False,
        birth_date=birth_date,
    )
