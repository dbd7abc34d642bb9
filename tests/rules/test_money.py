"""Money keeps every paisa: properties over any amount, and the numbers people will see."""

import contextlib
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luckychit.core.money import BPS_WHOLE, LARGEST_MINOR, Money, parse_minor

# So that a sum or a product of two still fits a BIGINT.
small = st.integers(-(2**31), 2**31)
anything = st.integers(-LARGEST_MINOR, LARGEST_MINOR)
currencies = st.sampled_from(["INR", "USD", "JPY"])
bps = st.integers(0, BPS_WHOLE)


def inr(amount_minor: int) -> Money:
    return Money(amount_minor, "INR")


class TestMoneyRefuses:
    @pytest.mark.parametrize("amount", [1.0, 0.5, "5", None, True, 5 + 0j])
    def test_an_amount_that_is_not_a_whole_number(self, amount):
        with pytest.raises(TypeError):
            Money(amount, "INR")

    @pytest.mark.parametrize("amount", [LARGEST_MINOR + 1, -LARGEST_MINOR - 1])
    def test_an_amount_beyond_bigint(self, amount):
        with pytest.raises(ValueError, match="BIGINT"):
            inr(amount)

    @pytest.mark.parametrize("currency", ["", "inr", "RS", "₹", "XXQ", "INRR"])
    def test_a_currency_that_does_not_exist(self, currency):
        with pytest.raises(ValueError, match="unknown currency"):
            Money(1, currency)

    @pytest.mark.parametrize(
        "combine",
        [
            lambda one, other: one + other,
            lambda one, other: one - other,
            lambda one, other: one < other,
            lambda one, other: one <= other,
            lambda one, other: one > other,
            lambda one, other: one >= other,
        ],
    )
    @pytest.mark.parametrize("other", [Money(1, "USD"), 1, 1.5, "1", None])
    def test_to_be_combined_with_anything_but_its_own_currency(self, combine, other):
        with pytest.raises(TypeError):
            combine(inr(1), other)

    def test_to_be_summed_from_a_bare_zero(self):
        with pytest.raises(TypeError):
            sum([inr(1), inr(2)])

    @pytest.mark.parametrize("factor", [0.5, 2.0, "2", True, Money(2, "INR")])
    def test_to_be_multiplied_by_anything_but_a_whole_number(self, factor):
        with pytest.raises(TypeError):
            inr(5) * factor

    def test_to_be_changed(self):
        with pytest.raises(AttributeError):
            inr(5).amount_minor = 6

    @pytest.mark.parametrize("wrong", [-1, BPS_WHOLE + 1, 2.5, True])
    def test_a_share_that_is_not_basis_points(self, wrong):
        with pytest.raises(ValueError, match="bps"):
            inr(5).share(wrong)

    @pytest.mark.parametrize("wrong", [0, -1, 1.5, True])
    def test_a_split_into_less_than_one_part(self, wrong):
        with pytest.raises(ValueError, match="count"):
            inr(5).split(wrong)

    def test_a_sum_that_no_longer_fits(self):
        with pytest.raises(ValueError, match="BIGINT"):
            inr(LARGEST_MINOR) + inr(1)


class TestMoneyAdds:
    @given(small, small)
    def test_like_whole_numbers(self, one, other):
        assert inr(one) + inr(other) == inr(one + other)
        assert inr(one) - inr(other) == inr(one - other)
        assert -inr(one) == inr(-one)
        assert bool(inr(one)) == (one != 0)

    @given(small, st.integers(-1000, 1000))
    def test_itself_a_number_of_times(self, amount, count):
        assert inr(amount) * count == count * inr(amount) == inr(amount * count)

    @given(small, small)
    def test_and_compares_like_whole_numbers(self, one, other):
        assert (inr(one) < inr(other)) == (one < other)
        assert (inr(one) <= inr(other)) == (one <= other)
        assert (inr(one) > inr(other)) == (one > other)
        assert (inr(one) >= inr(other)) == (one >= other)
        assert (inr(one) == inr(other)) == (one == other)

    @given(anything)
    def test_and_is_never_equal_to_another_currency_or_a_number(self, amount):
        assert inr(amount) != Money(amount, "USD")
        assert inr(amount) != amount


