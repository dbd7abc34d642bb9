"""Reads about the safety of play."""

from datetime import datetime

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.safety.operations.exclusions import running_break


def excluded_until(actor: Actor) -> datetime | None:
    """Return until when the actor takes a break from games; None when not on one.

    Raises:
        SignInNeeded: It is nobody.
    """
    require(actor, *Role)
    with reading() as session:
        return running_break(session, actor.user_id, clock.now())
