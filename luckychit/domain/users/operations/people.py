"""Writes about people, in the caller's transaction."""

import uuid
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select, update

from luckychit.core.ids import new_id
from luckychit.core.settings import settings
from luckychit.domain.actors import Role
from luckychit.domain.notify.operations import tell
from luckychit.domain.users import errors
from luckychit.domain.users.models import ManagerMember, User, UserSession
from luckychit.domain.users.operations.links import RESET_PASSWORD, end_links
from luckychit.domain.users.rules import passwords


def hash_of(password: str) -> str:
    """Return the hash to store, with this installation's pepper and cost.

    Takes about a quarter of a second: never call it inside a transaction.
    """
    cost = settings().bcrypt_cost
    return passwords.hash_password(password, pepper=settings().secret("pepper"), cost=cost)


def is_password(password: str, stored: str | None) -> bool:
    """Tell whether the password is the stored one; as slow when nothing is stored.

    Never call it inside a transaction.
    """
    cost = settings().bcrypt_cost
    return passwords.matches(password, stored, pepper=settings().secret("pepper"), cost=cost)


def prepare_one_time_password() -> tuple[str, str]:
    """Make a one-time password and its hash.

    Takes about a quarter of a second: never call it inside a transaction.

    Returns:
        The password, to be shown once, and the hash to give to :func:`link_member`.
    """
    password = passwords.one_time_password()
    return password, hash_of(password)


def insert_person(
    session: Session,
    *,
    role: Role,
    full_name: str,
    password_hash: str,
    is_one_time: bool,
    now: datetime,
    mobile_number: str | None = None,
    email: str | None = None,
    username: str | None = None,
    created_by: uuid.UUID | None = None,
) -> uuid.UUID | None:
    """Add a person, unless another one has the same login.

    Waits for a person of the same login who is being added at the same moment.

    Args:
        session: The open transaction.
        role: What the person may do.
        full_name: Checked name.
        password_hash: What to store.
        is_one_time: True when somebody else knows the password; it then expires.
        now: When.
        mobile_number: E.164, or None.
        email: Lower case, or None.
        username: Lower case, or None.
        created_by: Who adds the person.

    Returns:
        The new person, or None when the login is taken and nothing was written.
    """
    return session.execute(
        insert(User)
        .values(
            id=new_id(),
            role=role.value,
            full_name=full_name,
            mobile_number=mobile_number,
            email=email,
            username=username,
            password_hash=password_hash,
            must_change_password=is_one_time,
            one_time_expires_at=now + passwords.ONE_TIME_LIFE if is_one_time else None,
            password_changed_at=None if is_one_time else now,
            created_by=created_by,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(col(User.id))
    ).scalar_one_or_none()


def link_member(
    session: Session,
    *,
    manager_id: uuid.UUID,
    full_name: str,
    mobile_number: str,
    password_hash: str | None,
    now: datetime,
) -> tuple[uuid.UUID, bool]:
    """Let a manager know a member; add the person when the number is new.

    A person who exists keeps name and password. Called twice, or by two at once, it
    gives one person and one link.

    Args:
        session: The open transaction.
        manager_id: The manager.
        full_name: Checked name, used for a new person only.
        mobile_number: E.164.
        password_hash: Hash of the new person's one-time password, which expires in 7
            days; None adds a person who cannot sign in until one is renewed.
        now: When.

    Returns:
        The person, and whether the person is new.

    Raises:
        NotAMember: The number belongs to a manager or an admin.
        Deactivated: The person's account is closed.
    """
    user_id = insert_person(
        session,
        role=Role.MEMBER,
        full_name=full_name,
        mobile_number=mobile_number,
        password_hash=password_hash or passwords.NO_PASSWORD,
        is_one_time=True,
        created_by=manager_id,
        now=now,
    )
    is_new = user_id is not None
    if user_id is None:
        known = session.exec(select(User).where(User.mobile_number == mobile_number)).one()
        if known.role != Role.MEMBER:
            raise errors.NotAMember
        if known.deactivated_at is not None:
            raise errors.Deactivated
        user_id = known.id
    session.execute(
        insert(ManagerMember)
        .values(manager_id=manager_id, user_id=user_id, linked_at=now)
        .on_conflict_do_nothing()
    )
    return user_id, is_new


def end_sessions(
    session: Session, *, user_id: uuid.UUID, now: datetime, keep: uuid.UUID | None = None
) -> bool:
    """End every session of a person, but for the one to keep; open pages hear of it.

    Args:
        session: The open transaction.
        user_id: Whose.
        now: When.
        keep: The session that goes on, or None.

    Returns:
        Whether there was one to end.
    """
    ended = (
        update(UserSession)
        .where(
            col(UserSession.user_id) == user_id,
            col(UserSession.revoked_at).is_(None),
            col(UserSession.id) != (keep or uuid.UUID(int=0)),
        )
        .values(revoked_at=now)
    )
    has_ended = session.connection().execute(ended).rowcount > 0
    if has_ended:
        tell_ended(session, user_id=user_id, now=now)
    return has_ended


def tell_ended(session: Session, *, user_id: uuid.UUID, now: datetime) -> None:
    """Let the open pages of a person look again whether their session still holds.

    Args:
        session: The open transaction, in which a session ended.
        user_id: Whose.
        now: When.
    """
    tell(session, kind="sessions_ended", user_id=user_id, now=now)


def set_password(session: Session, *, user: User, password_hash: str, now: datetime) -> None:
    """Store a password that the person chose; links that would replace it die.

    Args:
        session: The open transaction.
        user: The person's row, locked.
        password_hash: From :func:`hash_of`.
        now: When.
    """
    user.password_hash = password_hash
    user.must_change_password = False
    user.one_time_expires_at = None
    user.password_changed_at = now
    session.add(user)
    end_links(session, user_id=user.id, purpose=RESET_PASSWORD, now=now)


def set_one_time_password(
    session: Session, *, user: User, password_hash: str, now: datetime
) -> None:
    """Store a password that somebody else has seen; it ends every session.

    Args:
        session: The open transaction.
        user: The person's row, locked.
        password_hash: From :func:`prepare_one_time_password`.
        now: When; it expires 7 days later.
    """
    user.password_hash = password_hash
    user.must_change_password = True
    user.one_time_expires_at = now + passwords.ONE_TIME_LIFE
    session.add(user)
    end_sessions(session, user_id=user.id, now=now)
