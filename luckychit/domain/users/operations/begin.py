"""Begins a session, in the caller's transaction."""

import uuid
from datetime import datetime

from sqlmodel import Session

from luckychit.core.ids import new_id
from luckychit.domain.users.models import User, UserSession
from luckychit.domain.users.operations.tokens import begin_family
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
        kind: ``web`` for a browser, ``api`` for a program.

    Returns:
        A token, never to be seen again, and the session's id. A browser's token goes into
        the cookie; a program's is the session's first refresh token.
    """
    token, session_id = sessions.new_token(), new_id()
    session.add(
        UserSession(
            id=session_id,
            user_id=user.id,
            kind=kind,
            token_hash=sessions.token_hash(token) if kind == "web" else None,
            address=address,
            user_agent=user_agent,
            created_at=now,
            last_seen_at=now,
        )
    )
    if kind == "api":
        session.flush()
        token = begin_family(session, session_id=session_id, now=now)
    return token, session_id
