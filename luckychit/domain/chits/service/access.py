"""Whether an actor may act on a circle. Another's circle does not exist for them."""

import uuid

from sqlmodel import Session

from luckychit.domain.actors import Actor, require
from luckychit.domain.chits import errors
from luckychit.domain.chits.models import ChitGroup
from luckychit.domain.chits.operations.locks import lock_group
from luckychit.domain.chits.rules.checks import checked_id


def lock_own_group(session: Session, actor: Actor, group_id: object) -> ChitGroup:
    """Lock a group of the manager's own.

    Args:
        session: The open transaction.
        actor: Who acts.
        group_id: What the caller sent as the group's id.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is not a manager.
        GroupNotFound: There is no such group, or it is another manager's.
    """
    require(actor, "manager")
    group = lock_group(session, checked_group_id(group_id))
    if group.manager_id != actor.user_id:
        raise errors.GroupNotFound(group_id=group_id, actor=actor.user_id)
    return group


def checked_group_id(sent: object) -> uuid.UUID:
    """Return an id; what is none finds nothing.

    Raises:
        GroupNotFound: It is not an id.
    """
    group_id = checked_id(sent)
    if group_id is None:
        raise errors.GroupNotFound(group_id=str(sent)[:80])
    return group_id
