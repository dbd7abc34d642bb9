"""The row of the person who acts, or is acted on by an admin, in the caller's transaction."""

import uuid

from sqlmodel import Session, col, select

from luckychit.core.errors import NotAllowed, NotFound, SignInNeeded
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.users.models import User
from luckychit.domain.users.rules.inputs import identifier


def own_row(session: Session, actor: Actor) -> User:
    """Lock and return the actor's own row; the others may go on referring to it.

    Raises:
        SignInNeeded: The account was closed meanwhile.
    """
    user = session.get(User, actor.user_id, with_for_update={"key_share": True})
    if user is None or user.deactivated_at is not None:
        raise SignInNeeded
    return user


def somebody_else(actor: Actor, user_id: object) -> uuid.UUID:
    """Return whom an administrator acts on, never the own account.

    Args:
        actor: Who acts.
        user_id: Whom, as it was sent.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is no admin, or the account is the actor's own.
        InvalidInput: The id has a wrong shape.
    """
    require(actor, Role.ADMIN)
    wanted = identifier(user_id, field="user_id")
    if wanted == actor.user_id:
        raise NotAllowed
    return wanted


def lock_for_admin(session: Session, actor: Actor, user_id: uuid.UUID) -> User:
    """Lock and return a person's row, and the administrator's own.

    Both, in one order, so that two administrators who act on each other at once neither
    wait for each other nor both succeed.

    Args:
        session: The open transaction.
        actor: An admin.
        user_id: Whom the admin acts on.

    Raises:
        SignInNeeded: The actor's account was closed meanwhile.
        NotFound: There is no such person.
    """
    rows = session.exec(
        select(User)
        .where(col(User.id).in_([actor.user_id, user_id]))
        .order_by(col(User.id))
        .with_for_update()
    ).all()
    found = {row.id: row for row in rows}
    if actor.user_id not in found or found[actor.user_id].deactivated_at is not None:
        raise SignInNeeded
    if user_id not in found:
        raise NotFound
    return found[user_id]
