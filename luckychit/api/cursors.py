"""Cursors of lists: opaque to callers, and only ever ours.

A cursor says after which item the next page begins. It is signed, so nobody makes one, and
belongs to one kind of list.
"""

import base64
import binascii
import hmac
import json
import uuid
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Query

from luckychit.api.shapes import PageOut
from luckychit.core.errors import InvalidInput
from luckychit.core.settings import settings

Item = TypeVar("Item")
Out = TypeVar("Out")
LONGEST = 300
_SEAL_BYTES = 12

After = Annotated[
    str | None,
    Query(
        max_length=LONGEST,
        description="`next` of the page before; without it, the first page.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=100, description="How many items at most.")]


def written(kind: str, *place: int | str) -> str:
    """Return the cursor of a place in a list.

    Args:
        kind: Of the list, such as ``groups``.
        *place: Whole numbers and texts that say where.
    """
    text = json.dumps([kind, *place], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_seal(text) + text).decode().rstrip("=")


def read(kind: str, cursor: str | None) -> list[int | str] | None:
    """Return the place that a cursor says; None without one.

    Raises:
        InvalidInput: It is not one of ours, or of another list; field ``after``.
    """
    if cursor is None:
        return None
    try:
        made = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError):
        made = b""
    seal, text = made[:_SEAL_BYTES], made[_SEAL_BYTES:]
    if not hmac.compare_digest(seal, _seal(text)):
        raise _wrong()
    found: list[int | str] = json.loads(text)
    if found[0] != kind:
        raise _wrong()
    return found[1:]


def read_id(kind: str, cursor: str | None) -> uuid.UUID | None:
    """Return the id that a cursor says; None without one.

    Raises:
        InvalidInput: It is not one of ours, or of another list; field ``after``.
    """
    place = read(kind, cursor)
    return uuid.UUID(str(place[0])) if place else None


def read_number(kind: str, cursor: str | None) -> int | None:
    """Return the number that a cursor says; None without one.

    Raises:
        InvalidInput: It is not one of ours, or of another list; field ``after``.
    """
    place = read(kind, cursor)
    return int(place[0]) if place else None


def page_of(
    found: Sequence[Item],
    limit: int,
    *,
    shape: Callable[[Item], Out],
    cursor: Callable[[Item], str],
) -> PageOut[Out]:
    """Return a page of what was found, one more than ``limit`` telling that another follows.

    Args:
        found: At most ``limit + 1`` items.
        limit: Items of a page.
        shape: Makes what the caller gets of an item.
        cursor: Makes the cursor of an item.
    """
    items = found[:limit]
    following = cursor(items[-1]) if len(found) > limit else None
    return PageOut(items=[shape(item) for item in items], next=following)


def _seal(text: bytes) -> bytes:
    return hmac.digest(settings().secret("cursor"), text, "sha256")[:_SEAL_BYTES]


def _wrong() -> InvalidInput:
    return InvalidInput({"after": "This is no cursor of this list: send the `next` of a page."})
