"""Reads of rooms, for those who are in them; to a stranger they do not exist."""

from luckychit.domain.rooms.queries.entrance import invitation
from luckychit.domain.rooms.queries.paged import code_of, rooms_before
from luckychit.domain.rooms.queries.seen import (
    MOST_LISTENED,
    MOST_PER_PAGE,
    lobby_ids_of,
    my_rooms,
    room,
)

__all__ = [
    "MOST_LISTENED",
    "MOST_PER_PAGE",
    "code_of",
    "invitation",
    "lobby_ids_of",
    "my_rooms",
    "room",
    "rooms_before",
]
