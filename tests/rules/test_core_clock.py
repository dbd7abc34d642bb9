"""Time: always in UTC, movable in demo mode, exact to the millisecond."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luckychit.core import clock

moments = st.datetimes(timezones=st.just(UTC), min_value=datetime(1900, 1, 1))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TestNow:
    def test_is_the_machines_time_in_utc(self):
        before = datetime.now(UTC)  # noqa: TID251 - the test of the one reader of the clock
        assert before <= clock.now() <= before + timedelta(seconds=5)
        assert clock.now().tzinfo is UTC

    def test_never_stands_still(self, monkeypatch):
        monkeypatch.setenv(clock.OFFSET_VARIABLE, "0")
        clock.set_start(datetime(2027, 3, 1, 18, tzinfo=UTC))
        first = clock.now()
        assert first < clock.now()

    def test_starts_at_the_instant_it_is_told(self, monkeypatch):
        monkeypatch.setenv(clock.OFFSET_VARIABLE, "0")
        india = timezone(timedelta(hours=5, minutes=30))
        clock.set_start(datetime(2027, 3, 1, 18, tzinfo=india))
        ahead = clock.now() - datetime(2027, 3, 1, 12, 30, tzinfo=UTC)
        assert timedelta(0) <= ahead < timedelta(seconds=5)

    def test_is_the_same_for_a_process_that_inherits_the_environment(self, monkeypatch):
        monkeypatch.setenv(clock.OFFSET_VARIABLE, "86400.5")
        assert clock.offset() == timedelta(days=1, milliseconds=500)


class TestMilliseconds:
    @given(moments)
    def test_round_down_and_back(self, moment):
        back = clock.from_ms(clock.to_ms(moment))
        assert timedelta(0) <= moment - back < timedelta(milliseconds=1)

    @given(st.integers(0, 4 * 10**12))
    def test_are_kept_exactly(self, moment_ms):
        assert clock.to_ms(clock.from_ms(moment_ms)) == moment_ms

    @pytest.mark.parametrize(("microseconds", "ms"), [(0, 0), (999, 0), (1000, 1), (-1, -1)])
    def test_never_round_up(self, microseconds, ms):
        assert clock.to_ms(EPOCH + timedelta(microseconds=microseconds)) == ms
