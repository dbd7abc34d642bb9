"""Writes about the refresh tokens of programs, in the caller's transaction.

A program's session is a row of ``sessions`` without a cookie; that row is also the family of
its refresh tokens. Ending it ends them all, and every access token with them.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select, update

from luckychit.core.settings import settings
from luckychit.domain.audit import operations as audit
from luckychit.domain.mail import letters
from luckychit.domain.notify import operations as notify
from luckychit.domain.users.models import RefreshToken, User, UserSession
from luckychit.domain.users.operations.post import name_for_letters, post
from luckychit.domain.users.rules import sessions, tokens

# One statement, so that of many who show a token at once exactly one has used it.
_USE = text(
    "UPDATE refresh_tokens SET used_at = :now WHERE token_hash = :hash AND used_at IS NULL"
    " RETURNING id, session_id"
)


@dataclass(frozen=True, slots=True)
class Used:
    """A refresh token that was shown: when it was used, and whether this was just now."""

    token_id: uuid.UUID
    session_id: uuid.UUID
    used_at: datetime
    is_first_use: bool


def begin_family(session: Session, *, session_id: uuid.UUID, now: datetime) -> str:
    """Store the first refresh token of a program's session, and return it.

    Args:
        session: The open transaction.
        session_id: A session that this transaction has written.
        now: When.
    """
    token = sessions.new_token()
    _add(session, token, session_id=session_id, parent_id=None, now=now)
    return token


def use(session: Session, *, token_hash: bytes, now: datetime) -> Used | None:
    """Mark a refresh token as used, once; return what is known of it, None for no token.

    Waits for whoever shows the same token at the same moment.

    Args:
        session: The open transaction.
        token_hash: Of what was shown.
        now: When.
    """
    taken = session.execute(_USE, {"hash": token_hash, "now": now}).one_or_none()
    if taken is not None:
        return Used(taken.id, taken.session_id, now, is_first_use=True)
    known = session.exec(
        select(RefreshToken).where(
            RefreshToken.token_hash == token_hash, col(RefreshToken.used_at).is_not(None)
        )
    ).one_or_none()
    if known is None or known.used_at is None:
        return None
    return Used(known.id, known.session_id, known.used_at, is_first_use=False)


def succeed(session: Session, *, used: Used, token: str, now: datetime) -> str:
    """Return the successor of a used token; stores it when this was the first use.

    Args:
        session: The open transaction.
        used: From :func:`use`.
        token: The token itself.
        now: When.
    """
    successor = tokens.successor_of(token, key=settings().secret("refresh-tokens"))
    if used.is_first_use:
        _add(session, successor, session_id=used.session_id, parent_id=used.token_id, now=now)
    return successor


def _add(
    session: Session,
    token: str,
    *,
    session_id: uuid.UUID,
    parent_id: uuid.UUID | None,
    now: datetime,
) -> None:
    hashed = sessions.token_hash(token)
    assert hashed is not None
    session.add(
        RefreshToken(session_id=session_id, parent_id=parent_id, token_hash=hashed, issued_at=now)
    )


def end_family_of(
    session: Session, *, token_hash: bytes, now: datetime
) -> tuple[uuid.UUID, uuid.UUID] | None:
    """End the session that a refresh token belongs to, used or not.

    Args:
        session: The open transaction.
        token_hash: Of a token; an unknown one ends nothing.
        now: When.

    Returns:
        The session that ended and whose it was; None when none did.
    """
    named = select(RefreshToken.session_id).where(RefreshToken.token_hash == token_hash)
    ended = session.execute(
        update(UserSession)
        .where(col(UserSession.id).in_(named), col(UserSession.revoked_at).is_(None))
        .values(revoked_at=now)
        .returning(col(UserSession.id), col(UserSession.user_id))
    ).one_or_none()
    return None if ended is None else (ended.id, ended.user_id)


def end_stolen(session: Session, *, session_id: uuid.UUID, seen_from: str, now: datetime) -> None:
    """End a session whose key somebody holds a copy of, and tell its owner, once.

    Args:
        session: The open transaction.
        session_id: Whose refresh token was shown again.
        seen_from: Address that showed it.
        now: When.
    """
    if not _revoke(session, session_id, now):
        return
    held = session.get_one(UserSession, session_id)
    user = session.get_one(User, held.user_id)
    device = tokens.program_of(held.user_agent)
    audit.record(
        session,
        action="users.refresh_token_reused",
        actor=None,
        acting_as=audit.NOBODY,
        subject=("session", session_id),
        owner_id=user.id,
        now=now,
        device=device,
        shown_from=seen_from,
    )
    notify.tell(
        session,
        kind="session_stolen",
        now=now,
        user_id=user.id,
        # A manager's feed is what carries the manager's own name.
        manager_id=user.id if user.role == "manager" else None,
        device=device,
        address=seen_from,
    )
    letter = letters.session_stolen(
        language=user.language,
        name=name_for_letters(user),
        url=f"{settings().origin}/reset",
        when=now,
        device=f"{device}, {seen_from}",
    )
    post(session, user=user, letter=letter, now=now)


def _revoke(session: Session, session_id: uuid.UUID, now: datetime) -> bool:
    """End a session; tell whether it was still open, so that one of many is the one who did."""
    ended = (
        update(UserSession)
        .where(col(UserSession.id) == session_id, col(UserSession.revoked_at).is_(None))
        .values(revoked_at=now)
    )
    return session.connection().execute(ended).rowcount == 1
