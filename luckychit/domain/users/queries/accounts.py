"""Reads about people: frozen views, fields chosen."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from luckychit.core.db import reading
from luckychit.core.errors import NotFound, SignInNeeded
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.users.models import ManagerMember, User
from luckychit.domain.users.operations.second_factor import recovery_codes_left
from luckychit.domain.users.rules.inputs import identifier, mask_mobile

MOST_MANAGERS = 1000


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person as those see one who run circles with this person."""

    user_id: uuid.UUID
    full_name: str
    mobile_number: str
    mobile_masked: str
    has_signed_in: bool


@dataclass(frozen=True, slots=True)
class ManagerView:
    """A manager, as an admin sees one."""

    user_id: uuid.UUID
    full_name: str
    mobile_number: str
    email: str
    has_signed_in: bool
    is_active: bool
    created_at: datetime
    has_second_factor: bool = False


@dataclass(frozen=True, slots=True)
class ProfileView:
    """What a person may see of the own account."""

    full_name: str
    role: str
    mobile_number: str
    email: str
    username: str
    must_change_password: bool
    password_changed_at: datetime | None
    created_at: datetime
    email_is_verified: bool = False
    public_name: str = ""
    birth_date: date | None = None
    language: str = "en"
    theme: str = "system"
    has_second_factor: bool = False
    recovery_codes_left: int = 0


def names_of(session: Session, *, user_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, PersonView]:
    """Return the people of these ids, in one read of the caller's transaction.

    It asks for no actor: the caller has checked who may see these people.

    Args:
        session: The open transaction.
        user_ids: At most some thousands; unknown ones are left out.
    """
    rows = session.exec(select(User).where(col(User.id).in_(set(user_ids)))).all()
    return {row.id: _person(row) for row in rows}


def shown_names(session: Session, *, user_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return how these people chose to be shown to everybody; who did not is left out.

    Args:
        session: The open transaction.
        user_ids: Winners, at most some thousands.
    """
    rows = session.execute(
        select(User.id, User.public_name).where(
            col(User.id).in_(set(user_ids)), col(User.public_name).is_not(None)
        )
    )
    return {user_id: name or "" for user_id, name in rows}


def shown_name(user_id: uuid.UUID) -> str:
    """Return how a winner chose to be shown to everybody, or ""."""
    with reading() as session:
        return shown_names(session, user_ids=[user_id]).get(user_id, "")


def members_by_mobile(
    session: Session, *, manager_id: uuid.UUID, mobile_numbers: Collection[str]
) -> dict[str, PersonView]:
    """Return which of these numbers are members this manager knows already.

    Members of other managers are left out, so a number typed tells nothing of them.

    Args:
        session: The open transaction.
        manager_id: The manager.
        mobile_numbers: E.164.
    """
    rows = session.exec(
        select(User)
        .join(ManagerMember, col(ManagerMember.user_id) == User.id)
        .where(
            col(ManagerMember.manager_id) == manager_id,
            col(User.mobile_number).in_(set(mobile_numbers)),
        )
    ).all()
    return {row.mobile_number: _person(row) for row in rows if row.mobile_number}


def own_member(*, actor: Actor, user_id: object) -> PersonView:
    """Return one of the members that a manager knows.

    Args:
        actor: A manager.
        user_id: Whom, as it was sent.

    Raises:
        NotAllowed: The actor is no manager.
        InvalidInput: The id has a wrong shape.
        NotFound: The manager knows no such member.
    """
    require(actor, Role.MANAGER)
    wanted = identifier(user_id, field="user_id")
    with reading() as session:
        found = session.exec(
            select(User)
            .join(ManagerMember, col(ManagerMember.user_id) == User.id)
            .where(col(ManagerMember.manager_id) == actor.user_id, col(User.id) == wanted)
        ).one_or_none()
        if found is None:
            raise NotFound
        return _person(found)


def _person(row: User) -> PersonView:
    mobile_number = row.mobile_number or ""
    return PersonView(
        user_id=row.id,
        full_name=row.full_name,
        mobile_number=mobile_number,
        mobile_masked=mask_mobile(mobile_number) if mobile_number else "",
        has_signed_in=row.last_signed_in_at is not None,
    )


def managers(*, actor: Actor) -> list[ManagerView]:
    """Return all managers by name; 1,000 at most.

    Args:
        actor: An admin.

    Raises:
        NotAllowed: The actor is not an admin.
    """
    require(actor, Role.ADMIN)
    with reading() as session:
        rows = session.exec(
            select(User)
            .where(User.role == Role.MANAGER)
            .order_by(col(User.full_name), col(User.id))
            .limit(MOST_MANAGERS)
        ).all()
        return [
            ManagerView(
                user_id=row.id,
                full_name=row.full_name,
                mobile_number=row.mobile_number or "",
                email=row.email or "",
                has_signed_in=row.last_signed_in_at is not None,
                is_active=row.deactivated_at is None,
                created_at=row.created_at,
                has_second_factor=row.totp_confirmed_at is not None,
            )
            for row in rows
        ]


def profile(*, actor: Actor) -> ProfileView:
    """Return the actor's own account.

    Args:
        actor: Anybody signed in.

    Raises:
        SignInNeeded: It is nobody.
    """
    require(actor, *Role)
    with reading() as session:
        row = session.get(User, actor.user_id)
        if row is None:
            raise SignInNeeded
        return ProfileView(
            full_name=row.full_name,
            role=row.role,
            mobile_number=row.mobile_number or "",
            email=row.email or "",
            username=row.username or "",
            must_change_password=row.must_change_password,
            password_changed_at=row.password_changed_at,
            created_at=row.created_at,
            email_is_verified=row.email_verified_at is not None,
            public_name=row.public_name or "",
            birth_date=row.birth_date,
            language=row.language,
            theme=row.theme,
            has_second_factor=row.totp_confirmed_at is not None,
            recovery_codes_left=recovery_codes_left(session, user=row),
        )


def theme_of(*, actor: Actor) -> str:
    """Return the looks a person chose: ``system``, ``light`` or ``dark``.

    Raises:
        SignInNeeded: It is nobody.
    """
    require(actor, *Role)
    with reading() as session:
        return session.exec(select(User.theme).where(User.id == actor.user_id)).one()


def unverified_email(*, actor: Actor) -> str:
    """Return the actor's e-mail address while it is not confirmed; "" when nothing is to do.

    Args:
        actor: Anybody signed in.
    """
    require(actor, *Role)
    with reading() as session:
        found = session.exec(
            select(User.email).where(
                col(User.id) == actor.user_id, col(User.email_verified_at).is_(None)
            )
        ).one_or_none()
        return found or ""
