"""Who acts: what every service asks for first. The lowest slice; it owns no table.

An actor is made anew for every event and every request from a session that holds at that
moment (users/service/actor.py); nothing remembers one.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from luckychit.core.errors import NotAllowed, SignInNeeded


class Role(StrEnum):
    """What a person may do; fixed when the account is made."""

    ADMIN = "admin"
    MANAGER = "manager"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, as services see one.

    Args:
        user_id: Who.
        role: ``admin``, ``manager`` or ``member``.
        full_name: As the person is called.
        session_id: The session by which the person acts.
        must_change_password: A one-time password has not been replaced yet.
        birth_date: As the person declared it; None when not asked yet.
        country: Where the request comes from, ISO 3166-1 alpha-2 in capitals; "" when the
            operator has set up no way to know.
    """

    user_id: uuid.UUID
    role: str
    full_name: str
    session_id: uuid.UUID
    must_change_password: bool
    birth_date: date | None = None
    country: str = ""


def require(actor: Actor, *roles: str) -> None:
    """Let an actor of one of these roles pass.

    Args:
        actor: Who asks.
        *roles: ``admin``, ``manager``, ``member``.

    Raises:
        SignInNeeded: It is nobody.
        NotAllowed: The actor has another role.
    """
    if not isinstance(actor, Actor):
        raise SignInNeeded
    if actor.role not in roles:
        raise NotAllowed(role=actor.role)
