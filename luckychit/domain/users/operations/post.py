"""Writes letters to a person, in the caller's transaction."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from luckychit.core.settings import settings
from luckychit.domain.mail import letters
from luckychit.domain.mail import operations as mail
from luckychit.domain.mail.letters import Letter
from luckychit.domain.users.models import User
from luckychit.domain.users.operations.links import RESET_PASSWORD, VERIFY_EMAIL, new_link
from luckychit.domain.users.rules.inputs import mask_email


def post(session: Session, *, user: User, letter: Letter, now: datetime) -> None:
    """Send a person a letter; nothing happens when the person has no e-mail address.

    Args:
        session: The open transaction of what the letter tells.
        user: Whom to.
        letter: What it says.
        now: When.
    """
    if user.email is not None:
        mail.send(session, letter=letter, to_address=user.email, user_id=user.id, now=now)


def name_for_letters(user: User) -> str:
    """Return how a letter may address a person: by name once the address is confirmed.

    Before that the address may be a stranger's, and the name anybody's words.
    """
    return user.full_name if user.email_verified_at is not None else ""


def post_verification(session: Session, *, user: User, is_new: bool, now: datetime) -> None:
    """Send the link that confirms the person's e-mail address.

    Args:
        session: The open transaction.
        user: Somebody with an address.
        is_new: The letter also welcomes.
        now: When.
    """
    url = new_link(session, user=user, purpose=VERIFY_EMAIL, now=now)
    say = letters.welcome if is_new else letters.verify_email
    post(session, user=user, letter=say(language=user.language, url=url), now=now)


def post_reset(session: Session, *, user: User, now: datetime) -> None:
    """Send the link that replaces a lost password; as :func:`post_verification`."""
    url = new_link(session, user=user, purpose=RESET_PASSWORD, now=now)
    letter = letters.reset_password(language=user.language, name=name_for_letters(user), url=url)
    post(session, user=user, letter=letter, now=now)


def post_password_changed(session: Session, *, user: User, now: datetime) -> None:
    """Tell a person that the password is another one now."""
    letter = letters.password_changed(
        language=user.language,
        name=name_for_letters(user),
        url=f"{settings().origin}/reset",
        when=now,
    )
    post(session, user=user, letter=letter, now=now)


def post_about_account(
    session: Session, *, user: User, say: Callable[..., Letter], now: datetime
) -> None:
    """Tell a person that the account was changed.

    Args:
        session: The open transaction.
        user: Whose account.
        say: A letter of :mod:`letters` that takes language, name, url and when.
        now: When it happened.
    """
    letter = say(
        language=user.language, name=name_for_letters(user), url=settings().origin, when=now
    )
    post(session, user=user, letter=letter, now=now)


def post_to_former_email(
    session: Session, *, user: User, former: str, was_verified: bool, now: datetime
) -> None:
    """Tell a person's former e-mail address that another one, or none, took its place.

    Args:
        session: The open transaction.
        user: The person, with the new address.
        former: The address that was the person's.
        was_verified: It had been confirmed; else the letter carries no name.
        now: When.
    """
    letter = letters.email_changed(
        language=user.language,
        name=user.full_name if was_verified else "",
        url=f"{settings().origin}/sign-in",
        when=now,
        new_email=mask_email(user.email) if user.email else "\N{EN DASH}",
    )
    mail.send(session, letter=letter, to_address=former, user_id=user.id, now=now)
