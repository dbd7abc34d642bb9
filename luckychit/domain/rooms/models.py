"""Tables of rooms. Guards and grants are in migration 0011."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from luckychit.core.ids import new_id

MOST_PARTICIPANTS = 50


class Lobby(SQLModel, table=True):
    """A room. Whether it sells, is locked or drawn is told by its draw."""

    __tablename__ = "lobbies"
    __table_args__ = (
        UniqueConstraint("code", name="lobby_code_once"),
        UniqueConstraint("draw_id", name="lobby_draw_once"),
        UniqueConstraint("host_id", "key", name="lobby_key_once"),
        CheckConstraint("code ~ '^[A-HJ-NP-Z2-9]{6,10}$'", name="lobby_code"),
        CheckConstraint("length(name) BETWEEN 1 AND 100", name="lobby_name"),
        CheckConstraint(
            f"max_participants BETWEEN 2 AND {MOST_PARTICIPANTS}", name="lobby_participants"
        ),
        CheckConstraint("started_at IS NULL OR started_at < expires_at", name="lobby_started"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    code: str = Field(max_length=10)
    key: str = Field(max_length=80)
    name: str = Field(max_length=100)
    host_id: uuid.UUID = Field(foreign_key="users.id")
    draw_id: str = Field(foreign_key="draws.draw_id", max_length=40)
    max_participants: int = MOST_PARTICIPANTS
    created_at: datetime
    expires_at: datetime
    started_at: datetime | None = None


class LobbyMember(SQLModel, table=True):
    """Somebody in a room. Whether with a ticket is told by the tickets of its draw."""

    __tablename__ = "lobby_members"
    __table_args__ = (Index("lobbies_of_a_person", "user_id", "joined_at"),)

    lobby_id: uuid.UUID = Field(foreign_key="lobbies.id", primary_key=True)
    user_id: uuid.UUID = Field(foreign_key="users.id", primary_key=True)
    joined_at: datetime
