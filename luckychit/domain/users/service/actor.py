"""Who is acting: the answer to a cookie, or to the session that an access token names."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, TextClause, text
from sqlmodel import Session

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.errors import SignInNeeded
from luckychit.domain.actors import Actor
from luckychit.domain.users.models import User
from luckychit.domain.users.rules import sessions

# Text, because this is asked for every event of every page and every purchase.
_SESSIONS = (
    "SELECT s.id, s.token_hash, s.created_at, s.last_seen_at, s.revoked_at, u.id AS user_id,"
    " u.role, u.full_name, u.must_change_password, u.birth_date, u.deactivated_at"
    " FROM sessions s JOIN users u ON u.id = s.user_id WHERE "
)
_HOLDERS = text(_SESSIONS + "s.token_hash = ANY (:keys)")
_OF_PROGRAMS = text(_SESSIONS + "s.id = ANY (:keys) AND s.kind = 'api'")
# Skips what somebody else is just touching: it is as good as done.
_TOUCH = text(
    "UPDATE sessions SET last_seen_at = :now WHERE id IN ("
    "SELECT id FROM sessions WHERE id = ANY (:ids) AND last_seen_at <= :before"
    " FOR UPDATE SKIP LOCKED)"
)


def actor_of(*, token: str | None) -> Actor:
    """Return who holds this session token.

    One indexed read; notes the time of use at most once a minute.

    Args:
        token: Value of the session cookie, or None.

    Raises:
        SignInNeeded: The token names no session, or the session has ended.
    """
    for actor in actors_of(tokens=[token] if token else []).values():
        return actor
    raise SignInNeeded


def actors_of(*, tokens: Collection[str]) -> dict[str, Actor]:
    """Return who holds each of these session tokens; what names no session is left out.

    One indexed read for all, for those who come by the hundred at once.

    Args:
        tokens: Values of session cookies, at most some hundred.
    """
    by_hash = {hashed: token for token in tokens if (hashed := sessions.token_hash(token))}
    if not by_hash:
        return {}
    with transaction() as session:
        live = _live(session, _HOLDERS, list(by_hash), clock.now())
    return {by_hash[bytes(row.token_hash)]: _actor(row) for row in live}


def actors_by_session(session_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Actor]:
    """Return who acts in each of these sessions of programs; what has ended is left out.

    One indexed read for all, as :func:`actors_of` for browsers.

    Args:
        session_ids: As valid access tokens name them, at most some hundred.
    """
    with transaction() as session:
        live = _live(session, _OF_PROGRAMS, list(session_ids), clock.now())
    return {row.id: _actor(row) for row in live}


def actor_in(session: Session, *, session_id: uuid.UUID, now: datetime) -> Actor | None:
    """Return who acts in a program's session, in the caller's transaction; None if it ended.

    Args:
        session: The open transaction.
        session_id: Which.
        now: When.
    """
    live = _live(session, _OF_PROGRAMS, [session_id], now)
    return _actor(live[0]) if live else None


def _live(
    session: Session, statement: TextClause, keys: list[Any], now: datetime
) -> list[Row[Any]]:
    """Read the sessions that hold, and note that they are in use."""
    rows = session.execute(statement, {"keys": keys}).all()
    live = [row for row in rows if _holds(row, now)]
    if any(now - row.last_seen_at >= sessions.TOUCHED_EVERY for row in live):
        touched = {"ids": [row.id for row in live], "now": now}
        session.execute(_TOUCH, touched | {"before": now - sessions.TOUCHED_EVERY})
    return live


def _actor(row: Row[Any]) -> Actor:
    return Actor(
        user_id=row.user_id,
        role=row.role,
        full_name=row.full_name,
        session_id=row.id,
        must_change_password=row.must_change_password,
        birth_date=row.birth_date,
    )


def _holds(row: Row[Any], now: datetime) -> bool:
    return row.deactivated_at is None and sessions.is_live(
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        revoked_at=row.revoked_at,
        now=now,
    )


def actor_from(user: User, session_id: uuid.UUID) -> Actor:
    """Return the actor that a person is in one session."""
    return Actor(
        user_id=user.id,
        role=user.role,
        full_name=user.full_name,
        session_id=session_id,
        must_change_password=user.must_change_password,
        birth_date=user.birth_date,
    )
