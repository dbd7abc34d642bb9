"""A person's authenticator app and letters, for tests."""

from typing import Any

import pyotp
from sqlalchemy import text

from luckychit.core import clock
from luckychit.core.db import reading, transaction
from luckychit.domain.users import errors, service
from luckychit.domain.users.models import User
from luckychit.domain.users.operations import second_factor as operations
from luckychit.domain.users.service import Actor, SignedIn
from tests.helpers import people
from tests.helpers.people import PASSWORD, mobile_of, with_password


def code_now(secret: str, *, ahead: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return pyotp.TOTP(secret).generate_otp(int(clock.system_now().timestamp()) // 30 + ahead)


def with_factor(actor: Actor) -> tuple[str, list[str]]:
    """Give a person a password and a second factor; return the secret and recovery codes.

    The code that confirmed it does not count as used, so that a test may begin at once.
    """
    with_password(actor)
    setup = service.begin_second_factor(actor=actor, current_password=PASSWORD)
    codes = service.confirm_second_factor_setup(actor=actor, code=code_now(setup.secret))
    unused(actor)
    return setup.secret, codes


def unused(actor: Actor) -> None:
    """Let the present code count again, as if half a minute had passed."""
    with transaction() as session:
        session.get_one(User, actor.user_id).totp_last_step = 0


def challenge_of(actor: Actor, **seen: str) -> str:
    """The secret between the two halves of signing in."""
    try:
        people.sign_in(mobile_of(actor), **seen)
    except errors.SecondFactorNeeded as needed:
        return needed.challenge
    raise AssertionError("no second factor was asked for")


def complete(challenge: str, code: str, **more: str) -> SignedIn:
    """The second half, from home."""
    seen = {"address": people.HOME, "user_agent": "tests", **more}
    return service.complete_sign_in(challenge=challenge, code=code, **seen)


def stored_secret(actor: Actor) -> str:
    with reading() as session:
        stored = session.get_one(User, actor.user_id).totp_secret
        assert stored is not None
        return operations.opened(stored)


def letters_to(address: str) -> list[str]:
    """The kinds of the letters written to an address, in order."""
    with reading() as session:
        found = text("SELECT kind FROM mails WHERE to_address = :address ORDER BY id")
        return list(session.execute(found, {"address": address}).scalars())


def trail(actor: Actor) -> list[tuple[str, dict[str, Any]]]:
    """What the audit trail says about a person: action and facts, in order."""
    with reading() as session:
        found = text("SELECT action, facts FROM audit_entries WHERE owner_id = :id ORDER BY id")
        return [tuple(row) for row in session.execute(found, {"id": actor.user_id})]
