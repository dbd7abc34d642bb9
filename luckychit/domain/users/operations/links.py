"""Links that are sent to a person: secrets for one purpose, once, for a short time."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, select, update

from luckychit.core.settings import settings
from luckychit.domain.users.models import AccountLink, User
from luckychit.domain.users.rules import sessions

VERIFY_EMAIL = "verify_email"
RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose
LIVES = {VERIFY_EMAIL: timedelta(hours=24), RESET_PASSWORD: timedelta(minutes=30)}
PAGES = {VERIFY_EMAIL: "/verify-email", RESET_PASSWORD: "/reset/new"}


def new_link(session: Session, *, user: User, purpose: str, now: datetime) -> str:
    """Make a link to the person's present e-mail address; only its hash is kept.

    Args:
        session: The open transaction.
        user: Somebody with an e-mail address.
        purpose: ``verify_email`` or ``reset_password``.
        now: When.

    Returns:
        The whole address to send, with the secret.
    """
    token = hand_out(
        session, user=user, purpose=purpose, life=LIVES[purpose], email=user.email, now=now
    )
    return f"{settings().origin}{PAGES[purpose]}?token={token}"


def hand_out(
    session: Session,
    *,
    user: User,
    purpose: str,
    life: timedelta,
    now: datetime,
    email: str | None = None,
) -> str:
    """Make a secret for one purpose and return it; only its hash is kept.

    Args:
        session: The open transaction.
        user: Whose.
        purpose: What it is good for.
        life: How long.
        now: When.
        email: The address it is sent to, if it is sent to one.
    """
    token = sessions.new_token()
    hashed = sessions.token_hash(token)
    assert hashed is not None
    session.add(
        AccountLink(
            user_id=user.id,
            purpose=purpose,
            token_hash=hashed,
            email=email,
            created_at=now,
            expires_at=now + life,
        )
    )
    return token


def find_link(session: Session, *, token: object, purpose: str, now: datetime) -> User | None:
    """Return whose link this is, as long as it may be used; it stays usable.

    Args:
        session: The open transaction.
        token: Whatever was sent.
        purpose: What the link must be for.
        now: When.
    """
    found = session.exec(
        select(User)
        .join(AccountLink, col(AccountLink.user_id) == User.id)
        .where(_usable(token, purpose, now), _still_holds())
    )
    return found.one_or_none()


def use_link(session: Session, *, token: object, purpose: str, now: datetime) -> User | None:
    """Use a link up; of two at the same moment one gets it.

    The address it was sent to must still be the person's, and the account open.

    Args:
        session: The open transaction.
        token: Whatever was sent.
        purpose: What the link must be for.
        now: When.

    Returns:
        Whose it was, the row locked, or None when it may not be used.
    """
    used = update(AccountLink).where(_usable(token, purpose, now)).values(used_at=now)
    row = session.execute(used.returning(col(AccountLink.user_id), col(AccountLink.email))).first()
    if row is None:
        return None
    user = session.get_one(User, row.user_id, with_for_update={"key_share": True})
    is_theirs = user.email == row.email and user.deactivated_at is None
    return user if is_theirs else None


def end_links(session: Session, *, user_id: uuid.UUID, purpose: str, now: datetime) -> None:
    """Use up every link of a person for one purpose.

    Args:
        session: The open transaction.
        user_id: Whose.
        purpose: Of which.
        now: When.
    """
    session.execute(
        update(AccountLink)
        .where(
            col(AccountLink.user_id) == user_id,
            col(AccountLink.purpose) == purpose,
            col(AccountLink.used_at).is_(None),
        )
        .values(used_at=now)
    )


def forget_links(session: Session, *, before: datetime) -> int:
    """Remove what was handed out and expired before a moment; return how many."""
    old = delete(AccountLink).where(col(AccountLink.expires_at) < before)
    return session.connection().execute(old).rowcount


def _usable(token: object, purpose: str, now: datetime) -> ColumnElement[bool]:
    # What cannot be a token has no hash, and equals no row's.
    hashed = sessions.token_hash(token) or b""
    return (
        (col(AccountLink.token_hash) == hashed)
        & (col(AccountLink.purpose) == purpose)
        & (col(AccountLink.used_at).is_(None))
        & (col(AccountLink.expires_at) > now)
    )


def _still_holds() -> ColumnElement[bool]:
    return (col(User.email) == col(AccountLink.email)) & (col(User.deactivated_at).is_(None))
