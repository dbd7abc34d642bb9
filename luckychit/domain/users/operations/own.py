"""The row of the person who acts, in the caller's transaction."""

from sqlmodel import Session

from luckychit.core.errors import SignInNeeded
from luckychit.domain.actors import Actor
from luckychit.domain.users.models import User


def own_row(session: Session, actor: Actor) -> User:
    """Lock and return the actor's own row; the others may go on referring to it.

    Raises:
        SignInNeeded: The account was closed meanwhile.
    """
    user = session.get(User, actor.user_id, with_for_update={"key_share": True})
    if user is None or user.deactivated_at is not None:
        raise SignInNeeded
    return user
