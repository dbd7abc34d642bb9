"""Limits: counted in memory or in Redis, in windows that slide; nothing sleeps here."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import redis as redis_package
from structlog.testing import capture_logs

from luckychit.core import context, counters, errors, limiter, limits
from luckychit.core.context import Context
from luckychit.core.counters import Counters
from luckychit.core.limiter import Limiter, Rule
from tests.helpers.redis import running

THREE = Rule("three", "3/10seconds")
HUNDRED = Rule("hundred", "100/10seconds")
MANY = Rule("many", "100/minute", in_portions=True)
LONG_AGO = 1_000_000.0


class Clock:
    """Seconds that only a test moves."""

    def __init__(self):
        self.now_s = LONG_AGO

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def memory(clock):
    return Limiter(None, Counters(clock))


@pytest.fixture(scope="module")
def redis(tmp_path_factory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
async def workers(redis) -> AsyncIterator[tuple[Limiter, Limiter]]:
    """Two workers that count in one Redis, which is empty."""
    with redis_package.Redis.from_url(redis) as straight:
        straight.flushall()
    made = (Limiter(redis, Counters()), Limiter(redis, Counters()))
    yield made
    for one in made:
        await one.close()


def let_pass(redis, seconds):
    """Move Redis's time for all counters: each has so much less to live."""
    with redis_package.Redis.from_url(redis) as straight:
        for key in straight.keys("*"):
            left_ms = straight.pttl(key) - int(seconds * 1000)
            straight.pexpire(key, max(1, left_ms))
            if left_ms <= 0:
                straight.delete(key)


async def hits(counting, rule, who, times):
    return sum([await counting.hit(rule, who) for _ in range(times)])


class TestInMemory:
    async def test_lets_so_many_in_and_no_more(self, memory):
        assert await hits(memory, THREE, "a", 10) == 3

    async def test_counts_each_by_itself(self, memory):
        await hits(memory, THREE, "a", 3)
        assert await hits(memory, THREE, "b", 10) == 3

    async def test_lets_in_again_after_the_time_it_says_and_not_a_second_before(
        self, memory, clock
    ):
        await hits(memory, THREE, "a", 3)
        wait_s = await memory.wait_s(THREE, "a")
        clock.now_s += wait_s - 1.1
        assert not await memory.hit(THREE, "a")
        clock.now_s += 1.1
        assert await memory.hit(THREE, "a")

    async def test_does_not_begin_anew_at_the_edge_of_a_window(self, memory, clock):
        clock.now_s += 9.9
        await hits(memory, HUNDRED, "a", 100)
        clock.now_s += 0.2
        assert await hits(memory, HUNDRED, "a", 100) == 1  # a hundredth has slid out

    async def test_gives_room_back_bit_by_bit(self, memory, clock):
        await hits(memory, HUNDRED, "a", 100)
        clock.now_s += 15
        assert await hits(memory, HUNDRED, "a", 100) == 50

    async def test_is_empty_again_after_two_windows(self, memory, clock):
        await hits(memory, THREE, "a", 3)
        clock.now_s += 20
        assert await hits(memory, THREE, "a", 10) == 3

    async def test_forgets_those_who_went(self, clock, memory):
        kept = memory._memory.storage
        for number in range(500):
            await memory.hit(THREE, str(number))
        clock.now_s += counters.SWEEP_S + 1
        await memory.hit(THREE, "a")
        assert await kept.reset() == 1

    async def test_bears_more_addresses_than_it_keeps(self, clock, memory, monkeypatch):
        monkeypatch.setattr(counters, "MOST_COUNTERS", 100)
        for number in range(1000):
            await memory.hit(THREE, str(number))
        assert await memory._memory.storage.reset() <= 101

    async def test_a_look_counts_nothing(self, memory):
        for _ in range(10):
            assert not await memory.is_spent(THREE, "a")
        assert await hits(memory, THREE, "a", 10) == 3
        assert await memory.is_spent(THREE, "a")


