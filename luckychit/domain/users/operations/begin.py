"""Begins a session, in the caller's transaction."""

import uuid
from datetime import datetime

from sqlmodel import Session

from luckychit.core.ids import new_id
from luckychit.domain.users.models import User, UserSession
from luckychit.domain.users.rules import sessions


def begin_session(
    session: Session,
    *,
    user: User,
    address: str,
    user_agent: str,
    now: datetime,
    kind: str = "web",
) -> tuple[str, uuid.UUID]:
    """Begin a session of a person who has just proved to be that person.

    Args:
        session: The open transaction.
        user: Who.
        address: As :func:`inputs.address` returned it.
        user_agent: As :func:`inputs.user_agent` returned it.
        now: When.
        kind: ``web`` makes the token of a cookie; ``api`` makes none, its refresh tokens
            name the session instead.

    Returns:
        The cookie's token ("" for ``api``), never to be seen again, and the session's id.
    """
    token = sessions.new_token() if kind == "web" else ""
    session_id = new_id()
    session.add(
        UserSession(
            id=session_id,
            user_id=user.id,
            kind=kind,
            token_hash=sessions.token_hash(token),
            address=address,
            user_agent=user_agent,
            created_at=now,
            last_seen_at=now,
        )
    )
    return token, session_id
