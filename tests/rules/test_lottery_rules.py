"""The calendar of the daily draw, to the millisecond."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luckychit.core import clock
from luckychit.domain.fairness.rules import is_client_seed
from luckychit.domain.lottery import rules

DAYS = st.dates(date(2020, 1, 1), date(2120, 12, 31))
ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


class TestTheDay:
    def test_ends_with_its_last_millisecond(self):
        last = datetime(2026, 11, 21, 23, 59, 59, 999_000, tzinfo=UTC)
        assert rules.day_at(last) == date(2026, 11, 21)
        assert rules.day_at(last + timedelta(milliseconds=1)) == date(2026, 11, 22)
        assert rules.locks_at(date(2026, 11, 21)) == last + timedelta(milliseconds=1)

    @given(DAYS, st.integers(0, 86_400_000 - 1), ZONES)
    def test_holds_every_millisecond_from_its_midnight_to_the_next(self, day, ms, zone):
        moment = (rules.midnight(day) + timedelta(milliseconds=ms)).astimezone(zone)
        assert rules.day_at(moment) == day
        assert rules.midnight(day) <= moment < rules.locks_at(day)

    @given(DAYS)
    def test_locks_when_the_next_one_opens(self, day):
        assert rules.locks_at(day) == rules.midnight(day + timedelta(days=1))
        assert clock.to_ms(rules.locks_at(day)) - clock.to_ms(rules.midnight(day)) == 86_400_000

    @given(DAYS)
    def test_is_told_by_the_number_of_its_draw(self, day):
        draw_id = rules.draw_id_of(day)
        assert len(draw_id) == rules.LONGEST_DRAW_ID
        assert rules.day_of(draw_id) == day

    @given(st.lists(DAYS, min_size=2, max_size=5))
    def test_numbers_sort_as_days_do(self, days):
        assert sorted(map(rules.draw_id_of, days)) == list(map(rules.draw_id_of, sorted(days)))

    @pytest.mark.parametrize(
        "other",
        [
            "", "DDL-", "DDL-20261332", "DDL-20260230", "DDL-2026112", "DDL-202611211",
            "ddl-20261121", "LOBBY-ABCDEF", "DDL-20261121 ", "DDL-20261121\n", "DDL-２０２６1121",
            "DDL-00000101", None, 20261121, True, b"DDL-20261121",
        ],
    )  # fmt: skip
    def test_is_not_told_by_other_words(self, other):
        assert rules.day_of(other) is None


class TestMissedDays:
    @given(DAYS, st.integers(0, 60))
    def test_are_all_between_in_order(self, last, ahead):
        today = last + timedelta(days=ahead)
        missed = rules.missed_days(last, today)
        whole = [last, *missed, today] if ahead else [last]
        assert whole == [last + timedelta(days=step) for step in range(ahead + 1)]

    def test_are_none_when_the_clock_went_back(self):
        assert rules.missed_days(date(2026, 11, 21), date(2026, 11, 3)) == []

    def test_are_none_from_one_day_to_the_next(self):
        assert rules.missed_days(date(2026, 12, 31), date(2027, 1, 1)) == []


class TestAPhraseMadeFromAKey:
    @given(st.from_regex(r"[!-~]{1,80}", fullmatch=True))
    def test_fits_the_proof_and_comes_again(self, key):
        assert is_client_seed(rules.client_seed_of(key))
        assert rules.client_seed_of(key) == rules.client_seed_of(key)

    def test_differs_from_that_of_another_key(self):
        assert rules.client_seed_of("a") != rules.client_seed_of("b")


class TestLateness:
    DUE = datetime(2026, 11, 22, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("after_s", "late"), [(-5, 0), (0, 0), (10, 0), (11, 11), (3600, 3600)]
    )
    def test_counts_from_the_due_moment_after_a_grace(self, after_s, late):
        at = self.DUE + timedelta(seconds=after_s)
        assert rules.late_s(due=self.DUE, happened=at, now=at + timedelta(days=1)) == late
        assert rules.late_s(due=self.DUE, happened=None, now=at) == late

    def test_is_none_without_a_due_moment(self):
        assert rules.late_s(due=None, happened=None, now=self.DUE) == 0


def test_the_rules_name_the_price_the_share_and_the_minimum():
    said = rules.rules_text(currency="USD", price_minor=100, fee_bps=500, fewest_entries=3)
    assert "100 minor units of USD" in said
    assert "count x 100 x 9500 // 10000" in said
    assert "fewer than 3 tickets" in said
