"""Who is acting: the answer to a cookie, and what every service asks of it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select, update

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.errors import NotAllowed, SignInNeeded
from luckychit.domain.users.models import User, UserSession
from luckychit.domain.users.rules import sessions


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, as services see one; made anew for every event."""

    user_id: uuid.UUID
    role: str
    full_name: str
    session_id: uuid.UUID
    must_change_password: bool


def require(actor: Actor, *roles: str) -> None:
    """Let an actor of one of these roles pass.

    Args:
        actor: Who asks.
        *roles: ``admin``, ``manager``, ``member``.

    Raises:
        SignInNeeded: It is nobody.
        NotAllowed: The actor has another role.
    """
    if not isinstance(actor, Actor):
        raise SignInNeeded
    if actor.role not in roles:
        raise NotAllowed(role=actor.role)


def actor_of(*, token: str | None) -> Actor:
    """Return who holds this session token.

    One indexed read; notes the time of use at most once a minute.

    Args:
        token: Value of the session cookie, or None.

    Raises:
        SignInNeeded: The token names no session, or the session has ended.
    """
    hashed = sessions.token_hash(token)
    if hashed is None:
        raise SignInNeeded
    now = clock.now()
    with transaction() as session:
        row = session.exec(
            select(UserSession, User)
            .join(User, col(User.id) == UserSession.user_id)
            .where(UserSession.token_hash == hashed)
        ).one_or_none()
        if row is None or not _holds(*row, now=now):
            raise SignInNeeded
        held, user = row
        if now - held.last_seen_at >= sessions.TOUCHED_EVERY:
            session.execute(
                update(UserSession)
                .where(
                    col(UserSession.id) == held.id,
                    col(UserSession.last_seen_at) <= now - sessions.TOUCHED_EVERY,
                )
                .values(last_seen_at=now)
            )
        return actor_from(user, held.id)


def _holds(held: UserSession, user: User, *, now: datetime) -> bool:
    return user.deactivated_at is None and sessions.is_live(
        created_at=held.created_at,
        last_seen_at=held.last_seen_at,
        revoked_at=held.revoked_at,
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
    )
