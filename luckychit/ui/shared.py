"""Reads that are the same for everybody: one for all pages that open at about the same time."""

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from luckychit.ui import session

T = TypeVar("T")
SHARED_S = 0.25

_all: list["SharedRead[object]"] = []


class SharedRead(Generic[T]):
    """A read of public facts whose answer is shared for a moment.

    A storm of a thousand pages costs four reads a second, not a thousand. News makes
    every answer old at once, so a page that was nudged never sees what was before.
    """

    def __init__(self, read: Callable[[], T]) -> None:
        """Share the answers of ``read``, which blocks and takes no arguments."""
        self._read = read
        self._began = 0.0
        self._reading: asyncio.Task[T] | None = None
        _all.append(self)  # type: ignore[arg-type]

    async def get(self) -> T:
        """Return what the database said, at most a quarter of a second ago."""
        if self._reading is None or time.monotonic() - self._began > SHARED_S:
            self._began = time.monotonic()
            self._reading = asyncio.create_task(session.call(self._read))
        # Whoever gives up waiting does not take the answer from the others.
        return await asyncio.shield(self._reading)

    def forget(self) -> None:
        """Let the next page read anew."""
        self._reading = None


def forget_all() -> None:
    """Something happened: whoever asks from now on must see it."""
    for read in _all:
        read.forget()
