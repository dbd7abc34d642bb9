from datetime import UTC, date, datetime, time

import pytest

from luckychit.core.errors import InvalidInput
from luckychit.domain.chits import errors, rules

RUPEE = 100


def some_terms(**changed):
    asked = {
        "currency": "INR",
        "monthly_installment_minor": 5_000 * RUPEE,
        "max_members": 20,
        "commission_bps": 500,
        "draw_day": 31,
        "starts_on": date(2027, 1, 1),
        "draw_time": time(18, 0),
        "time_zone": "Asia/Kolkata",
    }
    return rules.checked_terms(**asked | changed)


def check(total: int, instalment: int, seats: int, months: int) -> None:
    terms = some_terms(monthly_installment_minor=instalment * RUPEE, max_members=seats)
    rules.check_totals(terms, total_value_minor=total * RUPEE, duration_months=months)


class TestTotals:
    def test_accept_instalment_times_seats_over_as_many_months(self):
        check(100_000, 5_000, 20, 20)

    def test_refuse_a_total_of_other_seats(self):
        with pytest.raises(errors.TotalDoesNotAddUp) as caught:
            check(100_000, 5_000, 18, 18)
        assert caught.value.message == "The total must be the instalment times the seats: ₹90,000."

    def test_refuse_months_that_are_not_the_seats(self):
        with pytest.raises(errors.DurationDoesNotFit):
            check(100_000, 5_000, 20, 24)

    @pytest.mark.parametrize("total", [True, 1e7, "10000000", {}, -1])
    def test_refuse_what_is_no_whole_number(self, total):
        with pytest.raises(errors.TotalDoesNotAddUp):
            rules.check_totals(some_terms(), total_value_minor=total, duration_months=None)

    def test_ask_for_neither(self):
        rules.check_totals(some_terms(), total_value_minor=None, duration_months=None)


class TestCommission:
    @pytest.mark.parametrize("bps", [0, 500, 700])
    def test_may_be_up_to_seven_percent(self, bps):
        assert some_terms(commission_bps=bps).commission_bps == bps

    def test_may_not_be_more(self):
        with pytest.raises(errors.CommissionAboveCap) as caught:
            some_terms(commission_bps=701)
        assert caught.value.message == "The commission may be at most 7 % of the pot."

    @pytest.mark.parametrize("bps", [-1, 10_001, True, 5.0, "500", None, {}])
    def test_must_be_a_share(self, bps):
        with pytest.raises(InvalidInput) as caught:
            some_terms(commission_bps=bps)
        assert list(caught.value.fields) == ["commission_bps"]


class TestOtherTerms:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("currency", "XYZ"),
            ("currency", "inr"),
            ("currency", {}),
            ("monthly_installment_minor", 0),
            ("monthly_installment_minor", 10**12 + 1),
            ("monthly_installment_minor", 5_000.0),
            ("monthly_installment_minor", True),
            ("max_members", 1),
            ("max_members", 121),
            ("max_members", "20"),
            ("gst_bps", -1),
            ("draw_day", 0),
            ("draw_day", 32),
            ("starts_on", datetime(2027, 1, 1, tzinfo=UTC)),
            ("starts_on", date(1999, 12, 31)),
            ("starts_on", date(9999, 1, 1)),
            ("starts_on", "2027-01-01"),
            ("draw_time", "18:00"),
            ("draw_time", time(18, tzinfo=UTC)),
            ("time_zone", "Asia/Nowhere"),
            ("time_zone", "../etc/passwd"),
            ("time_zone", "localtime"),
            ("time_zone", ["Asia/Kolkata"]),
            ("short_collection", "winner_waits"),
            ("short_collection", []),
        ],
    )
    def test_wrong_ones_are_named(self, field, value):
        with pytest.raises(InvalidInput) as caught:
            some_terms(**{field: value})
        assert list(caught.value.fields) == [field]

    def test_all_wrong_fields_are_named_at_once(self):
        with pytest.raises(InvalidInput) as caught:
            some_terms(max_members=1, draw_day=40)
        assert set(caught.value.fields) == {"max_members", "draw_day"}

    def test_start_is_the_month_and_time_the_minute(self):
        terms = some_terms(starts_on=date(2027, 1, 17), draw_time=time(18, 0, 59))
        assert (terms.starts_on, terms.draw_time) == (date(2027, 1, 1), time(18, 0))


class TestDates:
    def test_day_31_uses_the_last_day_of_shorter_months_and_never_forgets_31(self):
        days = [rules.due_date(date(2027, 1, 1), 31, n) for n in range(1, 5)]
        assert days == [
            date(2027, 1, 31),
            date(2027, 2, 28),
            date(2027, 3, 31),
            date(2027, 4, 30),
        ]

    def test_february_of_a_leap_year_has_29(self):
        assert rules.due_date(date(2027, 1, 1), 31, 14) == date(2028, 2, 29)

    def test_twentieth_month_from_january_2027(self):
        assert rules.due_date(date(2027, 1, 1), 31, 20) == date(2028, 8, 31)

    def test_year_turns_after_december(self):
        assert rules.due_date(date(2026, 12, 1), 5, 2) == date(2027, 1, 5)

    def test_moment_is_the_hour_in_the_zone_of_the_group(self):
        assert some_terms().draw_moment(1) == datetime(2027, 1, 31, 12, 30, tzinfo=UTC)

    def test_moment_follows_summer_time(self):
        terms = some_terms(time_zone="Europe/Paris")
        assert terms.draw_moment(1).hour == 17
        assert terms.draw_moment(6).hour == 16

    def test_month_for_people(self):
        assert rules.month_label(date(2026, 11, 5)) == "Nov 2026"
