"""What people change of their own accounts."""

from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Any, Final

import psycopg.errors
from sqlalchemy.exc import IntegrityError

from luckychit.core import clock
from luckychit.core.db import reading, retried, transaction
from luckychit.core.errors import InvalidInput, SignInNeeded
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.audit import operations as audit
from luckychit.domain.users import errors
from luckychit.domain.users.models import User
from luckychit.domain.users.operations.attempts import Subject, count_try, forgive
from luckychit.domain.users.operations.people import is_password
from luckychit.domain.users.rules import inputs, passwords

LOGINS = frozenset({"email", "mobile_number", "username"})
CHOICES = {"language": ("en", "hi"), "theme": ("system", "light", "dark")}
_TAKEN = {
    "users_email_once": "e-mail address",
    "users_mobile_number_once": "mobile number",
    "users_username_once": "username",
}


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

    Args:
        actor: Anybody signed in.
        full_name: 1 to 100 characters.
        email: E-mail address, not verified any more when it is another; None removes it.
        mobile_number: As typed; 10 digits are Indian; None removes it.
        username: 3 to 30 letters, digits, dots or hyphens; None removes it.
        public_name: How a winner is shown to everybody; None shows only the ticket.
        birth_date: A date, or ``1990-12-31``; given once.
        language: ``en`` or ``hi``.
        theme: ``system``, ``light`` or ``dark``.
        current_password: Needed for another login (e-mail, mobile number, username).

    Raises:
        SignInNeeded: Nobody asks, or the account was closed meanwhile.
        InvalidInput: A field has a wrong shape, no login would be left, or a birth date was
            given before.
        TooManyTries: The current password was wrong too often.
        WrongCurrentPassword: The current password is wrong.
        LoginTaken: Another account has one of the logins.
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
    stored = _differing(actor, wanted)
    if stored is not None:
        _confirm(actor, current_password, stored)
    try:
        _store(actor, wanted, stored)
    except IntegrityError as exc:
        if not isinstance(exc.orig, psycopg.errors.UniqueViolation):
            raise
        raise errors.LoginTaken(what=_TAKEN[exc.orig.diag.constraint_name or ""]) from exc


def _read(sent: dict[str, Any]) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, value in sent.items():
        may_go = name in LOGINS or name == "public_name"
        try:
            wanted[name] = None if value is None and may_go else _READERS[name](value)
        except InvalidInput as exc:
            wrong |= exc.fields
    if wrong:
        raise InvalidInput(wrong)
    return wanted


def _birth_date(value: object) -> date:
    wrong = InvalidInput({"birth_date": "Please give a date, such as 1990-12-31."})
    try:
        born = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as exc:
        raise wrong from exc
    if not date(1900, 1, 1) < born < clock.now().date():
        raise wrong
    return born


def _choice(name: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in CHOICES[name]:
            raise InvalidInput({name: "Please choose one of the list."})
        return str(value)

    return read


_READERS: dict[str, Callable[[object], Any]] = {
    "full_name": inputs.full_name,
    "email": inputs.email,
    "mobile_number": inputs.normalise_mobile,
    "username": inputs.username,
    "public_name": lambda value: inputs.line(value, field="public_name", longest=30),
    "birth_date": _birth_date,
    "language": _choice("language"),
    "theme": _choice("theme"),
}


def _differing(actor: Actor, wanted: dict[str, Any]) -> str | None:
    """Return the stored password when a login is to be another one, else None."""
    with reading() as session:
        user = session.get(User, actor.user_id)
        if user is None:
            raise SignInNeeded
        is_other = any(getattr(user, name) != wanted[name] for name in LOGINS & wanted.keys())
        return user.password_hash if is_other else None


def _confirm(actor: Actor, current_password: str | None, stored: str) -> None:
    typed = passwords.typed_password(current_password, field="current_password")
    subject = Subject.of("change", str(actor.user_id))
    with transaction() as session:
        count_try(session, subjects=[subject], now=clock.now())
    if not is_password(typed, stored):
        raise errors.WrongCurrentPassword
    with transaction() as session:
        forgive(session, subjects=[subject], now=clock.now())


@retried
def _store(actor: Actor, wanted: dict[str, Any], confirmed: str | None) -> None:
    with transaction() as session:
        user = session.get(User, actor.user_id, with_for_update={"key_share": True})
        if user is None or user.deactivated_at is not None:
            raise SignInNeeded
        changed = {name for name, value in wanted.items() if getattr(user, name) != value}
        _refuse(user, wanted, changed, confirmed)
        for name in changed:
            setattr(user, name, wanted[name])
        if "email" in changed:
            user.email_verified_at = None
        if changed:
            audit.record(
                session,
                action="users.profile_changed",
                actor=actor,
                subject=("user", user.id),
                owner_id=user.id,
                now=clock.now(),
                changed=sorted(changed),
            )


def _refuse(user: User, wanted: dict[str, Any], changed: set[str], confirmed: str | None) -> None:
    if LOGINS & changed and user.password_hash != confirmed:
        raise errors.WrongCurrentPassword
    if not any(wanted.get(name, getattr(user, name)) for name in LOGINS):
        raise InvalidInput({"username": "Please keep a username, e-mail or mobile number."})
    if "birth_date" in changed and user.birth_date is not None:
        raise InvalidInput({"birth_date": "Your birth date was given before."})
