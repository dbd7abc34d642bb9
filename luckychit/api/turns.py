"""Work that any stranger may ask for, and that costs: done for one after the other.

Done all at once for a hundred of them it would take the processor, and the threads that
everybody's pages need too, from every buyer.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

R = TypeVar("R")


class Turns:
    """One thread for one kind of work, for those who wait in their order."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = (
            WeakKeyDictionary()
        )

    async def do(self, work: Callable[..., R], *args: Any) -> R:
        """Do blocking work beside the event loop when it is its turn, and return its result.

        Args:
            work: What to call.
            *args: Of the call.
        """
        async with self._turns.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            doing = asyncio.ensure_future(asyncio.to_thread(work, *args))
            try:
                return await asyncio.shield(doing)
            finally:
                # Whoever hangs up stops no thread: the turn ends with the work.
                await asyncio.wait([doing])
