"""Sessions a person can see and end, and accounts an admin closes and opens."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, delete, select, update

from luckychit.core import clock
from luckychit.core.db import reading, retried, transaction
from luckychit.core.errors import NotFound
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.audit import operations as audit
from luckychit.domain.users.models import UserSession
from luckychit.domain.users.operations.attempts import forget_before
from luckychit.domain.users.operations.links import forget_links
from luckychit.domain.users.operations.own import lock_for_admin, somebody_else
from luckychit.domain.users.operations.people import end_sessions, tell_ended
from luckychit.domain.users.rules import inputs, sessions

# Every counter has leaked away by then; the slowest needs 78 hours.
COUNTERS_KEPT = timedelta(days=7)
ENDED_SESSIONS_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class SessionView:
    """One signed-in browser (``web``) or program (``api``), as its owner sees it."""

    id: uuid.UUID
    kind: str
    address: str
    user_agent: str
    began_at: datetime
    last_seen_at: datetime
    is_current: bool


def list_sessions(*, actor: Actor) -> list[SessionView]:
    """Return the actor's sessions that still hold, newest first; 100 at most.

    Args:
        actor: Anybody signed in.
    """
    require(actor, *Role)
    now = clock.now()
    with reading() as session:
        rows = session.exec(
            select(UserSession)
            .where(
                col(UserSession.user_id) == actor.user_id,
                col(UserSession.revoked_at).is_(None),
                col(UserSession.last_seen_at) > now - sessions.IDLE_LIFE,
                col(UserSession.created_at) > now - sessions.WHOLE_LIFE,
            )
            .order_by(col(UserSession.created_at).desc(), col(UserSession.id).desc())
            .limit(100)
        ).all()
        return [_view(row, actor) for row in rows]


def _view(row: UserSession, actor: Actor) -> SessionView:
    return SessionView(
        id=row.id,
        kind=row.kind,
        address=row.address,
        user_agent=row.user_agent,
        began_at=row.created_at,
        last_seen_at=row.last_seen_at,
        is_current=row.id == actor.session_id,
    )


@retried
def revoke_session(*, actor: Actor, session_id: uuid.UUID) -> None:
    """End one of the actor's own sessions; ending it twice is no mistake.

    Args:
        actor: Anybody signed in.
        session_id: Which, as :func:`list_sessions` gave it.

    Raises:
        InvalidInput: The id has a wrong shape.
        NotFound: The actor has no such session.
    """
    require(actor, *Role)
    wanted = inputs.identifier(session_id, field="session_id")
    now = clock.now()
    with transaction() as session:
        held = session.get(UserSession, wanted)
        if held is None or held.user_id != actor.user_id:
            raise NotFound
        ended = session.execute(
            update(UserSession)
            .where(col(UserSession.id) == wanted, col(UserSession.revoked_at).is_(None))
            .values(revoked_at=now)
            .returning(col(UserSession.id))
        ).scalar_one_or_none()
        if ended is not None:
            tell_ended(session, user_id=actor.user_id, now=now)
            audit.record(
                session,
                action="users.session_revoked",
                actor=actor,
                subject=("session", wanted),
                now=now,
                owner_id=actor.user_id,
            )


@retried
def sign_out_everywhere(*, actor: Actor, keep_current: bool) -> None:
    """End all of the actor's sessions, or all but the one that acts.

    Args:
        actor: Anybody signed in.
        keep_current: Whether the session by which the actor acts goes on.
    """
    require(actor, *Role)
    now = clock.now()
    with transaction() as session:
        kept = actor.session_id if keep_current else None
        end_sessions(session, user_id=actor.user_id, now=now, keep=kept)
        audit.record_about(
            session,
            action="users.signed_out_everywhere",
            actor=actor,
            person_id=actor.user_id,
            now=now,
            kept_current=keep_current,
        )


@retried
def sign_out_person(*, actor: Actor, user_id: uuid.UUID) -> None:
    """End all sessions of somebody else, browsers and programs; the password stays.

    Args:
        actor: An admin; for the own account there is :func:`sign_out_everywhere`.
        user_id: Whose sessions; without any, nothing happens.

    Raises:
        InvalidInput: The id has a wrong shape.
        NotFound: There is no such person.
        NotAllowed: The actor is no admin, or the account is the actor's own.
        SignInNeeded: The actor's account was closed meanwhile.
    """
    wanted = somebody_else(actor, user_id)
    now = clock.now()
    with transaction() as session:
        user = lock_for_admin(session, actor, wanted)
        if end_sessions(session, user_id=user.id, now=now):
            audit.record_about(
                session, action="users.person_signed_out", actor=actor, person_id=user.id, now=now
            )


@retried
def deactivate(*, actor: Actor, user_id: uuid.UUID) -> None:
    """Close an account: its sessions end and nobody can sign in; its history stays.

    Args:
        actor: An admin, and not of the own account, so that one admin always stays.
        user_id: Whose account.

    Raises:
        InvalidInput: The id has a wrong shape.
        NotFound: There is no such person.
        NotAllowed: The actor is no admin, or the account is the actor's own.
    """
    wanted = somebody_else(actor, user_id)
    now = clock.now()
    with transaction() as session:
        user = lock_for_admin(session, actor, wanted)
        if user.deactivated_at is None:
            user.deactivated_at = now
            audit.record_about(
                session, action="users.deactivated", actor=actor, person_id=user.id, now=now
            )
        end_sessions(session, user_id=user.id, now=now)


@retried
def reactivate(*, actor: Actor, user_id: uuid.UUID) -> None:
    """Open a closed account again, with the password it had.

    Args:
        actor: An admin.
        user_id: Whose account.

    Raises:
        InvalidInput: The id has a wrong shape.
        NotFound: There is no such person.
        NotAllowed: The actor is no admin.
    """
    require(actor, Role.ADMIN)
    wanted = inputs.identifier(user_id, field="user_id")
    with transaction() as session:
        user = lock_for_admin(session, actor, wanted)
        if user.deactivated_at is not None:
            user.deactivated_at = None
            audit.record_about(
                session, action="users.reactivated", actor=actor, person_id=user.id, now=clock.now()
            )


def forget_old_sign_ins() -> int:
    """Remove counters, links and sessions that can matter to nobody any more. For a job.

    Returns:
        How many rows went.
    """
    now = clock.now()
    long_ended = now - sessions.WHOLE_LIFE - ENDED_SESSIONS_KEPT
    with transaction() as session:
        ended = delete(UserSession).where(col(UserSession.created_at) < long_ended)
        gone_count = session.connection().execute(ended).rowcount
        gone_count += forget_links(session, before=now - COUNTERS_KEPT)
        return gone_count + forget_before(session, moment=now - COUNTERS_KEPT)
