"""Signing in and out.

The slow part, bcrypt, runs after the tries are counted and outside every transaction.
An unknown login takes the same way as a wrong password: same counters, same queries,
same work, same answer.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select, update

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.log import get_logger
from luckychit.domain.actors import Actor
from luckychit.domain.audit.operations import record
from luckychit.domain.users import errors
from luckychit.domain.users.models import User, UserSession
from luckychit.domain.users.operations.attempts import Subject, count_try, forgive
from luckychit.domain.users.operations.begin import begin_session
from luckychit.domain.users.operations.challenges import begin_challenge
from luckychit.domain.users.operations.people import is_password, tell_ended
from luckychit.domain.users.rules import inputs, passwords, sessions
from luckychit.domain.users.service.actor import actor_from

_log = get_logger(__name__)
_NOBODY = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session; its token is never seen again.

    A browser's goes into the cookie, a program's is the session's first refresh token.
    """

    token: str
    actor: Actor


def sign_in(
    *, login: str, password: str, address: str, user_agent: str = "", kind: str = "web"
) -> SignedIn:
    """Begin a session for whoever knows the password.

    A one-time password is read in capitals or not, with its hyphens or not.

    Args:
        login: Mobile number (10 digits are Indian), e-mail address or username, in
            capitals or not; at most 254 characters.
        password: At most 256 characters.
        address: Network address of the visitor, as seen behind trusted proxies.
        user_agent: What the browser says it is.
        kind: ``web`` for a browser, ``api`` for a program.

    Raises:
        InvalidInput: A field is empty, too long or not text.
        TooManyTries: This login or address has failed too often; no password was
            looked at.
        WrongCredentials: Unknown login or wrong password.
        OneTimePasswordExpired: The right one-time password, more than 7 days old.
        Deactivated: The right password of a closed account.
        SecondFactorNeeded: The right password of somebody with a second factor; no session
            has begun yet.
    """
    name = inputs.login(login)
    typed = passwords.typed_password(password)
    seen_from = inputs.address(address)
    network = inputs.network(seen_from)
    subjects = (
        Subject.of("pair", network, name),
        Subject.of("account", name),
        Subject.of("address", network),
    )
    known = _find_and_count(name=name, seen_from=seen_from, subjects=subjects)
    if not _is_right(typed, known):
        _log.info("sign_in_failed", address=network)
        raise errors.WrongCredentials
    assert known is not None
    admitted = _admit(
        known,
        subjects=subjects,
        seen_from=seen_from,
        user_agent=inputs.user_agent(user_agent),
        kind=kind,
    )
    if isinstance(admitted, str):
        raise errors.SecondFactorNeeded(challenge=admitted)
    return admitted


@retried
def sign_out(*, token: str) -> None:
    """End the session of this token; nothing happens when there is none.

    Args:
        token: Value of the session cookie.
    """
    hashed = sessions.token_hash(token)
    if hashed is None:
        return
    now = clock.now()
    with transaction() as session:
        ended = session.execute(
            update(UserSession)
            .where(col(UserSession.token_hash) == hashed, col(UserSession.revoked_at).is_(None))
            .values(revoked_at=now)
            .returning(col(UserSession.id), col(UserSession.user_id))
        ).one_or_none()
        if ended is not None:
            note_sign_out(session, session_id=ended.id, user_id=ended.user_id, now=now)


def note_sign_out(
    session: Session, *, session_id: uuid.UUID, user_id: uuid.UUID, now: datetime
) -> None:
    """Note in the trail that a session was ended by its owner; open pages hear of it."""
    user = session.get_one(User, user_id)
    _record(session, "users.signed_out", actor_from(user, session_id), now)
    tell_ended(session, user_id=user.id, now=now)


@dataclass(frozen=True, slots=True)
class _Known:
    user_id: uuid.UUID
    password_hash: str
    is_one_time: bool


@retried
def _find_and_count(*, name: str, seen_from: str, subjects: tuple[Subject, ...]) -> _Known | None:
    with transaction() as session:
        user = session.exec(select(User).where(_has_login(name))).one_or_none()
        user_id = user.id if user else _NOBODY
        been_here = session.exec(
            select(UserSession.id)
            .where(UserSession.user_id == user_id, UserSession.address == seen_from)
            .limit(1)
        ).first()
        count_try(
            session,
            subjects=subjects,
            now=clock.now(),
            unblocked="account" if been_here else "",
        )
        if user is None:
            return None
        return _Known(user.id, user.password_hash, user.must_change_password)


def _has_login(name: str) -> ColumnElement[bool]:
    if "@" in name:
        return col(User.email) == name
    if name.startswith("+"):
        return col(User.mobile_number) == name
    return col(User.username) == name


def _is_right(typed: str, known: _Known | None) -> bool:
    if known is not None and known.is_one_time:
        typed = passwords.as_one_time(typed)
    return is_password(typed, known.password_hash if known else None)


@retried
def _admit(
    known: _Known,
    *,
    subjects: tuple[Subject, ...],
    seen_from: str,
    user_agent: str,
    kind: str,
) -> SignedIn | str:
    now = clock.now()
    with transaction() as session:
        user = session.get_one(User, known.user_id, with_for_update={"key_share": True})
        if user.password_hash != known.password_hash:
            raise errors.WrongCredentials
        if user.deactivated_at is not None:
            raise errors.Deactivated
        if user.one_time_expires_at is not None and now >= user.one_time_expires_at:
            raise errors.OneTimePasswordExpired
        forgive(session, subjects=subjects, now=now)
        if user.totp_confirmed_at is not None:
            return begin_challenge(session, user=user, now=now)
        user.last_signed_in_at = now
        token, session_id = begin_session(
            session, user=user, address=seen_from, user_agent=user_agent, now=now, kind=kind
        )
        _log.info("signed_in", user_id=str(user.id))
        actor = actor_from(user, session_id)
        record_sign_in(session, actor=actor, now=now)
        return SignedIn(token, actor)


def record_sign_in(session: Session, *, actor: Actor, now: datetime) -> None:
    """Note in the trail that a session began."""
    _record(session, "users.signed_in", actor, now)


def _record(session: Session, action: str, actor: Actor, now: datetime) -> None:
    record(
        session,
        action=action,
        actor=actor,
        subject=("session", actor.session_id),
        now=now,
        owner_id=actor.user_id,
    )
