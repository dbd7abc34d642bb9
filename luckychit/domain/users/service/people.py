"""Adding people: admins by the command line, managers by admins, members by managers."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import InvalidInput
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.audit.operations import record_about
from luckychit.domain.users import errors
from luckychit.domain.users.models import User
from luckychit.domain.users.operations import people as operations
from luckychit.domain.users.rules import inputs, passwords


@dataclass(frozen=True, slots=True)
class Credentials:
    """What to hand to a person; the one-time password is never seen again."""

    user_id: uuid.UUID
    full_name: str
    login: str
    one_time_password: str | None


def create_admin(
    *,
    full_name: str,
    username: str | None = None,
    email: str | None = None,
    mobile_number: str | None = None,
    password: str | None = None,
) -> Credentials:
    """Add an administrator. For the command line only: it asks for no actor.

    Args:
        full_name: 1 to 100 characters.
        username: 3 to 30 letters, digits, dots or hyphens.
        email: E-mail address.
        mobile_number: As typed; 10 digits are Indian.
        password: The admin's own; None makes a one-time password.

    Raises:
        InvalidInput: A field has a wrong shape, no login is given, or the password
            is easy to guess.
        LoginTaken: Another account has one of the logins.
    """
    name = inputs.full_name(full_name)
    logins = Logins.read(mobile_number, email, username)
    if password is None:
        plain, hashed = operations.prepare_one_time_password()
    else:
        own = (name, logins.mobile_number, logins.email, logins.username)
        plain = passwords.new_password(password, field="password", own=own)
        hashed = operations.hash_of(plain)
    user_id = _add(
        role=Role.ADMIN,
        name=name,
        logins=logins,
        hashed=hashed,
        is_one_time=password is None,
        actor=None,
    )
    shown = plain if password is None else None
    return Credentials(user_id, name, logins.shown, shown)


def create_manager(
    *, actor: Actor, full_name: str, mobile_number: str, email: str | None = None
) -> Credentials:
    """Add a manager, with a one-time password to be shown once.

    Args:
        actor: An admin.
        full_name: 1 to 100 characters.
        mobile_number: As typed; 10 digits are Indian.
        email: E-mail address, or None.

    Raises:
        NotAllowed: The actor is not an admin.
        InvalidInput: A field has a wrong shape.
        LoginTaken: Another account, of whatever role, has one of the logins.
    """
    require(actor, Role.ADMIN)
    name = inputs.full_name(full_name)
    logins = Logins.read(inputs.normalise_mobile(mobile_number), email, None)
    plain, hashed = operations.prepare_one_time_password()
    user_id = _add(
        role=Role.MANAGER, name=name, logins=logins, hashed=hashed, is_one_time=True, actor=actor
    )
    return Credentials(user_id, name, logins.shown, plain)


def create_member(*, actor: Actor, full_name: str, mobile_number: str) -> Credentials:
    """Add a member of the manager, with a one-time password to be shown once.

    A person who exists already is only linked to the manager: the password stays and
    none is shown. Two calls at once give one person.

    Args:
        actor: A manager.
        full_name: 1 to 100 characters; used for a new person only.
        mobile_number: As typed; 10 digits are Indian.

    Raises:
        NotAllowed: The actor is not a manager.
        InvalidInput: A field has a wrong shape.
        NotAMember: The number belongs to a manager or an admin.
        Deactivated: The person's account is closed.
    """
    require(actor, Role.MANAGER)
    name = inputs.full_name(full_name)
    mobile = inputs.normalise_mobile(mobile_number)
    plain, hashed = operations.prepare_one_time_password()
    user_id, kept_name, is_new = _link(actor, name, mobile, hashed)
    return Credentials(user_id, kept_name, mobile, plain if is_new else None)


@retried
def _link(actor: Actor, name: str, mobile: str, hashed: str) -> tuple[uuid.UUID, str, bool]:
    now = clock.now()
    with transaction() as session:
        user_id, is_new = operations.link_member(
            session,
            manager_id=actor.user_id,
            full_name=name,
            mobile_number=mobile,
            password_hash=hashed,
            now=now,
        )
        kept_name = session.exec(select(User.full_name).where(User.id == user_id)).one()
        record_about(
            session,
            action="users.member_created" if is_new else "users.member_linked",
            actor=actor,
            person_id=user_id,
            now=now,
            manager_id=actor.user_id,
            mobile=inputs.mask_mobile(mobile),
        )
        return user_id, kept_name, is_new


@dataclass(frozen=True, slots=True)
class Logins:
    """The names under which a person can sign in, checked."""

    mobile_number: str | None
    email: str | None
    username: str | None

    @classmethod
    def read(cls, mobile_number: object, email: object, username: object) -> "Logins":
        """Check what was given; None is not given.

        Raises:
            InvalidInput: One has a wrong shape, or none is given.
        """
        logins = cls(
            None if mobile_number is None else inputs.normalise_mobile(mobile_number),
            None if email is None else inputs.email(email),
            None if username is None else inputs.username(username),
        )
        if logins == cls(None, None, None):
            raise InvalidInput({"username": "Please give a username, e-mail or mobile number."})
        return logins

    @property
    def shown(self) -> str:
        """The one to hand to a person."""
        return self.username or self.mobile_number or self.email or ""

    def taken(self, session: Session) -> str:
        """Say in words which of the logins another account has; "" when none."""
        if self.mobile_number and _exists(session, col(User.mobile_number) == self.mobile_number):
            return "mobile number"
        if self.email and _exists(session, col(User.email) == self.email):
            return "e-mail address"
        if self.username and _exists(session, col(User.username) == self.username):
            return "username"
        return ""


def _exists(session: Session, condition: ColumnElement[bool]) -> bool:
    return session.execute(select(User.id).where(condition)).first() is not None


@retried
def _add(
    *,
    role: Role,
    name: str,
    logins: Logins,
    hashed: str,
    is_one_time: bool,
    actor: Actor | None,
) -> uuid.UUID:
    now: datetime = clock.now()
    with transaction() as session:
        user_id = operations.insert_person(
            session,
            role=role,
            full_name=name,
            mobile_number=logins.mobile_number,
            email=logins.email,
            username=logins.username,
            password_hash=hashed,
            is_one_time=is_one_time,
            created_by=actor.user_id if actor else None,
            now=now,
        )
        if user_id is None:
            raise errors.LoginTaken(what=logins.taken(session))
        record_about(
            session,
            action="users.manager_created" if role is Role.MANAGER else "users.admin_created",
            actor=actor,
            person_id=user_id,
            now=now,
            mobile=inputs.mask_mobile(logins.mobile_number) if logins.mobile_number else None,
        )
        return user_id
