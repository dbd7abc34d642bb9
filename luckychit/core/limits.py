"""How often: every limit of the house in one table, and the one way to hold to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary, WeakValueDictionary

from luckychit.core import addresses, context, errors, metrics
from luckychit.core.counters import Counters
from luckychit.core.limiter import Limiter, Rule
from luckychit.core.settings import settings

# What the guide of the API promises: enough to look around, too little to copy the house.
ANONYMOUS = Rule("anonymous", "api_anonymous_limit")
# A person's own apps and tabs; per person, because many people share one address.
PERSON = Rule("person", "api_person_limit", in_portions=True)
# A password takes a quarter of a second of the processor to look at: counted before that.
AUTH = Rule("auth", "auth_limit")
# No password in it, and every app behind one carrier's address needs it every few minutes.
REFRESH = Rule("refresh", "300/5minutes")
# A session that is unknown here is looked up before its bearer is refused as a stranger;
# whoever makes sessions up gets no look-up for each.
UNPROVEN = Rule("unproven", "300/5minutes")
# Nobody presses buy twice a second for long; a script that does keeps others waiting.
PURCHASES = Rule("purchases", "purchase_limit", in_portions=True)
# 32^8 codes cannot be tried at this pace; people mistype two or three.
CODES_OF_PERSON = Rule("codes-person", "10/10minutes")
# The same for somebody with many accounts.
CODES_OF_ADDRESS = Rule("codes-address", "60/10minutes")
# Files of a large draw are tens of megabytes, and made anew for each reader.
FILES = Rule("files", "file_limit")
# A check of somebody's file takes up to a second of the processor.
VERIFY = Rule("verify", "20/5minutes")


class TooOften(errors.TooManyTries):
    """A limit of the table is spent; ``retry_after_s`` says when there is room again."""

    code = "limits.too_often"
    sentence = "Too many tries. Please wait {how_long}, then try again."

    def __init__(self, *, rule: Rule, retry_after_s: int) -> None:
        self.rule = rule
        super().__init__(
            retry_after_s=retry_after_s, how_long=_words(retry_after_s), rule=rule.name
        )


def _words(seconds: int) -> str:
    if seconds <= 90:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"


_memory = Counters()
# Connections to Redis belong to the event loop that made them.
_limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, Limiter] = WeakKeyDictionary()
_guessing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


def limiter() -> Limiter:
    """Return the counters of the running event loop."""
    loop = asyncio.get_running_loop()
    found = _limiters.get(loop)
    if found is None:
        url = settings().reflex_redis_url
        found = Limiter(url.get_secret_value() if url else None, _memory)
        _limiters[loop] = found
    return found


def use(replacement: Limiter) -> None:
    """Let the running event loop count with other counters (tests)."""
    _limiters[asyncio.get_running_loop()] = replacement


async def require(rule: Rule, who: str) -> None:
    """Count one request of somebody.

    Args:
        rule: Of the table above.
        who: An address as :func:`addresses.network` returns it, or a person's id.

    Raises:
        TooOften: The limit is spent; the request was not counted.
    """
    counting = limiter()
    if not await counting.hit(rule, who):
        raise await _refusal(counting, rule, who)


async def _refusal(counting: Limiter, rule: Rule, who: str) -> TooOften:
    metrics.limited(rule.name)
    return TooOften(rule=rule, retry_after_s=await counting.wait_s(rule, who))


@asynccontextmanager
async def guessing(person: str) -> AsyncIterator[None]:
    """Let somebody use a room's code; what turns out to be no code is counted.

    Inside, NotFound counts against the person and the address of the request at work. One
    person's tries wait for each other: else hundreds sent at once would all be looked at
    before the first is counted.

    Raises:
        TooOften: Too many were wrong; nothing was looked at.
    """
    seen = context.current().address
    subjects = [(CODES_OF_PERSON, person)]
    if seen:
        subjects.append((CODES_OF_ADDRESS, addresses.network(seen)))
    # Kept by a name of ours for as long as anybody waits for it.
    lock = _guessing.setdefault(person, asyncio.Lock())
    async with lock:
        counting = limiter()
        for rule, who in subjects:
            if await counting.is_spent(rule, who):
                raise await _refusal(counting, rule, who)
        try:
            yield
        except errors.NotFound:
            for rule, who in subjects:
                await counting.hit(rule, who)
            raise
