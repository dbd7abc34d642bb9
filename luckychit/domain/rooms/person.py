"""What rooms hold of one person, and what in them keeps an account open."""

import uuid

from sqlalchemy import text
from sqlmodel import Session

from luckychit.domain.users import closing, holdings

_ROOMS = text(
    "SELECT l.code, l.name, l.host_id = m.user_id AS is_host, d.status, l.created_at,"
    " m.joined_at FROM lobby_members m JOIN lobbies l ON l.id = m.lobby_id"
    " JOIN draws d USING (draw_id) WHERE m.user_id = :user_id ORDER BY m.joined_at, l.id"
)
_HOSTED = text(
    "SELECT l.name FROM lobbies l JOIN draws d USING (draw_id)"
    " WHERE l.host_id = :user_id AND d.status IN ('open','locked') LIMIT 1"
)


@closing.register
def hosting(session: Session, user_id: uuid.UUID) -> str | None:
    """Object while a room of the person's own is open."""
    name = session.execute(_HOSTED, {"user_id": user_id}).scalar()
    return f"Your room {name} is still open." if name else None


holdings.register_query("rooms", _ROOMS)
