"""What people change of their own accounts: name, logins, how they are shown, preferences."""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg.errors
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import InvalidInput, NotFound
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.audit import operations as audit
from luckychit.domain.users import errors
from luckychit.domain.users.models import User
from luckychit.domain.users.operations.own import own_row
from luckychit.domain.users.operations.post import post_to_former_email, post_verification
from luckychit.domain.users.rules import inputs
from luckychit.domain.users.service.confirming import Confirmed, confirm_password

THEMES = ("system", "light", "dark")
LOGINS = frozenset({"email", "mobile_number", "username"})
_TAKEN = {
    "users_email_once": "e-mail address",
    "users_mobile_number_once": "mobile number",
    "users_username_once": "username",
}
# Everywhere on earth it is this day or an earlier one.
_EAST = ZoneInfo("Pacific/Kiritimati")


class _Unset(Enum):
    """Says that a field is not to be changed, which None cannot say: it removes."""

    UNSET = "unset"


UNSET: Final = _Unset.UNSET


def update_profile(
    *,
    actor: Actor,
    full_name: str | _Unset = UNSET,
    email: str | _Unset | None = UNSET,
    mobile_number: str | _Unset | None = UNSET,
    username: str | _Unset | None = UNSET,
    public_name: str | _Unset | None = UNSET,
    birth_date: date | str | _Unset = UNSET,
    language: str | _Unset = UNSET,
    theme: str | _Unset = UNSET,
    current_password: str | None = None,
) -> None:
    """Change what is given of the actor's own account; all of it or nothing.

    Another e-mail address is not verified any more: a letter goes to it, and the old
    address is told.

    Args:
        actor: Anybody signed in.
        full_name: 1 to 100 characters.
        email: E-mail address; None removes it.
        mobile_number: As typed; 10 digits are Indian; None removes it.
        username: 3 to 30 letters, digits, dots or hyphens; None removes it.
        public_name: How a winner is shown to everybody, 1 to 30 characters; None shows
            only the ticket.
        birth_date: A date, or ``1990-12-31``; given once.
        language: Of letters: ``en`` or ``hi``.
        theme: ``system``, ``light`` or ``dark``.
        current_password: Needed for another login (e-mail, mobile number, username).

    Raises:
        SignInNeeded: Nobody asks, or the account was closed meanwhile.
        InvalidInput: A field has a wrong shape, or the password is missing.
        TooManyTries: The current password was wrong too often.
        WrongCurrentPassword: The current password is wrong.
        LoginTaken: Another account has one of the logins.
        LastLogin: No login would be left.
        BirthDateFixed: Another birth date was given before.
    """
    require(actor, *Role)
    sent = {
        "full_name": full_name,
        "email": email,
        "mobile_number": mobile_number,
        "username": username,
        "public_name": public_name,
        "birth_date": birth_date,
        "language": language,
        "theme": theme,
    }
    wanted = _read({name: value for name, value in sent.items() if value is not UNSET})
    logins = {name: wanted[name] for name in LOGINS & wanted.keys()}
    is_asked = bool(logins) and _differs(actor, logins)
    confirmed = confirm_password(actor, current_password) if is_asked else None
    try:
        _store(actor, wanted, confirmed)
    except IntegrityError as exc:
        if not isinstance(exc.orig, psycopg.errors.UniqueViolation):
            raise
        raise errors.LoginTaken(what=_TAKEN[exc.orig.diag.constraint_name or ""]) from exc


def correct_birth_date(*, actor: Actor, user_id: uuid.UUID, birth_date: date | str) -> None:
    """Correct the birth date of somebody who mistyped it.

    Args:
        actor: An admin.
        user_id: Whose.
        birth_date: A date, or ``1990-12-31``.

    Raises:
        NotAllowed: The actor is no admin.
        InvalidInput: The id or the date has a wrong shape.
        NotFound: There is no such person.
    """
    require(actor, Role.ADMIN)
    wanted = inputs.identifier(user_id, field="user_id")
    born = inputs.birth_date(birth_date, today=_latest_today())
    with transaction() as session:
        user = session.get(User, wanted, with_for_update={"key_share": True})
        if user is None:
            raise NotFound
        if user.birth_date != born:
            changed: dict[str, tuple[Any, Any]] = {"birth_date": (user.birth_date, born)}
            user.birth_date = born
            _note(session, actor=actor, user=user, changed=changed, now=clock.now())


