"""Reads for callers that go through a list page by page, and that name a room by its id."""

import uuid
from datetime import datetime

from sqlmodel import col

from luckychit.core.db import reading
from luckychit.domain.actors import Actor, require
from luckychit.domain.rooms import errors
from luckychit.domain.rooms.models import Lobby, LobbyMember
from luckychit.domain.rooms.queries.seen import MOST_PER_PAGE, room_row, rows_of
from luckychit.domain.rooms.rules import normalised_code
from luckychit.domain.rooms.views import RoomRow


def rooms_before(
    *, actor: Actor, now: datetime, before: uuid.UUID | None = None, limit: int = 20
) -> list[RoomRow]:
    """Return the rooms a member is in, the newest room first, in one read.

    New rooms only ever come in front, so a page asked with ``before`` stays what it is.

    Args:
        actor: A member.
        now: The present moment.
        before: ``lobby_id`` of the last room already seen.
        limit: 1 to 101.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is a manager or an admin.
    """
    require(actor, "member")
    # Ids are made from the moment: later ones are larger.
    wanted = rows_of(actor).order_by(col(Lobby.id).desc())
    if before is not None:
        wanted = wanted.where(col(Lobby.id) < before)
    with reading() as session:
        rows = session.execute(wanted.limit(max(1, min(limit, MOST_PER_PAGE + 1)))).all()
    return [room_row(*row, actor=actor, now=now) for row in rows]


def code_of(*, actor: Actor, lobby_id: uuid.UUID, code: str | None = None) -> str:
    """Return the code of a room that is named by its id.

    Args:
        actor: Somebody in the room, or a member who knows its code.
        lobby_id: The room.
        code: As typed, from somebody who is not in the room yet.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is a manager or an admin.
        RoomNotFound: There is no such room, or the actor neither is in it nor has its code.
    """
    require(actor, "member")
    with reading() as session:
        lobby = session.get(Lobby, lobby_id)
        is_in = lobby and session.get(LobbyMember, (lobby.id, actor.user_id)) is not None
    if lobby is None or not (is_in or lobby.code == normalised_code(code)):
        raise errors.RoomNotFound(lobby_id=lobby_id, actor=actor.user_id)
    return lobby.code
