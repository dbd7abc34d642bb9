"""Waiting times: they grow, they end, they are forgiven."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luckychit.domain.users.rules import throttle
from luckychit.domain.users.rules.throttle import Count, Limit

NOW = datetime(2027, 1, 1, tzinfo=UTC)
LIMIT = Limit(free=3, leak=timedelta(hours=1))
NONE = Count(0, NOW)


def after(failure_count: int, limit: Limit = LIMIT) -> Count:
    count = Count(0, NOW)
    for _ in range(failure_count):
        count = throttle.failed(count, limit, now=NOW)
    return count


class TestDelay:
    def test_is_nothing_at_first_then_doubles_to_an_hour(self):
        waits = [throttle.delay_s(failures, LIMIT) for failures in range(13)]
        assert waits == [0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]

    @given(st.integers(0, 10**9))
    def test_is_never_for_ever(self, failures):
        assert 0 <= throttle.delay_s(failures, LIMIT) <= 3600


class TestFailing:
    def test_blocks_after_the_free_tries(self):
        assert after(2).blocked_until is None
        assert after(3).blocked_until == NOW + timedelta(seconds=30)
        assert after(4).blocked_until == NOW + timedelta(seconds=60)

    def test_holds_no_more_than_it_can_punish(self):
        assert after(50) == after(11)

    @given(st.lists(st.integers(0, 10_000), max_size=40))
    def test_leaks_exactly_one_in_each_span(self, waits_s):
        at, count = NOW, NONE
        for wait_s in waits_s:
            at += timedelta(seconds=wait_s)
            count = throttle.failed(count, LIMIT, now=at)
            assert 1 <= count.failure_count <= LIMIT.free + throttle.MOST_OVER
            assert at - LIMIT.leak < count.as_of <= at

    def test_leaks_even_when_failures_are_steady(self):
        at, count = NOW, NONE
        for _ in range(500):
            at += timedelta(minutes=61)
            count = throttle.failed(count, LIMIT, now=at)
        assert count.failure_count <= 2

    def test_keeps_the_part_of_a_leak_that_has_passed(self):
        at = NOW + timedelta(minutes=90)
        assert throttle.leaked(after(3), LIMIT, now=at).as_of == NOW + LIMIT.leak

    def test_is_forgotten_after_all_has_leaked(self):
        later = NOW + 3 * LIMIT.leak
        assert throttle.leaked(after(3), LIMIT, now=later).failure_count == 0
        assert throttle.leaked(after(3), LIMIT, now=later - LIMIT.leak).failure_count == 1

    def test_a_clock_set_back_forgives_nothing(self):
        earlier = NOW - timedelta(days=1)
        assert throttle.leaked(after(3), LIMIT, now=earlier).failure_count == 3


class TestForgiven:
    def test_takes_one_failure_and_its_wait_back(self):
        assert throttle.forgiven(after(3)) == Count(2, NOW)

    def test_does_not_go_below_nothing(self):
        assert throttle.forgiven(NONE) == NONE


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("waits_s", "told_s"), [([], 0), ([30], 30), ([-5], 0), ([0.2, 29.5], 30), ([0], 0)]
    )
    def test_is_the_longest_wait_in_whole_seconds(self, waits_s, told_s):
        counts = [Count(9, NOW, NOW + timedelta(seconds=wait_s)) for wait_s in waits_s]
        assert throttle.retry_after_s([NONE, *counts], now=NOW) == told_s


class TestLimits:
    def test_the_pair_bites_first_and_the_account_last(self):
        limits = throttle.LIMITS
        assert limits["pair"].free < limits["address"].free < limits["account"].free
