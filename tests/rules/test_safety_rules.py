"""Age, countries, periods and limits: pure arithmetic."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luckychit.core.errors import InvalidInput
from luckychit.domain.safety import errors, rules
from luckychit.domain.safety.rules import Allowance, LimitLine

BEGIN = datetime(2027, 3, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
moments = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC)
)
amounts = st.none() | st.integers(0, 50)


class TestAge:
    def test_a_birthday_counts_once_it_has_begun_everywhere(self):
        born = date(2009, 3, 3)
        # In UTC-12, where days begin last, 3 March begins at noon UTC.
        assert not rules.is_adult(born, BEGIN - timedelta(microseconds=1))
        assert rules.is_adult(born, BEGIN)

    def test_who_was_born_on_a_leap_day_comes_of_age_on_the_first_of_march(self):
        born = date(2008, 2, 29)
        assert not rules.is_adult(born, datetime(2026, 3, 1, 11, 59, tzinfo=UTC))
        assert rules.is_adult(born, datetime(2026, 3, 1, 12, tzinfo=UTC))

    @given(st.dates(date(1901, 1, 1), date(2030, 1, 1)), moments, st.integers(-12, 14))
    def test_nobody_plays_who_is_younger_by_any_calendar(self, born, now, zone):
        local = (now + timedelta(hours=zone)).date()
        birthdays = local.year - born.year - ((local.month, local.day) < (born.month, born.day))
        if rules.is_adult(born, now):
            assert birthdays >= 18


class TestWhoMayPlay:
    GROWN = date(1990, 5, 7)

    def check(self, *, born=GROWN, country="", blocked=()):
        rules.check_player(birth_date=born, country=country, blocked=blocked, now=BEGIN)

    def test_is_a_grown_up_from_anywhere_without_a_list(self):
        for country in ("", "IN", "XX", "T1"):
            self.check(country=country)

    def test_is_nobody_of_unknown_age(self):
        with pytest.raises(errors.AgeUnknown):
            self.check(born=None)

    def test_is_nobody_under_eighteen(self):
        with pytest.raises(errors.TooYoung):
            self.check(born=date(2010, 1, 1))

    @pytest.mark.parametrize("country", ["US", "T1"])
    def test_is_nobody_of_a_blocked_country_or_behind_tor(self, country):
        with pytest.raises(errors.CountryBlocked):
            self.check(country=country, blocked={"US"})

    def test_is_nobody_of_unknown_country_when_some_are_blocked(self):
        with pytest.raises(errors.CountryUnknown):
            self.check(country="XX", blocked={"US"})

    def test_is_everybody_when_there_is_no_way_to_know(self):
        self.check(country="", blocked={"US"})
        self.check(country="IN", blocked={"US"})


class TestPeriods:
    @pytest.mark.parametrize(
        ("period", "begins", "ends"),
        [
            ("day", datetime(2027, 3, 3, tzinfo=UTC), datetime(2027, 3, 4, tzinfo=UTC)),
            ("week", datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 8, tzinfo=UTC)),
            ("month", datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)),
        ],
    )
    def test_are_those_of_the_calendar_in_utc(self, period, begins, ends):
        assert (rules.began(period, BEGIN), rules.ends(period, BEGIN)) == (begins, ends)

    @given(st.sampled_from(rules.PERIODS), moments)
    def test_follow_each_other_without_a_gap(self, period, now):
        begins, ends = rules.began(period, now), rules.ends(period, now)
        assert begins <= now < ends
        assert rules.began(period, ends) == ends
        assert rules.ends(period, begins) == ends
        assert begins.weekday() == 0 or period != "week"


def told(*wishes: tuple[float, int | None]) -> list[LimitLine]:
    """The lines of somebody who asks for these amounts, each so many hours after BEGIN."""
    lines: list[LimitLine] = []
    for hours, amount in wishes:
        lines += rules.lines_to_add(lines, amount, BEGIN + hours * HOUR)
    return lines


def limits(lines, *hours):
    return [rules.in_force(lines, BEGIN + hour * HOUR) for hour in hours]


class TestALimit:
    def test_counts_at_once_when_it_is_the_first(self):
        assert limits(told((0, 10)), -1, 0, 99) == [None, 10, 10]

    def test_is_lowered_at_once(self):
        assert limits(told((0, 10), (1, 5)), 0.5, 1) == [10, 5]

    @pytest.mark.parametrize("higher", [20, None])
    def test_is_raised_or_removed_a_day_later(self, higher):
        lines = told((0, 10), (1, higher))
        assert limits(lines, 24.9, 25) == [10, higher]
        raised = rules.waiting(lines, BEGIN + HOUR)
        assert raised is not None
        assert (raised.amount_minor, raised.takes_effect_at) == (higher, BEGIN + 25 * HOUR)
        assert rules.waiting(lines, BEGIN + 25 * HOUR) is None

    def test_asked_for_as_it_is_takes_back_what_waits(self):
        lines = told((0, 10), (1, 20), (2, 10))
        assert limits(lines, 3, 99) == [10, 10]
        assert rules.waiting(lines, BEGIN + 3 * HOUR) is None

    def test_lowered_takes_back_what_waits(self):
        assert limits(told((0, 10), (1, 20), (2, 5)), 1.5, 3, 99) == [10, 5, 5]

    def test_asked_for_twice_does_not_begin_to_wait_anew(self):
        lines = told((0, 10), (1, 20))
        assert rules.lines_to_add(lines, 20, BEGIN + 5 * HOUR) == []

    def test_another_wish_replaces_the_one_that_waits(self):
        lines = told((0, 10), (1, 20), (5, 15))
        assert limits(lines, 25.5, 28.9, 29) == [10, 10, 15]

    def test_of_none_says_nothing_twice(self):
        assert rules.lines_to_add([], None, BEGIN) == []

    @given(st.lists(st.tuples(st.floats(0.01, 40), amounts), max_size=12))
    def test_loosens_only_by_a_wish_a_day_old_that_nothing_has_replaced(self, steps):
        lines: list[LimitLine] = []
        at, wishes = BEGIN, []
        for hours, amount in steps:
            at += hours * HOUR
            lines += rules.lines_to_add(lines, amount, at)
            wishes.append((at, amount))
        moments = sorted({line.takes_effect_at for line in lines})
        for moment in moments:
            before = rules.in_force(lines, moment - timedelta(microseconds=1))
            after = rules.in_force(lines, moment)
            is_first = before is None
            if is_first or (after is not None and after <= before):
                continue
            asked_by = moment - rules.RAISED_AFTER
            later = [amount for wished_at, amount in wishes if wished_at >= asked_by]
            since = [amount for wished_at, amount in wishes if asked_by <= wished_at <= moment]
            assert after in later
            assert set(since) == {after}

    @given(st.lists(st.tuples(st.floats(0.01, 40), amounts), min_size=1, max_size=12))
    def test_is_in_the_end_what_was_wished_last(self, steps):
        lines: list[LimitLine] = []
        at = BEGIN
        for hours, amount in steps:
            at += hours * HOUR
            lines += rules.lines_to_add(lines, amount, at)
        assert rules.in_force(lines, at + rules.RAISED_AFTER) == steps[-1][1]

    @given(st.lists(st.tuples(st.floats(0.01, 40), amounts), max_size=12))
    def test_writes_only_lines_that_the_database_takes(self, steps):
        lines: list[LimitLine] = []
        at = BEGIN
        for hours, amount in steps:
            at += hours * HOUR
            lines += rules.lines_to_add(lines, amount, at)
        for line in lines:
            wait = line.takes_effect_at - line.created_at
            assert wait in (timedelta(), rules.RAISED_AFTER)


class TestAnAllowance:
    def test_leaves_nothing_when_more_was_used(self):
        assert Allowance("day", 100, 250).left_minor == 0

    def test_of_several_the_one_that_leaves_least_and_lasts_longest_speaks(self):
        day, week, month = Allowance("day", 5, 0), Allowance("week", 9, 4), Allowance("month", 9, 0)
        assert rules.tightest([day, week, month]) == week


class TestShapes:
    @pytest.mark.parametrize("amount", [-1, 10**9 + 1, 1.0, "5", True])
    def test_of_a_limit_are_whole_amounts_or_none(self, amount):
        with pytest.raises(InvalidInput):
            rules.checked_limit(amount)

    @pytest.mark.parametrize("amount", [None, 0, 10**9])
    def test_of_a_limit_may_be(self, amount):
        assert rules.checked_limit(amount) == amount

    def test_of_a_choice_is_one_of_the_words(self):
        assert rules.checked_choice("day", rules.PERIODS, "period") == "day"
        with pytest.raises(InvalidInput):
            rules.checked_choice(["day"], rules.PERIODS, "period")
