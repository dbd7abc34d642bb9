"""Money: whole minor units and their currency, which travel together."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.numbers import (
    format_currency,
    format_decimal,
    get_currency_precision,
    is_currency,
)
from num2words import num2words

# Postgres BIGINT; a sum beyond it is a bug, not a price.
LARGEST_MINOR = 2**63 - 1
BPS_WHOLE = 10_000
# Thousands, or the Indian lakhs and crores: 1,500 and 1,50,000.
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}(?:\.[0-9]+)?", re.ASCII)
_AMOUNT = re.compile(r"([0-9]{1,19})(?:\.([0-9]+))?", re.ASCII)
# One and many of the unit, then of the minor unit.
_UNIT_WORDS = {
    "INR": ("rupee", "rupees", "paisa", "paise"),
    "USD": ("dollar", "dollars", "cent", "cents"),
    "XXX": ("credit", "credits", "hundredth", "hundredths"),
}
_SIGNS = {"INR": "₹", "USD": "$"}
# ISO 4217's code for "no currency is involved".
PLAY_CREDIT = "XXX"
_CRORE = 10**7
# The library searches its lists for each question, and a sale asks it by the thousand.
_is_known = lru_cache(maxsize=64)(is_currency)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount of one currency.

    Args:
        amount_minor: Whole minor units (paise, cents); may be negative in a ledger.
        currency: ISO 4217 code, such as ``INR``.

    Raises:
        TypeError: The amount is not a plain integer (floats and bools are refused).
        ValueError: The currency is unknown or the amount does not fit a BIGINT.
    """

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse what could lose a paisa later."""
        if type(self.amount_minor) is not int:
            raise TypeError(f"amount_minor must be int, not {type(self.amount_minor)}")
        if abs(self.amount_minor) > LARGEST_MINOR:
            raise ValueError("amount does not fit a BIGINT")
        if not _is_known(self.currency):
            raise ValueError(f"unknown currency {self.currency!r}")

    def _same(self, other: object) -> "Money":
        if not isinstance(other, Money):
            raise TypeError(f"Money cannot be combined with {type(other)}")
        if other.currency != self.currency:
            raise TypeError(f"{self.currency} cannot be combined with {other.currency}")
        return other

    def __add__(self, other: "Money") -> "Money":
        """Add an amount of the same currency."""
        return Money(self.amount_minor + self._same(other).amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Subtract an amount of the same currency."""
        return Money(self.amount_minor - self._same(other).amount_minor, self.currency)

    def __neg__(self) -> "Money":
        """Return the opposite amount."""
        return Money(-self.amount_minor, self.currency)

    def __mul__(self, count: int) -> "Money":
        """Multiply by a whole number (a fraction must say who gets the odd paisa)."""
        if type(count) is not int:
            raise TypeError("Money is multiplied by whole numbers only")
        return Money(self.amount_minor * count, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        """Compare with an amount of the same currency."""
        return self.amount_minor < self._same(other).amount_minor

    def __le__(self, other: "Money") -> bool:
        """Compare with an amount of the same currency."""
        return self.amount_minor <= self._same(other).amount_minor

    def __gt__(self, other: "Money") -> bool:
        """Compare with an amount of the same currency."""
        return self.amount_minor > self._same(other).amount_minor

    def __ge__(self, other: "Money") -> bool:
        """Compare with an amount of the same currency."""
        return self.amount_minor >= self._same(other).amount_minor

    def __bool__(self) -> bool:
        """Tell whether the amount is not zero."""
        return self.amount_minor != 0

    def share(self, bps: int) -> "Money":
        """Return ``bps`` basis points of the amount, rounded down.

        Args:
            bps: 0 to 10,000 (100 %).
        """
        if type(bps) is not int or not 0 <= bps <= BPS_WHOLE:
            raise ValueError("bps must be a whole number from 0 to 10000")
        return Money(self.amount_minor * bps // BPS_WHOLE, self.currency)

    def split(self, count: int) -> list["Money"]:
        """Divide into ``count`` parts that sum exactly; the first get the odd paise.

        Args:
            count: Number of parts, at least 1.
        """
        if type(count) is not int or count < 1:
            raise ValueError("count must be at least 1")
        each_minor, odd = divmod(self.amount_minor, count)
        return [Money(each_minor + (place < odd), self.currency) for place in range(count)]

    def text(self, locale: str = "en_IN") -> str:
        """Return the amount for people: ``₹1,00,000``, ``₹52.50``, ``$95.00``.

        Whole rupees are shown without paise, as people write them; other
        currencies always show their minor units.
        """
        precision = get_currency_precision(self.currency)
        amount = _decimal(self.amount_minor, precision)
        if self.currency == PLAY_CREDIT:
            return f"{format_decimal(amount, '#,##0.00', locale=locale)} credits"
        whole = self.currency == "INR" and amount == amount.to_integral_value()
        return format_currency(
            amount,
            self.currency,
            format="¤#,##,##0" if whole else None,
            locale=locale,
            currency_digits=not whole,
        )

    def words(self) -> str:
        """Return the amount in English words, as a receipt says it."""
        precision = get_currency_precision(self.currency)
        whole, part = divmod(abs(self.amount_minor), 10**precision)
        one, many, small, smalls = _UNIT_WORDS.get(
            self.currency, (self.currency, self.currency, "hundredth", "hundredths")
        )
        said = []
        if whole or not part:
            said.append(f"{self._spelled(whole)} {one if whole == 1 else many}")
        if part:
            said.append(f"{self._spelled(part)} {small if part == 1 else smalls}")
        return ("minus " if self.amount_minor < 0 else "") + " and ".join(said)

    def _spelled(self, count: int) -> str:
        if self.currency != "INR":
            return num2words(count, lang="en")
        if count < _CRORE:
            return num2words(count, lang="en_IN")
        # The library knows the Indian words only up to a thousand crore.
        crores, rest = divmod(count, _CRORE)
        said = f"{self._spelled(crores)} crore"
        return f"{said} {self._spelled(rest)}" if rest else said


def _decimal(amount_minor: int, precision: int) -> Decimal:
    return Decimal(amount_minor).scaleb(-precision)


def parse_minor(typed: str, currency: str) -> int:
    """Read what a person typed as an amount and return minor units.

    Blanks, the currency's own sign and commas between groups of digits are ignored;
    ``5,000``, ``₹ 5000.50`` work.

    Args:
        typed: The text, at most 32 characters.
        currency: ISO 4217 code; its precision bounds the decimals.

    Raises:
        ValueError: It is not an amount, is negative, or has too many decimals.
    """
    unsigned = typed.strip().removeprefix(_SIGNS.get(currency, "")).replace(" ", "")
    if "," in unsigned and not _GROUPED.fullmatch(unsigned):
        # Elsewhere "1,5" is one and a half: neither that nor fifteen is taken for it.
        raise ValueError(f"not an amount of {currency}: {typed!r}")
    cleaned = unsigned.replace(",", "")
    precision = get_currency_precision(currency)
    match = _AMOUNT.fullmatch(cleaned)
    if not match or len(match[2] or "") > precision or len(cleaned) > 32:
        raise ValueError(f"not an amount of {currency}: {typed!r}")
    amount_minor = int(match[1]) * 10**precision + int(
        (match[2] or "").ljust(precision, "0") or "0"
    )
    if amount_minor > LARGEST_MINOR:
        raise ValueError("amount does not fit a BIGINT")
    return amount_minor
