"""Switching a second factor on and off, and renewing what stands in for a lost app."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import LuckyChitError
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.audit import operations as audit
from luckychit.domain.mail import letters
from luckychit.domain.mail.letters import Letter
from luckychit.domain.users import errors
from luckychit.domain.users.models import User, UserSession
from luckychit.domain.users.operations import second_factor as operations
from luckychit.domain.users.operations.attempts import Subject, count_try, forgive
from luckychit.domain.users.operations.own import own_row
from luckychit.domain.users.operations.post import post_about_account
from luckychit.domain.users.rules import second_factor as rules
from luckychit.domain.users.service.confirming import Confirmed, confirm_password

# Members have nothing to manage but their own; organisers hold the money of many.
WHO_MAY = (Role.MANAGER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class SecondFactorSetup:
    """What an authenticator app takes, by camera or by hand; never shown again."""

    secret: str
    uri: str


def begin_second_factor(*, actor: Actor, current_password: str) -> SecondFactorSetup:
    """Make the secret for an authenticator app; it counts once a code of it was confirmed.

    Args:
        actor: A manager or an admin.
        current_password: The present one.

    Raises:
        NotAllowed: The actor is a member.
        InvalidInput: The password has a wrong shape.
        TooManyTries: The password was wrong too often.
        WrongCurrentPassword: The password is wrong.
        SecondFactorOn: There is a second factor already.
    """
    require(actor, *WHO_MAY)
    confirmed = confirm_password(actor, current_password)
    return _begin(actor, confirmed, rules.new_secret())


@retried
def _begin(actor: Actor, confirmed: Confirmed, secret: str) -> SecondFactorSetup:
    with transaction() as session:
        user = own_row(session, actor)
        confirmed.hold(session, user=user, now=clock.now())
        if user.totp_confirmed_at is not None:
            raise errors.SecondFactorOn
        user.totp_secret, user.totp_last_step = operations.sealed(secret), 0
        login = user.email or user.username or user.mobile_number or user.full_name
    return SecondFactorSetup(secret, rules.key_uri(secret, login=login))


def confirm_second_factor_setup(*, actor: Actor, code: str) -> list[str]:
    """Switch the second factor on with a code of the app.

    Args:
        actor: Who began it.
        code: Six digits, blanks allowed.

    Returns:
        Ten recovery codes, to be shown this once.

    Raises:
        NotAllowed: The actor is a member.
        SecondFactorOff: It was not begun.
        SecondFactorOn: It is on already.
        TooManyTries: Codes were wrong too often.
        WrongCode: The code is wrong.
    """
    require(actor, *WHO_MAY)
    return _raised(_confirm(actor, code))


@retried
def _confirm(actor: Actor, code: str) -> list[str] | LuckyChitError:
    now = clock.now()
    with transaction() as session:
        user = own_row(session, actor)
        if user.totp_confirmed_at is not None:
            raise errors.SecondFactorOn
        if user.totp_secret is None:
            raise errors.SecondFactorOff
        subject = counted(session, user=user, now=now)
        if not operations.accept_app_code(user=user, typed=code):
            return errors.WrongCode()
        forgive(session, subjects=[subject], now=now)
        user.totp_confirmed_at = now
        held = session.get(UserSession, actor.session_id)
        if held is not None:
            held.second_factor_at = now
        say = letters.second_factor_on
        _note(
            session, actor=actor, user=user, action="users.second_factor_enabled", say=say, now=now
        )
        return operations.replace_recovery_codes(session, user=user, now=now)


def disable_second_factor(*, actor: Actor, current_password: str, code: str) -> None:
    """Switch the second factor off.

    Args:
        actor: Whose it is.
        current_password: The present one.
        code: Of the app, or a recovery code.

    Raises:
        NotAllowed: The actor is a member.
        InvalidInput: The password has a wrong shape.
        TooManyTries: Password or codes were wrong too often.
        WrongCurrentPassword: The password is wrong.
        WrongCode: The code is wrong.
        SecondFactorOff: It is not on.
    """
    require(actor, *WHO_MAY)
    confirmed = confirm_password(actor, current_password)
    _raised(_disable(actor, confirmed, code))


@retried
def _disable(actor: Actor, confirmed: Confirmed, code: str) -> LuckyChitError | None:
    now = clock.now()
    with transaction() as session:
        user = _with_factor(session, actor)
        confirmed.hold(session, user=user, now=now)
        subject = counted(session, user=user, now=now)
        if not operations.accept_code(session, user=user, typed=code, now=now):
            return errors.WrongCode()
        forgive(session, subjects=[subject], now=now)
        operations.take_off(session, user=user)
        say = letters.second_factor_off
        _note(
            session, actor=actor, user=user, action="users.second_factor_disabled", say=say, now=now
        )
        return None


def renew_recovery_codes(*, actor: Actor, code: str) -> list[str]:
    """Replace all recovery codes by ten new ones.

    Args:
        actor: Whose they are.
        code: Of the app.

    Returns:
        Ten recovery codes, to be shown this once.

    Raises:
        NotAllowed: The actor is a member.
        SecondFactorOff: There is no second factor.
        TooManyTries: Codes were wrong too often.
        WrongCode: The code is wrong.
    """
    require(actor, *WHO_MAY)
    return _raised(_renew(actor, code))


@retried
def _renew(actor: Actor, code: str) -> list[str] | LuckyChitError:
    now = clock.now()
    with transaction() as session:
        user = _with_factor(session, actor)
        subject = counted(session, user=user, now=now)
        if not operations.accept_app_code(user=user, typed=code):
            return errors.WrongCode()
        forgive(session, subjects=[subject], now=now)
        _note(session, actor=actor, user=user, action="users.recovery_codes_renewed", now=now)
        return operations.replace_recovery_codes(session, user=user, now=now)


def counted(session: Session, *, user: User, now: datetime) -> Subject:
    """Count a code as wrong before it is looked at; the caller forgives a right one.

    Args:
        session: The open transaction, which must be committed for a wrong code too.
        user: Whose code.
        now: When.

    Raises:
        TooManyTries: Codes were wrong too often.
    """
    subject = Subject.of("second_factor", str(user.id))
    count_try(session, subjects=[subject], now=now)
    return subject


def _with_factor(session: Session, actor: Actor) -> User:
    user = own_row(session, actor)
    if user.totp_confirmed_at is None:
        raise errors.SecondFactorOff
    return user


def _raised(outcome: list[str] | LuckyChitError | None) -> list[str]:
    """Raise a refusal after its count was committed."""
    if isinstance(outcome, LuckyChitError):
        raise outcome
    return outcome or []


def _note(
    session: Session,
    *,
    actor: Actor,
    user: User,
    action: str,
    now: datetime,
    say: Callable[..., Letter] | None = None,
) -> None:
    audit.record_about(
        session,
        action=action,
        actor=actor,
        person_id=user.id,
        now=now,
    )
    if say is not None:
        post_about_account(session, user=user, say=say, now=now)
