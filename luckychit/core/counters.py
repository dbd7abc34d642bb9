"""Counters of the rate limits, kept in this process's memory.

The library's own memory looks at every counter it holds on each request, so a stranger
with many addresses would make everybody slow. Here a request touches one counter, and
the old ones are thrown out together, once in a while.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from limits.aio.storage import MemoryStorage

SWEEP_S = 60.0
MOST_COUNTERS = 200_000


@dataclass(slots=True)
class _Counter:
    """What was counted in the window ``number``, and in the one before it."""

    expiry_s: int
    number: int
    before: int = 0
    current: int = 0


class Counters(MemoryStorage):
    """Sliding windows: two counts each, weighted by how far the window has moved.

    Args:
        now_s: Seconds that only go forward; tests move it.
    """

    STORAGE_SCHEME = ["luckychit+memory"]  # noqa: RUF012 - the library's own way

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now_s = now_s
        self._counters: dict[str, _Counter] = {}
        self._swept_at_s = now_s()

    async def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        """Count ``amount`` if the window has room for it, and tell whether it had."""
        now_s = self._now_s()
        counter = self._moved(key, expiry, now_s)
        weight = 1 - now_s / expiry % 1
        if int(counter.before * weight) + counter.current + amount > limit:
            return False
        counter.current += amount
        return True

    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Return both counts, and the seconds until each of them no longer counts."""
        now_s = self._now_s()
        counter = self._moved(key, expiry, now_s)
        left_s = (1 - now_s / expiry % 1) * expiry
        return counter.before, left_s, counter.current, left_s + expiry

    async def clear_sliding_window(self, key: str, expiry: int) -> None:  # noqa: ARG002
        """Forget one counter."""
        self._counters.pop(key, None)

    async def reset(self) -> int:
        """Forget all counters; return how many there were."""
        count = len(self._counters)
        self._counters.clear()
        return count

    def _moved(self, key: str, expiry_s: int, now_s: float) -> _Counter:
        """Return the counter of a key, its windows moved on to this moment."""
        if now_s - self._swept_at_s > SWEEP_S or len(self._counters) > MOST_COUNTERS:
            self._sweep(now_s)
        number = int(now_s // expiry_s)
        counter = self._counters.get(key)
        if counter is None:
            counter = self._counters[key] = _Counter(expiry_s, number)
        elif counter.number != number:
            counter.before = counter.current if counter.number == number - 1 else 0
            counter.current, counter.number = 0, number
        return counter

    def _sweep(self, now_s: float) -> None:
        self._swept_at_s = now_s
        fresh = [
            (key, it)
            for key, it in self._counters.items()
            if it.number >= int(now_s // it.expiry_s) - 1
        ]
        # Still too many: those who have been known longest are forgotten, at worst too early.
        self._counters = dict(fresh[-(MOST_COUNTERS // 2) :])