def _latest_today() -> date:
    return clock.now().astimezone(_EAST).date()


def _read(sent: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as they are stored; every wrong one is named at once."""
    wanted: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, value in sent.items():
        try:
            wanted[name] = None if value is None and name in _REMOVABLE else _READERS[name](value)
        except InvalidInput as exc:
            wrong |= exc.fields
    if wrong:
        raise InvalidInput(wrong)
    return wanted


_REMOVABLE = LOGINS | {"public_name"}
_READERS: dict[str, Callable[[object], Any]] = {
    "full_name": inputs.full_name,
    "email": inputs.email,
    "mobile_number": inputs.normalise_mobile,
    "username": inputs.username,
    "public_name": inputs.public_name,
    "birth_date": lambda value: inputs.birth_date(value, today=_latest_today()),
    "language": lambda value: inputs.one_of(value, inputs.LANGUAGES, field="language"),
    "theme": lambda value: inputs.one_of(value, THEMES, field="theme"),
}


def _differs(actor: Actor, logins: dict[str, Any]) -> bool:
    with transaction() as session:
        user = session.get(User, actor.user_id)
        return user is not None and any(
            getattr(user, name) != value for name, value in logins.items()
        )


@retried
def _store(actor: Actor, wanted: dict[str, Any], confirmed: Confirmed | None) -> None:
    now = clock.now()
    with transaction() as session:
        user = own_row(session, actor)
        if confirmed is not None:
            confirmed.hold(session, user=user, now=now)
        changed = {
            name: (getattr(user, name), value)
            for name, value in wanted.items()
            if getattr(user, name) != value
        }
        _refuse(user, changed, is_confirmed=confirmed is not None)
        if not changed:
            return
        for name, (_, value) in changed.items():
            setattr(user, name, value)
        was_verified = user.email_verified_at is not None
        if "email" in changed:
            user.email_verified_at = None
        # Here the database says whether somebody else has one of the logins.
        session.flush()
        if "email" in changed:
            before = changed["email"][0]
            _tell_addresses(session, user=user, before=before, was_verified=was_verified, now=now)
        # Light or dark matters to nobody else, and may be switched all evening.
        changed.pop("theme", None)
        if changed.pop("birth_date", None):
            audit.record_about(
                session,
                action="users.birth_date_declared",
                actor=actor,
                person_id=user.id,
                now=now,
            )
        if changed:
            _note(session, actor=actor, user=user, changed=changed, now=now)


def _refuse(user: User, changed: dict[str, tuple[Any, Any]], *, is_confirmed: bool) -> None:
    if LOGINS & changed.keys() and not is_confirmed:
        raise InvalidInput({"current_password": "Please type your current password."})
    left = [changed[name][1] if name in changed else getattr(user, name) for name in LOGINS]
    if not any(left):
        raise errors.LastLogin
    if "birth_date" in changed and user.birth_date is not None:
        raise errors.BirthDateFixed


def _tell_addresses(
    session: Session, *, user: User, before: str | None, was_verified: bool, now: datetime
) -> None:
    if user.email is not None:
        post_verification(session, user=user, is_new=False, now=now)
    if before is not None:
        post_to_former_email(session, user=user, former=before, was_verified=was_verified, now=now)


def _note(
    session: Session,
    *,
    actor: Actor,
    user: User,
    changed: dict[str, tuple[Any, Any]],
    now: datetime,
) -> None:
    said = {
        name: {"from": _said(name, before), "to": _said(name, after)}
        for name, (before, after) in changed.items()
    }
    audit.record_about(
        session,
        action="users.profile_changed",
        actor=actor,
        person_id=user.id,
        now=now,
        changed=said,
    )


def _said(name: str, value: Any) -> str | None:
    """Return a value as the trail may keep it."""
    if value is None:
        return None
    if name == "email":
        return inputs.mask_email(value)
    return inputs.mask_mobile(value) if name == "mobile_number" else str(value)
