"""Idempotency keys: made by the caller before sending, so that a repeat does nothing again."""

import asyncio
import base64
import hashlib
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Header

from luckychit.core import errors
from luckychit.domain.actors import Actor
from luckychit.domain.chits import errors as chits
from luckychit.domain.rooms import errors as rooms
from luckychit.domain.tickets import errors as tickets
from luckychit.domain.wallet import errors as wallet

R = TypeVar("R")
NAME = "Idempotency-Key"
LONGEST = 80
# Printable ASCII without blanks at the ends, which a header does not carry.
PATTERN = r"^[!-~]([ -~]*[!-~])?$"
ABOUT = (
    "Made by you before sending, such as a UUID. The same call with the same key does nothing"
    " again and answers like the first; another call with it is refused."
)
_REUSED = (chits.KeyReused, rooms.KeyReused, tickets.KeyReused, wallet.KeyReused)

Key = Annotated[
    str,
    Header(
        alias=NAME,
        min_length=1,
        max_length=LONGEST,
        pattern=PATTERN,
        description=ABOUT,
        examples=["0191e0c4-6d1c-7b3e-9c57-1f2a3b4c5d6e"],
    ),
]


class KeyUsedBefore(errors.Refused):
    """The caller's key named another request."""

    code = "api.key_used_before"
    sentence = "This Idempotency-Key was sent with another request before. Please make a new one."


async def demanded(key: Key) -> None:
    """Ask for a key also where a repeat is harmless by itself, so that callers need no list."""


def own(actor: Actor, what: str, key: str) -> str:
    """Return a key that no other caller and no other kind of request can meet.

    Args:
        actor: The caller, whose key it is.
        what: The kind of request, such as ``groups.create``.
        key: As sent.

    Returns:
        43 plain characters.
    """
    text = f"{actor.user_id.hex}\0{what}\0{key}".encode()
    return base64.urlsafe_b64encode(hashlib.sha256(text).digest()).decode().rstrip("=")


async def once(call: Callable[..., R], **arguments: Any) -> R:
    """Call a service beside the event loop; a key that named another request is refused.

    Raises:
        KeyUsedBefore: It was; whatever else the service raises.
    """
    try:
        return await asyncio.to_thread(call, **arguments)
    except _REUSED as exc:
        raise KeyUsedBefore(**exc.facts) from exc
    except errors.InvalidInput as exc:
        # Its shape was checked here, so it can only have been used for something else.
        if set(exc.fields) == {"key"}:
            raise KeyUsedBefore from exc
        raise