class TestMoneyDivides:
    @given(anything, st.integers(1, 500), currencies)
    def test_without_losing_a_paisa(self, amount, count, currency):
        parts = Money(amount, currency).split(count)
        assert sum(part.amount_minor for part in parts) == amount
        assert len(parts) == count

    @given(anything, st.integers(1, 500))
    def test_into_parts_that_differ_by_one_at_most_the_larger_first(self, amount, count):
        parts = [part.amount_minor for part in inr(amount).split(count)]
        assert parts == sorted(parts, reverse=True)
        assert parts[0] - parts[-1] <= 1

    @given(anything, bps)
    def test_a_share_is_the_exact_fraction_rounded_down(self, amount, rate_bps):
        share = inr(amount).share(rate_bps).amount_minor
        assert share * BPS_WHOLE <= amount * rate_bps < (share + 1) * BPS_WHOLE

    @given(st.integers(0, LARGEST_MINOR), bps)
    def test_a_share_is_never_more_than_the_whole(self, amount, rate_bps):
        assert inr(0) <= inr(amount).share(rate_bps) <= inr(amount)

    @given(st.lists(st.integers(0, 10**9), min_size=1, max_size=20), bps)
    def test_shares_taken_as_a_whole_grows_sum_to_the_share_of_the_whole(self, arrivals, rate_bps):
        """The cumulative arithmetic of a draw that late money still reaches."""
        wholes = [0, *accumulate(arrivals)]
        shares = [inr(whole).share(rate_bps) for whole in wholes]
        taken = [after - before for before, after in pairwise(shares)]
        assert min(taken) >= inr(0)
        assert sum(part.amount_minor for part in taken) == sum(arrivals) * rate_bps // BPS_WHOLE

    def test_the_commission_of_a_lakh_at_five_percent(self):
        assert inr(10_000_000).share(500) == inr(500_000)

    def test_a_hundred_paise_among_three(self):
        assert inr(100).split(3) == [inr(34), inr(33), inr(33)]


class TestMoneyReads:
    @pytest.mark.parametrize(
        ("money", "text"),
        [
            (inr(0), "₹0"),
            (inr(5), "₹0.05"),
            (inr(5_250), "₹52.50"),
            (inr(500_000), "₹5,000"),
            (inr(10_000_000), "₹1,00,000"),
            (inr(1_234_567_890), "₹1,23,45,678.90"),
            (inr(-10_000_000), "-₹1,00,000"),
            (Money(9_500, "USD"), "$95.00"),
            (Money(0, "USD"), "$0.00"),
        ],
    )
    def test_as_people_write_it(self, money, text):
        assert money.text() == text

    @given(anything, currencies)
    def test_back_as_the_amount_it_was(self, amount, currency):
        typed = Money(abs(amount), currency).text().removeprefix("JP¥")
        assert parse_minor(typed, currency) == abs(amount)

    @pytest.mark.parametrize(
        ("money", "words"),
        [
            (inr(0), "zero rupees"),
            (inr(1), "one paisa"),
            (inr(100), "one rupee"),
            (inr(5_250), "fifty-two rupees and fifty paise"),
            (inr(500_000), "five thousand rupees"),
            (inr(9_410_000), "ninety-four thousand, one hundred rupees"),
            (inr(10_000_000), "one lakh rupees"),
            (inr(-10_000_000), "minus one lakh rupees"),
            (inr(10**9), "one crore rupees"),
            (inr(10**14), "one lakh crore rupees"),
            (inr(10**9 + 1), "one crore rupees and one paisa"),
            (inr(10**9 + 100), "one crore one rupees"),
            (Money(9_501, "USD"), "ninety-five dollars and one cent"),
            (Money(100_000_000, "USD"), "one million dollars"),
            (Money(95, "JPY"), "ninety-five JPY"),
        ],
    )
    def test_aloud_as_a_receipt_says_it(self, money, words):
        assert money.words() == words

    @given(anything, currencies)
    def test_aloud_for_every_amount(self, amount, currency):
        assert Money(amount, currency).words()


class TestParseMinor:
    @pytest.mark.parametrize(
        ("typed", "amount_minor"),
        [
            ("5000", 500_000),
            ("5,000", 500_000),
            ("1,00,000", 10_000_000),
            ("₹ 5000.50", 500_050),
            ("₹5,000.5", 500_050),
            ("  12 ", 1_200),
            ("0", 0),
            ("0.01", 1),
            ("007", 700),
            ("1,50,000", 15_000_000),
            ("150,000.25", 15_000_025),
        ],
    )
    def test_reads_what_people_type(self, typed, amount_minor):
        assert parse_minor(typed, "INR") == amount_minor

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            " ",
            "₹",
            "-5",
            "+5",
            "5.",
            ".5",
            "5.505",
            "5.5.5",
            "1,5",
            "1,50",
            "1,000,0",
            ",500",
            "1,,000",
            "1.000,50",
            "1000,000",
            "1e3",
            "0x10",
            "five",
            "٥",
            "५",
            "$5",
            "₹₹5",
            "5\x00",
            "9" * 20,
            "9" * 18,
            "0" * 40,
            "inf",
            "nan",
        ],
    )
    def test_refuses_what_is_not_an_amount(self, typed):
        with pytest.raises(ValueError, match="amount"):
            parse_minor(typed, "INR")

    def test_allows_no_more_decimals_than_the_currency_has(self):
        assert parse_minor("5", "JPY") == 5
        assert parse_minor("$5.25", "USD") == 525
        with pytest.raises(ValueError, match="JPY"):
            parse_minor("5.5", "JPY")

    @given(st.text(max_size=40))
    def test_answers_any_text_with_an_amount_or_a_value_error(self, typed):
        with contextlib.suppress(ValueError):
            assert 0 <= parse_minor(typed, "INR") <= LARGEST_MINOR
