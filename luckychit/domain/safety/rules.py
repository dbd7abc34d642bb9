"""Who may play and how much: moments and numbers in, verdicts out. Nothing reads or writes."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

from luckychit.core.errors import InvalidInput
from luckychit.core.money import Money
from luckychit.domain.safety import errors

ADULT_YEARS = 18
# A birthday has begun everywhere once it has in the zone where the day begins last.
LAST_ZONE = timezone(timedelta(hours=-12))
UNKNOWN_COUNTRY = "XX"
TOR = "T1"

DEPOSIT, PLAY = "deposit", "play"
KINDS = (DEPOSIT, PLAY)
PERIODS = ("day", "week", "month")
RAISED_AFTER = timedelta(hours=24)
MOST_LIMIT_MINOR = 10**9
_CALLED = {"day": "today", "week": "this week", "month": "this month"}

TIME_OUT_DAYS = (1, 7, 30)
SELF_EXCLUSION_DAYS = (180, 365, 5 * 365)
BREAK_DAYS = TIME_OUT_DAYS + SELF_EXCLUSION_DAYS

REALITY_CHECKS_MIN = (15, 30, 60)


class LimitLine(NamedTuple):
    """One line of a limit's history.

    Args:
        amount_minor: In minor units of the games' currency; None is no limit.
        takes_effect_at: When it begins to count.
        created_at: When the person asked for it.
    """

    amount_minor: int | None
    takes_effect_at: datetime
    created_at: datetime


class Allowance(NamedTuple):
    """A limit in force, and what of it is used in the running period.

    Args:
        period: ``day``, ``week`` or ``month``.
        limit_minor: In minor units.
        used_minor: In minor units; more than the limit when that was lowered since.
    """

    period: str
    limit_minor: int
    used_minor: int

    @property
    def left_minor(self) -> int:
        """What is left of it, not below zero."""
        return max(0, self.limit_minor - self.used_minor)


def is_adult(birth_date: date, now: datetime) -> bool:
    """Tell whether a person is 18 by every calendar on earth.

    Nobody is asked in which zone they were born or live, and a date has begun in one zone 26
    hours before it has in another. The strict reading is that of the zone where it begins
    last (UTC-12): so nobody plays who is 17 by the calendar on their own wall. Who was born
    on 29 February comes of age on 1 March of a year without one.

    Args:
        birth_date: As declared.
        now: The present moment.
    """
    today = now.astimezone(LAST_ZONE).date()
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (not had_birthday) >= ADULT_YEARS


def check_player(
    *, birth_date: date | None, country: str, blocked: Collection[str], now: datetime
) -> None:
    """Refuse who may not play at all.

    With a list of blocked countries, a request of unknown country is refused: else a proxy
    that stops telling would open the games to everybody, and nobody would notice. Tor is
    there to hide the country, so it counts as a blocked one.

    Args:
        birth_date: As declared; None when it was not.
        country: Two letters; ``XX`` unknown, ``T1`` Tor, "" when there is no way to know.
        blocked: Countries without games.
        now: The present moment.

    Raises:
        CountryBlocked, CountryUnknown, AgeUnknown, TooYoung: As their names say.
    """
    if blocked and country:
        if country in blocked or country == TOR:
            raise errors.CountryBlocked(country=country)
        if country == UNKNOWN_COUNTRY:
            raise errors.CountryUnknown
    if birth_date is None:
        raise errors.AgeUnknown
    if not is_adult(birth_date, now):
        raise errors.TooYoung


def in_force(lines: Iterable[LimitLine], at: datetime) -> int | None:
    """Return the limit that counts at a moment; None when there is none.

    Of the lines that have taken effect the one written last counts: a later wish replaces
    what was waiting.

    Args:
        lines: Of one kind and period, in the order they were written.
        at: The moment.
    """
    amount: int | None = None
    for line in lines:
        if line.takes_effect_at <= at:
            amount = line.amount_minor
    return amount


def waiting(lines: Sequence[LimitLine], at: datetime) -> LimitLine | None:
    """Return the raise that has not taken effect yet, if there is one."""
    newest = lines[-1] if lines else None
    return newest if newest is not None and newest.takes_effect_at > at else None


def lines_to_add(
    lines: Sequence[LimitLine], amount_minor: int | None, now: datetime
) -> list[LimitLine]:
    """Return the lines that make ``amount_minor`` the limit: at once, or 24 hours later.

    Lowering and the first setting count at once; raising and removing wait. The limit in
    force, asked for again, takes back what waits; what waits already goes on waiting.

    Args:
        lines: Of one kind and period, in the order they were written.
        amount_minor: In minor units; None removes the limit.
        now: The present moment.
    """
    current, raised = in_force(lines, now), waiting(lines, now)
    if raised is not None and raised.amount_minor == amount_minor:
        return []
    as_it_is = [LimitLine(current, now, now)] if raised is not None else []
    if amount_minor == current:
        return as_it_is
    if current is None or (amount_minor is not None and amount_minor < current):
        return [LimitLine(amount_minor, now, now)]
    # First what waited is taken back: else it would count for the hours between the two.
    return [*as_it_is, LimitLine(amount_minor, now + RAISED_AFTER, now)]


def began(period: str, now: datetime) -> datetime:
    """Return when the running day, week (from Monday) or month began, in UTC."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def ends(period: str, now: datetime) -> datetime:
    """Return when the running day, week or month ends, in UTC: the next one's beginning."""
    begun = began(period, now)
    if period == "week":
        return begun + timedelta(days=7)
    if period == "month":
        return (begun + timedelta(days=31)).replace(day=1)
    return begun + timedelta(days=1)


def tightest(allowances: Iterable[Allowance]) -> Allowance:
    """Return the allowance of which least is left; of equals, the one that lasts longest."""
    return min(allowances, key=lambda one: (one.left_minor, -PERIODS.index(one.period)))


def play_refusal(one: Allowance, *, left: Money, now: datetime) -> errors.PlayLimitReached:
    """Return the refusal of a purchase that an allowance does not cover.

    Args:
        one: The allowance.
        left: What is left of it.
        now: The moment of the purchase.
    """
    return errors.PlayLimitReached(left=left.text(), **_when(one, now))


def deposit_refusal(one: Allowance, *, left: Money, now: datetime) -> errors.DepositLimitReached:
    """Return the refusal of a deposit that an allowance does not cover; see above."""
    return errors.DepositLimitReached(left=left.text(), **_when(one, now))


def _when(one: Allowance, now: datetime) -> dict[str, str]:
    end = ends(one.period, now)
    return {"period": _CALLED[one.period], "ends": f"{end.day} {end:%B}, 00:00 UTC"}


def checked_choice(value: object, among: Collection[str], field: str) -> str:
    """Return one of a few words that was sent.

    Raises:
        InvalidInput: It is another.
    """
    if isinstance(value, str) and value in among:
        return value
    raise InvalidInput({field: f"Please choose one of {', '.join(among)}."})


def checked_limit(value: object) -> int | None:
    """Return an amount for a limit in minor units, or None for no limit.

    Raises:
        InvalidInput: It is not a whole number from 0 to 10**9.
    """
    if value is None or (type(value) is int and 0 <= value <= MOST_LIMIT_MINOR):
        return value
    raise InvalidInput({"amount_minor": "Please give an amount from 0.00 to 10,000,000.00."})
