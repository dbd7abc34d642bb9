import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luckychit.domain.chits import rules
from luckychit.domain.chits.rules import PotSplit

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "circles.md"
RUPEE = 100
CIRCLE = {"seats": 20, "instalment_minor": 5_000 * RUPEE, "prize_minor": 95_000 * RUPEE}
amounts = st.integers(0, 10**14)
shares = st.integers(0, 10_000)


def rupees(split: PotSplit) -> tuple[float, ...]:
    return tuple(part / RUPEE for part in split)


class TestSplitPot:
    def test_full_month_of_20_times_5000_at_5_percent(self):
        assert rupees(rules.split_pot(100_000 * RUPEE, 500, 0)) == (5_000, 0, 95_000)

    def test_18_of_20_paid(self):
        assert rupees(rules.split_pot(90_000 * RUPEE, 500, 0)) == (4_500, 0, 85_500)

    def test_tax_is_on_the_commission(self):
        assert rupees(rules.split_pot(100_000 * RUPEE, 500, 1_800)) == (5_000, 900, 94_100)
        assert rupees(rules.split_pot(100_000 * RUPEE, 700, 1_800)) == (7_000, 1_260, 91_740)

    def test_empty_pot(self):
        assert rules.split_pot(0, 500, 1_800) == (0, 0, 0)

    def test_20_months_pay_19_lakh_not_the_9_97_500_of_a_pot_of_eligible_seats(self):
        ours = 20 * rules.split_pot(100_000 * RUPEE, 500, 0).prize_minor
        of_eligible = sum(
            rules.split_pot(5_000 * RUPEE * eligible, 500, 0).prize_minor
            for eligible in range(20, 0, -1)
        )
        assert (ours, of_eligible) == (1_900_000 * RUPEE, 997_500 * RUPEE)

    def test_month_10_pays_95_000_not_52_250(self):
        eligible_in_month_10 = 20 - 9
        guide = rules.split_pot(5_000 * RUPEE * eligible_in_month_10, 500, 0)
        assert guide.prize_minor == 52_250 * RUPEE
        assert rules.split_pot(5_000 * RUPEE * 20, 500, 0).prize_minor == 95_000 * RUPEE

    @given(amounts, shares, shares)
    def test_loses_no_paisa(self, pot, commission, gst):
        split = rules.split_pot(pot, commission, gst)
        assert sum(split) == pot


class TestGrownSplit:
    def test_each_late_5000_sends_4750_to_the_winner(self):
        before = rules.split_pot(90_000 * RUPEE, 500, 0)
        after = rules.grown_split(before, 5_000 * RUPEE, 500, 0)
        assert rupees(after) == (4_750, 0, 90_250)

    @given(st.lists(st.integers(1, 10**9), min_size=1, max_size=20), shares, shares)
    def test_never_takes_from_any_part_and_loses_no_paisa(self, steps, commission, gst):
        split = PotSplit(0, 0, 0)
        for step in steps:
            grown = rules.grown_split(split, step, commission, gst)
            assert all(new >= old for new, old in zip(grown, split, strict=True))
            assert sum(grown) == sum(split) + step
            split = grown

    @given(st.lists(st.integers(1, 10**9), min_size=1, max_size=20), st.integers(0, 700))
    def test_many_small_payments_end_like_a_large_one(self, steps, commission):
        split = PotSplit(0, 0, 0)
        for step in steps:
            split = rules.grown_split(split, step, commission, 0)
        assert split == rules.split_pot(sum(steps), commission, 0)

    def test_paisa_that_raises_commission_and_tax_leaves_the_prize(self):
        before = rules.split_pot(85, 700, 1_800)
        assert rules.split_pot(86, 700, 1_800).prize_minor == before.prize_minor - 1
        assert rules.grown_split(before, 1, 700, 1_800) == (6, 0, 80)
        assert rules.grown_split(PotSplit(6, 0, 80), 1, 700, 1_800) == (6, 1, 80)


class TestAllocation:
    def test_4999_of_5000_is_not_paid(self):
        assert rules.fill_oldest_first(4_999, [5_000, 5_000]) == [4_999, 0]

    def test_2000_and_3500_pay_5000_and_500_of_the_next(self):
        assert rules.fill_oldest_first(2_000, [5_000, 5_000]) == [2_000, 0]
        assert rules.fill_oldest_first(3_500, [3_000, 5_000]) == [3_000, 500]

    def test_paid_dues_are_passed_over(self):
        assert rules.fill_oldest_first(5_000, [0, 0, 5_000]) == [0, 0, 5_000]

    def test_more_than_is_owed_is_refused(self):
        with pytest.raises(ValueError, match="1 minor units more"):
            rules.fill_oldest_first(10_001, [5_000, 5_000])

    def test_reversal_takes_the_newest_first(self):
        assert rules.take_newest_first(5_500, [5_000, 5_000, 500]) == [0, 5_000, 500]
        assert rules.take_newest_first(600, [5_000, 500, 0]) == [100, 500, 0]

    def test_reversal_of_more_than_was_paid_is_refused(self):
        with pytest.raises(ValueError, match="more"):
            rules.take_newest_first(5_001, [5_000, 0])

    @given(st.data(), st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
    def test_what_is_filled_and_taken_back_leaves_nothing(self, data, dues):
        if not sum(dues):
            return
        amount = data.draw(st.integers(1, sum(dues)))
        filled = rules.fill_oldest_first(amount, dues)
        assert sum(filled) == amount
        assert rules.take_newest_first(amount, filled) == filled
        open_from = next((i for i, part in enumerate(filled) if part < dues[i]), len(dues))
        assert not any(filled[open_from + 1 :])


class TestCost:
    def test_every_seat_pays_the_commission_once(self):
        month = rules.split_pot(100_000 * RUPEE, 500, 0)
        assert rules.net_cost_minor(month) == 5_000 * RUPEE
        assert 20 * 5_000 * RUPEE - month.prize_minor == 5_000 * RUPEE

    @pytest.mark.parametrize(("won", "percent"), [(1, 0.5466), (20, -0.5436)])
    def test_rate_of_the_first_and_of_the_last(self, won, percent):
        assert round(100 * rules.monthly_rate(won=won, **CIRCLE), 4) == percent

    @pytest.mark.parametrize("won", range(9, 13))
    def test_months_9_to_12_have_no_rate(self, won):
        assert rules.monthly_rate(won=won, **CIRCLE) is None

    @pytest.mark.parametrize("won", [*range(1, 9), *range(13, 21)])
    def test_all_others_have_one_whose_sign_says_who_pays(self, won):
        rate = rules.monthly_rate(won=won, **CIRCLE)
        assert rate is not None
        assert (rate > 0) == (won < 9)

    def test_table_for_managers_shows_these_rates(self):
        row = r"^\| (\d+) \|.*(?:borrows|saves) at (\S+) %"
        shown = dict(re.findall(row, DOCUMENT.read_text(), re.MULTILINE))
        rates = {won: rules.monthly_rate(won=won, **CIRCLE) for won in range(1, 21)}
        assert shown == {
            str(won): f"{100 * rate:.4f}".replace("-", "\u2212")
            for won, rate in rates.items()
            if rate is not None
        }
