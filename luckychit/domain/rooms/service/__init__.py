"""Use-cases of rooms: each opens its own transactions and authorises the actor."""

from luckychit.domain.rooms.service.hosting import cancel, create_room, execute, start
from luckychit.domain.rooms.service.members import buy, join, leave
from luckychit.domain.rooms.service.steps import advance

__all__ = ["advance", "buy", "cancel", "create_room", "execute", "join", "leave", "start"]