class TestInRedis:
    async def test_two_workers_count_together(self, workers):
        one, two = workers
        got_in = await asyncio.gather(*[w.hit(THREE, "a") for w in (one, two) for _ in range(10)])
        assert sum(got_in) == 3

    async def test_two_workers_without_it_count_apart(self, clock):
        # The control: what the test above shows is Redis's doing.
        apart = [Limiter(None, Counters(clock)), Limiter(None, Counters(clock))]
        assert sum([await hits(one, THREE, "a", 10) for one in apart]) == 6

    async def test_portions_together_are_never_more_than_the_limit(self, workers):
        got_in = [await hits(one, MANY, "a", 90) for one in workers]
        assert sum(got_in) == 100

    async def test_a_portion_costs_one_trip(self, workers, redis):
        with redis_package.Redis.from_url(redis) as straight:
            straight.config_resetstat()
            assert await hits(workers[0], MANY, "a", 50) == 50
            asked = straight.info("commandstats")
        trips = asked.get("cmdstat_evalsha", {"calls": 0})["calls"]
        assert trips <= 50 / (100 / limiter.PORTIONS) + 1

    async def test_lets_in_again_after_the_time_it_says(self, workers, redis):
        one, two = workers
        await hits(one, THREE, "a", 3)
        assert not await two.hit(THREE, "a")
        let_pass(redis, await two.wait_s(THREE, "a"))
        assert await two.hit(THREE, "a")

    async def test_and_not_half_of_it_before(self, workers, redis):
        one, two = workers
        await hits(one, THREE, "a", 3)
        let_pass(redis, await two.wait_s(THREE, "a") / 2)
        assert not await two.hit(THREE, "a")


class TestWithoutItsRedis:
    @pytest.fixture
    async def lonely(self, tmp_path, monkeypatch):
        monkeypatch.setattr(limiter, "WITHOUT_REDIS_S", 0.0)
        with running(tmp_path) as url:
            counting = Limiter(url, Counters())
            await counting.hit(THREE, "a")
        yield counting
        await counting.close()

    async def test_it_counts_in_memory(self, lonely):
        assert await hits(lonely, THREE, "a", 10) == 3
        assert await lonely.is_spent(THREE, "a")
        assert await lonely.wait_s(THREE, "a") >= 1
        assert not await lonely.is_redis_there()

    async def test_portions_too(self, lonely):
        assert await hits(lonely, MANY, "a", 120) == 100

    async def test_it_says_so_once(self, lonely):
        with capture_logs() as logs:
            await hits(lonely, THREE, "a", 10)
        assert [entry["event"] for entry in logs] == ["limits_without_redis"]

    async def test_it_does_not_ask_again_at_once(self, lonely, monkeypatch):
        await lonely.hit(THREE, "a")
        monkeypatch.setattr(limiter, "WITHOUT_REDIS_S", 60.0)
        await lonely.hit(THREE, "a")

        async def asked(*_args):
            raise AssertionError("asked Redis")

        monkeypatch.setattr(lonely._redis, "hit", asked)
        assert await lonely.hit(THREE, "a")


class TestRequire:
    async def test_says_who_is_refused_for_how_long(self, memory):
        limits.use(memory)
        for _ in range(3):
            await limits.require(THREE, "a")
        with pytest.raises(limits.TooOften, match=r"limits\.too_often") as caught:
            await limits.require(THREE, "a")
        assert 1 <= caught.value.retry_after_s <= 20
        assert f"{caught.value.retry_after_s} second" in caught.value.message

    @pytest.mark.parametrize(
        ("seconds", "words"), [(1, "1 second,"), (90, "90 seconds,"), (91, "2 minutes,")]
    )
    def test_speaks_in_minutes_when_it_is_long(self, seconds, words):
        assert words in limits.TooOften(rule=THREE, retry_after_s=seconds).message


class TestGuessing:
    """Six hundred codes were tried in 6.7 s before this stood in the way."""

    async def guess(self, person, *, is_right=False):
        async with limits.guessing(person):
            await asyncio.sleep(0)
            if not is_right:
                raise errors.NotFound
            return True

    async def tried(self, people, *, address="192.0.2.1"):
        """Try six hundred wrong codes at once; return how many were looked at."""
        with context.at_work(Context("r", address)):
            done = await asyncio.gather(
                *[self.guess(people[n % len(people)]) for n in range(600)], return_exceptions=True
            )
        return sum(type(one) is errors.NotFound for one in done)

    async def test_ends_after_ten_wrong_codes_even_all_at_once(self, memory):
        limits.use(memory)
        assert await self.tried(["one person"]) == 10

    async def test_ends_for_an_address_with_many_accounts(self, memory):
        limits.use(memory)
        # Each person's tries wait in a row, but not those of different people.
        assert await self.tried([f"person {n}" for n in range(20)]) <= 60 + 20

    async def test_of_right_codes_is_not_counted(self, memory):
        limits.use(memory)
        for _ in range(100):
            assert await self.guess("a", is_right=True)

    async def test_begins_again_after_a_while(self, memory, clock):
        limits.use(memory)
        assert await self.tried(["a"]) == 10
        clock.now_s += 20 * 60
        assert await self.tried(["a"]) == 10

    async def test_without_the_guard_all_are_looked_at(self):
        # The control: nothing else stops them.
        async def unguarded():
            raise errors.NotFound

        done = await asyncio.gather(*[unguarded() for _ in range(600)], return_exceptions=True)
        assert sum(type(one) is errors.NotFound for one in done) == 600
