"""Changing a password, and replacing a lost one.

Who may replace one is the rule against taking over an account: see
:func:`luckychit.domain.users.rules.renewal.may_renew`.
"""

import unicodedata
import uuid
from collections.abc import Sequence

from sqlmodel import Session, col, select

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import InvalidInput, NotAllowed, NotFound, SignInNeeded
from luckychit.core.settings import settings
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.audit.operations import record_about
from luckychit.domain.users import errors
from luckychit.domain.users.models import ManagerMember, User
from luckychit.domain.users.operations.attempts import Subject, count_try, forgive
from luckychit.domain.users.operations.people import (
    end_sessions,
    hash_of,
    is_password,
    prepare_one_time_password,
    set_one_time_password,
    set_password,
)
from luckychit.domain.users.operations.post import post_password_changed
from luckychit.domain.users.rules import inputs, passwords
from luckychit.domain.users.rules.renewal import may_renew
from luckychit.domain.users.service.people import Credentials

_DEMO_MOST = 500


def change_password(*, actor: Actor, current_password: str, new_password: str) -> None:
    """Give the actor a password of the actor's own, and end the other sessions.

    A letter tells of it, when the actor has an e-mail address.

    Args:
        actor: Anybody signed in.
        current_password: The present one, one-time or not.
        new_password: 8 to 256 characters, not easy to guess.

    Raises:
        InvalidInput: A field has a wrong shape, or the new password is easy to guess
            or is the present one.
        TooManyTries: The current password was wrong too often.
        WrongCurrentPassword: The current password is wrong.
        SignInNeeded: The account was closed meanwhile.
    """
    require(actor, *Role)
    current = passwords.typed_password(current_password, field="current_password")
    subject = Subject.of("change", str(actor.user_id))
    stored, is_one_time = _count_change(actor, new_password, subject)
    if is_one_time:
        current = passwords.as_one_time(current)
        is_same = passwords.as_one_time(new_password) == current
    else:
        is_same = _same(new_password, current)
    if not is_password(current, stored):
        raise errors.WrongCurrentPassword
    if is_same:
        raise InvalidInput({"new_password": "Please choose another than the present password."})
    _store_change(actor, stored=stored, replacement=hash_of(new_password), subject=subject)


def _same(one: str, other: str) -> bool:
    return unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other)


@retried
def _count_change(actor: Actor, new_password: str, subject: Subject) -> tuple[str, bool]:
    with transaction() as session:
        user = session.get(User, actor.user_id)
        if user is None or user.deactivated_at is not None:
            raise SignInNeeded
        own = (user.full_name, user.mobile_number, user.email, user.username)
        passwords.new_password(new_password, own=own)
        count_try(session, subjects=[subject], now=clock.now())
        return user.password_hash, user.must_change_password


@retried
def _store_change(actor: Actor, *, stored: str, replacement: str, subject: Subject) -> None:
    now = clock.now()
    with transaction() as session:
        user = session.get_one(User, actor.user_id, with_for_update={"key_share": True})
        if user.password_hash != stored:
            raise errors.WrongCurrentPassword
        set_password(session, user=user, password_hash=replacement, now=now)
        end_sessions(session, user_id=user.id, now=now, keep=actor.session_id)
        post_password_changed(session, user=user, now=now)
        forgive(session, subjects=[subject], now=now)
        record_about(
            session,
            action="users.password_changed",
            actor=actor,
            person_id=user.id,
            now=now,
        )


def renew_one_time_password(*, actor: Actor, user_id: uuid.UUID) -> Credentials:
    """Replace a lost password by a one-time password, and end the person's sessions.

    Args:
        actor: An admin, for managers and members; or the manager who added the
            member, as long as no other manager relies on the account or the member
            has never chosen a password.
        user_id: Whose password.

    Raises:
        InvalidInput: The id has a wrong shape.
        NotFound: Nobody, or not a member of this manager.
        NotAllowed: The actor is a member, or the person is an admin.
        MayNotRenew: It would give the account to the wrong person.
        Deactivated: The person's account is closed.
    """
    require(actor, Role.ADMIN, Role.MANAGER)
    wanted = inputs.identifier(user_id, field="user_id")
    _refuse_early(actor, wanted)
    plain, hashed = prepare_one_time_password()
    return _store_renewal(actor, wanted, plain, hashed)


@retried
def _refuse_early(actor: Actor, user_id: uuid.UUID) -> None:
    with transaction() as session:
        _renewable(session, actor, user_id)


@retried
def _store_renewal(actor: Actor, user_id: uuid.UUID, plain: str, hashed: str) -> Credentials:
    now = clock.now()
    with transaction() as session:
        user = _renewable(session, actor, user_id)
        set_one_time_password(session, user=user, password_hash=hashed, now=now)
        # Whoever did not ask for it must learn that somebody else can sign in now.
        post_password_changed(session, user=user, now=now)
        record_about(
            session,
            action="users.one_time_password_renewed",
            actor=actor,
            person_id=user.id,
            now=now,
            manager_id=actor.user_id if actor.role == Role.MANAGER else None,
        )
        login = user.mobile_number or user.email or user.username or ""
        return Credentials(user.id, user.full_name, login, plain)


def _renewable(session: Session, actor: Actor, user_id: uuid.UUID) -> User:
    # Why: FOR UPDATE also waits for a manager who is being linked to the member.
    user = session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound
    if actor.role == Role.MANAGER:
        linked = session.exec(
            select(ManagerMember.manager_id).where(col(ManagerMember.user_id) == user_id)
        ).all()
        if actor.user_id not in linked:
            raise NotFound
        if not may_renew(
            is_creator=user.created_by == actor.user_id,
            has_own_password=user.password_changed_at is not None,
            manager_count=len(linked),
        ):
            raise errors.MayNotRenew
    elif user.role == Role.ADMIN:
        raise NotAllowed
    if user.deactivated_at is not None:
        raise errors.Deactivated
    return user


def set_demo_passwords(*, user_ids: Sequence[uuid.UUID], password: str) -> None:
    """Give the people of the demo one known password. Refused in live mode.

    Args:
        user_ids: At most 500 people.
        password: As for :func:`change_password`.

    Raises:
        NotAllowed: Live mode.
        InvalidInput: The password is easy to guess.
    """
    if settings().is_live:
        raise NotAllowed
    assert len(user_ids) <= _DEMO_MOST
    hashed = hash_of(passwords.new_password(password, field="password"))
    now = clock.now()
    with transaction() as session:
        for user_id in sorted(user_ids):
            user = session.get_one(User, user_id)
            set_password(session, user=user, password_hash=hashed, now=now)
