"""Leaving: closing the own account, and taking along all that is held about oneself."""

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from luckychit.core import clock
from luckychit.core.db import reading, retried, transaction
from luckychit.core.errors import NotAllowed, SignInNeeded, TooManyTries
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.audit import operations as audit
from luckychit.domain.audit import person as audit_of
from luckychit.domain.mail import letters
from luckychit.domain.mail import person as letters_of
from luckychit.domain.notify import person as news_of
from luckychit.domain.users import closing, errors, holdings
from luckychit.domain.users.models import AccountLink, RecoveryCode, User, UserSession
from luckychit.domain.users.operations.own import own_row
from luckychit.domain.users.operations.people import end_sessions
from luckychit.domain.users.operations.post import post_about_account
from luckychit.domain.users.service.confirming import Confirmed, confirm_password

EXPORTED_EVERY = timedelta(minutes=1)
EXPORTED = "users.data_exported"
_ACCOUNT = (
    "id",
    "role",
    "full_name",
    "mobile_number",
    "email",
    "email_verified_at",
    "username",
    "public_name",
    "birth_date",
    "language",
    "theme",
    "reality_check_min",
    "password_changed_at",
    "totp_confirmed_at",
    "last_signed_in_at",
    "created_at",
)
_SESSION = (
    "kind",
    "address",
    "user_agent",
    "created_at",
    "last_seen_at",
    "revoked_at",
    "second_factor_at",
)
# The secrets themselves are hashes, which even their owner has no use for.
_LINK = ("purpose", "email", "tries", "created_at", "expires_at", "used_at")


def close_own_account(*, actor: Actor, current_password: str) -> None:
    """Close the actor's account: its sessions end, and nobody can sign in to it.

    What the books must keep stays; an admin can open the account again.

    Args:
        actor: A member or a manager.
        current_password: The present one.

    Raises:
        NotAllowed: The actor is an admin: one must always stay.
        InvalidInput: The password has a wrong shape.
        TooManyTries: The password was wrong too often.
        WrongCurrentPassword: The password is wrong.
        AccountInUse: Something is unfinished.
        SignInNeeded: The account was closed meanwhile.
    """
    require(actor, *Role)
    if actor.role == Role.ADMIN:
        raise NotAllowed(role=actor.role)
    _close(actor, confirm_password(actor, current_password))


@retried
def _close(actor: Actor, confirmed: Confirmed) -> None:
    with transaction() as session:
        now = clock.now()
        # The ledger's locks come before the person's row, as in every sale. Then FOR UPDATE
        # waits for whoever is just writing something about the person, and all is asked again.
        closing.objections(session, actor.user_id)
        user = session.get(User, actor.user_id, with_for_update=True)
        if user is None or user.deactivated_at is not None:
            raise SignInNeeded
        confirmed.hold(session, user=user, now=now)
        unfinished = closing.objections(session, user.id)
        if unfinished:
            raise errors.AccountInUse(why=" ".join(unfinished))
        user.deactivated_at, user.public_name = now, None
        end_sessions(session, user_id=user.id, now=now)
        audit.record_about(
            session,
            action="users.account_closed",
            actor=actor,
            person_id=user.id,
            now=now,
        )
        post_about_account(session, user=user, say=letters.account_closed, now=now)


def export_own(*, actor: Actor) -> Iterator[str]:
    """Return all that is held about the actor, as the pieces of one JSON text.

    The first piece is read before this returns, so a refusal comes before the answer
    begins; each list is read at one moment, and no transaction waits for a slow reader.

    Args:
        actor: Anybody signed in; once a minute.

    Raises:
        SignInNeeded: Nobody asks, or the account was closed meanwhile.
        TooManyTries: The last time was less than a minute ago.
    """
    require(actor, *Role)
    _count_export(actor)
    return _pieces(actor.user_id)


@retried
def _count_export(actor: Actor) -> None:
    with transaction() as session:
        now = clock.now()
        own_row(session, actor)
        last = audit_of.last_done(session, actor_id=actor.user_id, action=EXPORTED)
        wait = last + EXPORTED_EVERY - now if last else timedelta()
        if wait > timedelta():
            raise TooManyTries(retry_after_s=-(-wait // timedelta(seconds=1)))
        audit.record_about(
            session,
            action=EXPORTED,
            actor=actor,
            person_id=actor.user_id,
            now=now,
        )


def _pieces(user_id: uuid.UUID) -> Iterator[str]:
    with reading() as session:
        account = _account(session, user_id)
    yield _head("made_at", holdings.plain(clock.now()), begins="{") + _head("account", account)
    for name in holdings.names():
        with reading() as session:
            rows = holdings.held(session, name, user_id)
        yield _head(name, rows)
    yield "\n}\n"


def _head(name: str, value: Any, *, begins: str = ",") -> str:
    said = json.dumps(value, ensure_ascii=False, indent=1)
    return f"{begins}\n{json.dumps(name)}: {said}"


def _account(session: Session, user_id: uuid.UUID) -> holdings.Holding:
    user = session.get_one(User, user_id)
    return {name: holdings.plain(getattr(user, name)) for name in _ACCOUNT}


@holdings.register("sessions")
def _sessions(session: Session, user_id: uuid.UUID) -> list[holdings.Holding]:
    found = select(UserSession).where(UserSession.user_id == user_id)
    rows = session.exec(found.order_by(col(UserSession.created_at))).all()
    return [{name: getattr(row, name) for name in _SESSION} for row in rows]


@holdings.register("links")
def _links(session: Session, user_id: uuid.UUID) -> list[holdings.Holding]:
    found = select(AccountLink).where(AccountLink.user_id == user_id)
    rows = session.exec(found.order_by(col(AccountLink.created_at))).all()
    return [{name: getattr(row, name) for name in _LINK} for row in rows]


@holdings.register("recovery_codes")
def _recovery_codes(session: Session, user_id: uuid.UUID) -> list[holdings.Holding]:
    rows = session.exec(select(RecoveryCode).where(RecoveryCode.user_id == user_id)).all()
    return [{"created_at": row.created_at, "used_at": row.used_at} for row in rows]


# These slices are below this one, so they cannot come by themselves.
holdings.register("letters")(letters_of.held_about)
holdings.register("notices")(news_of.held_about)
holdings.register("audit_trail")(audit_of.held_about)
