"""Threads for work that burns the processor: few of them, and less urgent than the rest.

A password hash is a quarter of a second of processor on purpose. In the threads that all
other requests use, a handful of people signing in would make everybody wait; here they
wait for each other, and the system gives the processor to the others first.
"""

import asyncio
import contextvars
import functools
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from luckychit.core.errors import Busy

P = ParamSpec("P")
R = TypeVar("R")

# Steps of Linux's nice: each is about a tenth less of a contested processor.
LESS_URGENT = 10
# At a quarter of a second each, whoever came after these would wait for longer than a
# browser's patience; and each who waits holds a request.
MOST_WAITING = 100


class SlowWorkBusy(Busy):
    """Too many wait for work of this kind already; nothing was looked at."""

    code = "core.slow_work_busy"
    sentence = "Very many people are signing in right now. Please try again in a moment."


class SlowThreads:
    """A few threads of low urgency, with a bounded queue before them."""

    def __init__(self, count: int, most_waiting: int = MOST_WAITING) -> None:
        """Make ``count`` threads at first use; at most ``most_waiting`` calls wait or run."""
        self._pool = ThreadPoolExecutor(count, "slow", initializer=_be_less_urgent)
        self._most = most_waiting
        self._held = 0
        self._guard = threading.Lock()

    async def run(self, unit: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run blocking work here and return its result.

        Args:
            unit: What to call.
            *args: Of the call.
            **kwargs: Of the call.

        Raises:
            SlowWorkBusy: Too many wait already.
        """
        with self._guard:
            if self._held >= self._most:
                raise SlowWorkBusy
            self._held += 1
        work = functools.partial(contextvars.copy_context().run, unit, *args, **kwargs)
        future = self._pool.submit(work)
        # Whoever hangs up stops no thread, so the place is free when the work ends.
        future.add_done_callback(self._release)
        return await asyncio.wrap_future(future)

    def _release(self, _done: object) -> None:
        with self._guard:
            self._held -= 1


def _be_less_urgent() -> None:
    # Linux has a niceness for each thread; elsewhere it would change the whole process.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LESS_URGENT)


_passwords = SlowThreads(count=os.cpu_count() or 1)


async def slowly(unit: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a use-case that hashes a password; see :meth:`SlowThreads.run`.

    Raises:
        SlowWorkBusy: Too many wait already.
    """
    return await _passwords.run(unit, *args, **kwargs)


async def no_sooner(work: Awaitable[R], *, after_s: float) -> R:
    """Return what work returns, or raise what it raises, but not before a time has passed.

    For answers that must not tell by their speed what was found.

    Args:
        work: What is awaited.
        after_s: Seconds, more than the work ever takes when all is well.
    """
    until = asyncio.get_running_loop().time() + after_s
    try:
        return await work
    finally:
        await asyncio.sleep(max(0.0, until - asyncio.get_running_loop().time()))
