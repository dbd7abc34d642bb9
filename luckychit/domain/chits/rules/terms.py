"""The terms of a group: what may be agreed, and what follows from it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from babel.numbers import is_currency

from luckychit.core.money import BPS_WHOLE, Money
from luckychit.domain.chits import errors
from luckychit.domain.chits.rules import checks
from luckychit.domain.chits.rules.pots import PotSplit, split_pot
from luckychit.domain.chits.rules.schedule import draw_moment

# Source: Chit Funds Act 1982 s.21(1)(b) as amended in 2019: "seven per cent. of the chit
# amount" is the most a foreman may take. An Act of Parliament, so a constant, not a setting.
COMMISSION_CAP_BPS = 700
SEATS_LEAST, SEATS_MOST = 2, 120  # ten years of months; a page can show its grid
# Keeps every sum of a group below 2**53, the largest integer a proof may hold.
INSTALMENT_MOST_MINOR = 10**12
NAME_LONGEST = 100
SHORT_COLLECTION = ["collected", "foreman_advances"]


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms that may be agreed; everything else of a group follows from them."""

    currency: str
    instalment_minor: int  # of one seat, a month
    seats: int
    commission_bps: int
    gst_bps: int
    draw_day: int
    starts_on: date  # first day of the month of instalment 1
    draw_time: time
    time_zone: str
    short_collection: str

    @property
    def total_minor(self) -> int:
        """The value of the chit: what is paid in a month when everybody pays."""
        return self.instalment_minor * self.seats

    @property
    def duration_months(self) -> int:
        """One month for each seat, because each seat wins once."""
        return self.seats

    @property
    def stored(self) -> dict[str, Any]:
        """Everything a group stores of its terms, by the names of its columns."""
        return {
            "currency": self.currency,
            "monthly_installment_minor": self.instalment_minor,
            "max_members": self.seats,
            "duration_months": self.duration_months,
            "total_value_minor": self.total_minor,
            "commission_bps": self.commission_bps,
            "gst_bps": self.gst_bps,
            "draw_day": self.draw_day,
            "starts_on": self.starts_on,
            "draw_time": self.draw_time,
            "time_zone": self.time_zone,
            "short_collection": self.short_collection,
        }

    @property
    def full_month(self) -> PotSplit:
        """How a month divides in which everybody paid."""
        return split_pot(self.total_minor, self.commission_bps, self.gst_bps)

    def draw_moment(self, instalment: int) -> datetime:
        """Return the cut-off of an instalment, in UTC."""
        return draw_moment(
            starts_on=self.starts_on,
            draw_day=self.draw_day,
            draw_time=self.draw_time,
            time_zone=self.time_zone,
            instalment=instalment,
        )


def checked_terms(
    *,
    currency: object,
    monthly_installment_minor: object,
    max_members: object,
    commission_bps: object,
    draw_day: object,
    starts_on: object,
    draw_time: object,
    time_zone: object,
    gst_bps: object = 0,
    short_collection: object = "collected",
) -> Terms:
    """Return terms that the product and the law allow.

    Args:
        currency: ISO 4217 code.
        monthly_installment_minor: Of one seat, minor units, 1 to 10**12.
        max_members: Seats, 2 to 120.
        commission_bps: 0 to 700.
        draw_day: 1 to 31; short months use their last day.
        starts_on: Any day of the month of instalment 1.
        draw_time: Cut-off on the draw day, local to ``time_zone``.
        time_zone: IANA name.
        gst_bps: Tax on the commission, 0 to 10,000.
        short_collection: ``collected`` or ``foreman_advances``.

    Raises:
        InvalidInput: Fields have a wrong type or are out of range.
        CommissionAboveCap: More than 7 %.
    """
    wrong: dict[str, str] = {}
    good_currency = isinstance(currency, str) and currency.isupper() and is_currency(currency)
    if not good_currency:
        wrong["currency"] = "Please choose a currency such as INR."
    terms = Terms(
        currency=str(currency),
        instalment_minor=_instalment(wrong, monthly_installment_minor, currency),
        seats=checks.whole(wrong, "max_members", max_members, SEATS_LEAST, SEATS_MOST),
        commission_bps=checks.whole(wrong, "commission_bps", commission_bps, 0, BPS_WHOLE),
        gst_bps=checks.whole(wrong, "gst_bps", gst_bps, 0, BPS_WHOLE),
        draw_day=checks.whole(wrong, "draw_day", draw_day, 1, 31),
        starts_on=checks.day(wrong, "starts_on", starts_on).replace(day=1),
        draw_time=checks.clock_time(wrong, "draw_time", draw_time),
        time_zone=checks.zone(wrong, "time_zone", time_zone),
        short_collection=checks.choice(
            wrong, "short_collection", short_collection, SHORT_COLLECTION
        ),
    )
    checks.raise_if_any(wrong)
    if terms.commission_bps > COMMISSION_CAP_BPS:
        raise errors.CommissionAboveCap(
            cap_percent=f"{COMMISSION_CAP_BPS / 100:g}", commission_bps=terms.commission_bps
        )
    return terms


def _instalment(wrong: dict[str, str], value: object, currency: object) -> int:
    if type(value) is int and 1 <= value <= INSTALMENT_MOST_MINOR:
        return value
    most = ""
    if isinstance(currency, str) and is_currency(currency):
        most = f", at most {Money(INSTALMENT_MOST_MINOR, currency).text()}"
    wrong["monthly_installment_minor"] = f"Please give an amount above zero{most}."
    return 1


def check_totals(terms: Terms, *, total_value_minor: object, duration_months: object) -> None:
    """Refuse a total or a duration that the creator gave and that does not follow.

    Args:
        terms: What was agreed.
        total_value_minor: Minor units, or None when not given.
        duration_months: Months, or None when not given.

    Raises:
        TotalDoesNotAddUp: The total is not instalment x seats.
        DurationDoesNotFit: The duration is not one month for each seat.
    """
    if total_value_minor is not None and (
        type(total_value_minor) is not int or total_value_minor != terms.total_minor
    ):
        raise errors.TotalDoesNotAddUp(
            expected=Money(terms.total_minor, terms.currency).text(), given=total_value_minor
        )
    if duration_months is not None and (
        type(duration_months) is not int or duration_months != terms.duration_months
    ):
        raise errors.DurationDoesNotFit(expected=terms.duration_months, given=duration_months)
