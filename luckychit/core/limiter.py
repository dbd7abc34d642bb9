"""Counts against limits: in Redis, or in this process's memory when there is none.

Windows slide. Fixed ones would let twice the limit through at once around their edge, and
a log of every request would keep hundreds of times per person; two counts and a weight
need neither. Workers that share a Redis count together.
"""

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from limits import RateLimitItem, parse
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError

from luckychit.core.counters import Counters
from luckychit.core.log import get_logger
from luckychit.core.settings import settings

REDIS_TIMEOUT_S = 0.5
WITHOUT_REDIS_S = 5.0
PORTIONS = 20
MOST_PORTIONS = 10_000

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit.

    Args:
        name: Of its counters.
        limit: As in ``100/15minutes``, or the name of the setting that says it.
        in_portions: Many a second are allowed and meant: with Redis a worker takes some
            at once, a twentieth of the limit, so that not each costs a trip to it.
    """

    name: str
    limit: str
    in_portions: bool = False


class Limiter:
    """Counts in Redis, or in the memory of this process when there is none or it is away.

    Args:
        redis_url: Where workers count together; None counts in ``memory`` alone.
        memory: Counters of this process.
    """

    def __init__(self, redis_url: str | None, memory: Counters) -> None:
        self._memory = SlidingWindowCounterRateLimiter(memory)
        self._redis = _in_redis(redis_url) if redis_url else None
        self._away_until_s = 0.0
        self._is_away = False
        # Of a key: how many of its portion are left, and until when they may be used.
        self._portions: dict[str, tuple[int, float]] = {}

    async def hit(self, rule: Rule, who: str) -> bool:
        """Count one request; False when the limit is spent, and then it is not counted."""
        item = item_of(rule)
        if not self._has_redis():
            return await self._memory.hit(item, rule.name, who)
        if not rule.in_portions:
            return await self._ask("hit", item, rule.name, who)
        return await self._hit_in_portions(item, rule.name, who)

    async def is_spent(self, rule: Rule, who: str) -> bool:
        """Tell whether the next request would be refused; counts nothing."""
        return not await self._ask("test", item_of(rule), rule.name, who)

    async def wait_s(self, rule: Rule, who: str) -> int:
        """Return the whole seconds until there is room again, at least one."""
        item = item_of(rule)
        before, before_s, current, current_s = await self._window(item, rule.name, who)
        return max(1, int(_wait_s(item, before, before_s, current, current_s)) + 1)

    async def is_redis_there(self) -> bool:
        """Tell whether the shared counters answer; True as well when none are wanted."""
        if self._redis is None:
            return True
        try:
            return bool(await self._redis.storage.check())
        except (RedisError, OSError, TimeoutError):
            return False

    async def close(self) -> None:
        """Let go of the connections to Redis."""
        if self._redis is not None:
            await _storage(self._redis).bridge.storage.aclose()

    def _has_redis(self) -> bool:
        return self._redis is not None and time.monotonic() >= self._away_until_s

    async def _ask(self, what: str, item: RateLimitItem, name: str, who: str, **more: int) -> bool:
        if self._redis is not None and self._has_redis():
            try:
                answer = await getattr(self._redis, what)(item, name, who, **more)
            except (RedisError, OSError, TimeoutError) as exc:
                self._went(exc)
            else:
                self._is_away = False
                return bool(answer)
        return bool(await getattr(self._memory, what)(item, name, who, **more))

    async def _window(
        self, item: RateLimitItem, name: str, who: str
    ) -> tuple[int, float, int, float]:
        key = item.key_for(name, who)
        if self._redis is not None and self._has_redis():
            try:
                return await _storage(self._redis).get_sliding_window(key, item.get_expiry())
            except (RedisError, OSError, TimeoutError) as exc:
                self._went(exc)
        return await _storage(self._memory).get_sliding_window(key, item.get_expiry())

    async def _hit_in_portions(self, item: RateLimitItem, name: str, who: str) -> bool:
        key, now_s = f"{name}/{who}", time.monotonic()
        left, until_s = self._portions.get(key, (0, 0.0))
        if left > 0 and now_s < until_s:
            self._portions[key] = (left - 1, until_s)
            return True
        portion = max(1, item.amount // PORTIONS)
        if await self._ask("hit", item, name, who, cost=portion):
            if len(self._portions) > MOST_PORTIONS:
                self._portions.clear()
            self._portions[key] = (portion - 1, now_s + item.get_expiry())
            return True
        # The rest of the limit, one by one.
        return await self._ask("hit", item, name, who)

    def _went(self, problem: Exception) -> None:
        self._away_until_s = time.monotonic() + WITHOUT_REDIS_S
        if not self._is_away:
            self._is_away = True
            _log.warning("limits_without_redis", reason=type(problem).__name__)


def _in_redis(url: str) -> SlidingWindowCounterRateLimiter:
    storage = RedisStorage(
        url,
        implementation="redispy",
        key_prefix="luckychit-limits",
        socket_connect_timeout=REDIS_TIMEOUT_S,
        socket_timeout=REDIS_TIMEOUT_S,
    )
    return SlidingWindowCounterRateLimiter(storage)


def _storage(limiter: SlidingWindowCounterRateLimiter) -> Any:
    return limiter.storage


def _wait_s(
    item: RateLimitItem, before: int, before_s: float, current: int, current_s: float
) -> float:
    """Return the seconds until one more request has room.

    Args:
        item: The limit.
        before: Counted in the window before this one.
        before_s: Until that no longer counts, in seconds; its weight falls to 0 by then.
        current: Counted in this window.
        current_s: Until this one no longer counts, in seconds.
    """
    expiry, room = item.get_expiry(), item.amount - current
    if room > 0:
        return max(0.0, before_s - room * expiry / before) if before else 0.0
    # This window must become the one before, and weigh less than the limit.
    return max(0.0, current_s - expiry) + expiry * (1 - item.amount / current)


@lru_cache(maxsize=64)
def _parsed(limit: str) -> RateLimitItem:
    return parse(limit)


def item_of(rule: Rule) -> RateLimitItem:
    """Return a rule's limit as the library takes it."""
    return _parsed(rule.limit if "/" in rule.limit else getattr(settings(), rule.limit))
