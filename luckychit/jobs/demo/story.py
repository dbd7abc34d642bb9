"""What the demo tells: who, and when each of them pays. Data and dates, no database."""

import calendar
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Kolkata")
DRAW_TIME = time(18, 0)

ADMIN = "Demo Administrator"
ADMIN_USERNAME = "admin"
MANAGER = ("Lakshmi Subramaniam", "+919000010001")
MEMBERS = (
    ("Asha Verma", "+919000020001"),
    ("Rajesh Iyer", "+919000020002"),
    ("Fatima Sheikh", "+919000020003"),
    ("Gurpreet Singh", "+919000020004"),
    ("Meenakshi Pillai", "+919000020005"),
    ("Arjun Reddy", "+919000020006"),
    ("Kavita Deshmukh", "+919000020007"),
    ("Thomas Kurian", "+919000020008"),
    ("Sunita Yadav", "+919000020009"),
    ("Imran Qureshi", "+919000020010"),
    ("Ananya Banerjee", "+919000020011"),
    ("Murugan Selvam", "+919000020012"),
    ("Pooja Agarwal", "+919000020013"),
    ("Vikram Rathore", "+919000020014"),
    ("Lalitha Hegde", "+919000020015"),
    ("Bhavesh Patel", "+919000020016"),
    ("Nandini Rao", "+919000020017"),
    ("Suresh Naidu", "+919000020018"),
    ("Zoya Ansari", "+919000020019"),
    ("Prakash Mishra", "+919000020020"),
)
# Grown-ups all. The newcomers, the last two, have not been asked yet.
BORN_ON, NEWCOMERS = date(1986, 10, 2), {19, 20}
PHRASES = {1: "for my daughter's wedding", 4: "Waheguru", 8: "new roof 2027", 16: "jai jinendra"}

MONTHS_DRAWN = 6
# (month, seat): how many days after the draw the money came. None: not yet.
LATE = {(2, 7): 3, (4, 3): 5, (4, 12): 2, (5, 9): 4, (6, 17): None}
# Paid in two parts: (month, seat) and what came first, in rupees.
IN_PARTS = {(1, 14): 2_000, (3, 2): 3_500, (5, 9): 3_000}
# Of the present month: who has not come yet, and who brought a part.
NOT_YET = {1, 4, 8, 11, 15, 17, 19}
ONLY_A_PART = {6: 2_500}
# Who came today: minutes before the demo begins.
TODAY = {16: 125, 20: 50}
# Written down for the wrong seat and taken back the same day: (month, seat).
BY_MISTAKE = (3, 10)


@dataclass(frozen=True, slots=True)
class Coming:
    """Money that arrives: for which seat, when, how much and how."""

    at: datetime
    seat: int
    amount_minor: int
    method: str
    reference: str
    is_mistake: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """The dates of a circle: its first month and the day of its draws."""

    starts_on: date
    draw_day: int

    def draw_at(self, month: int) -> datetime:
        """Return the moment of a month's draw; 0 is the month before the first."""
        first = _months_later(self.starts_on, month - 1)
        last_day = calendar.monthrange(first.year, first.month)[1]
        day = first.replace(day=min(self.draw_day, last_day))
        return datetime.combine(day, DRAW_TIME, tzinfo=ZONE).astimezone(UTC)


def big_calendar(now: datetime) -> Calendar:
    """Return the dates of the circle whose seventh draw is about a week ahead.

    It stays in the present month where that is possible, so that the month's sums on
    the first page are those of the seventh instalment.
    """
    today = now.astimezone(ZONE).date()
    in_a_week = today + timedelta(days=7)
    last_day = calendar.monthrange(today.year, today.month)[1]
    if in_a_week.month == today.month:
        seventh = in_a_week
    elif today.day < last_day:
        seventh = today.replace(day=last_day)
    else:
        seventh = in_a_week
    draw_day = 31 if seventh.day == last_day and seventh.month == today.month else seventh.day
    return Calendar(_months_later(seventh.replace(day=1), -MONTHS_DRAWN), draw_day)


def small_calendar(now: datetime) -> Calendar:
    """Return the dates of the circle of five months that ended two months ago."""
    this_month = now.astimezone(ZONE).date().replace(day=1)
    return Calendar(_months_later(this_month, -6), 10)


def forming_month(now: datetime) -> date:
    """Return the first month of the circle that is still looking for members."""
    return _months_later(now.astimezone(ZONE).date().replace(day=1), 1)


def payments_of_big(dates: Calendar, now: datetime) -> list[Coming]:
    """Return all money that came for the big circle before ``now``, in any order."""
    chance = random.Random(20)  # noqa: S311 - a believable spread, not a secret
    coming: list[Coming] = []
    for month in range(1, MONTHS_DRAWN + 2):
        for seat in range(1, len(MEMBERS) + 1):
            coming += _of_due(dates, month, seat, chance, now)
    month, seat = BY_MISTAKE
    wrong = dates.draw_at(month) - timedelta(days=4, hours=5)
    coming.append(Coming(wrong, seat, 500_000, "cash", "", is_mistake=True))
    return [item for item in coming if item.at < now]


def payments_of_small(dates: Calendar) -> list[Coming]:
    """Return all money of the small circle: everybody in time."""
    chance = random.Random(5)  # noqa: S311 - a believable spread, not a secret
    return [
        _coming(dates.draw_at(month) - _before(chance), seat, 200_000, chance)
        for month in range(1, 6)
        for seat in range(1, 6)
    ]


def _of_due(
    dates: Calendar, month: int, seat: int, chance: random.Random, now: datetime
) -> list[Coming]:
    draw_at = dates.draw_at(month)
    usual = draw_at - _before(chance)
    if month > MONTHS_DRAWN:
        return _of_present(dates, seat, chance, now)
    late_days = LATE.get((month, seat), 0)
    if late_days is None:
        return []
    paid_at = draw_at + timedelta(days=late_days, hours=-3) if late_days else usual
    first = IN_PARTS.get((month, seat), 0) * 100
    parts = [_coming(usual - timedelta(days=1), seat, first, chance)] if first else []
    return [*parts, _coming(paid_at, seat, 500_000 - first, chance)]


def _of_present(dates: Calendar, seat: int, chance: random.Random, now: datetime) -> list[Coming]:
    if seat in NOT_YET:
        return []
    amount_minor = ONLY_A_PART.get(seat, 5_000) * 100
    if seat in TODAY:
        return [_coming(now - timedelta(minutes=TODAY[seat]), seat, amount_minor, chance)]
    opened = dates.draw_at(MONTHS_DRAWN)
    days = max(1, (now - opened).days - 1)
    at_daytime = timedelta(days=chance.randrange(days), hours=15, minutes=chance.randrange(630))
    return [_coming(opened + at_daytime, seat, amount_minor, chance)]


def _coming(at: datetime, seat: int, amount_minor: int, chance: random.Random) -> Coming:
    method = chance.choices(("cash", "upi", "bank"), weights=(5, 4, 1))[0]
    reference = "" if method == "cash" else f"{method.upper()}{chance.randrange(10**11, 10**12)}"
    return Coming(at, seat, amount_minor, method, reference)


def _before(chance: random.Random) -> timedelta:
    """Return how long before the draw somebody comes: 1 to 16 days, at daytime."""
    days = min(chance.randrange(1, 17), chance.randrange(1, 17))
    return timedelta(days=days, minutes=chance.randrange(-120, 480))


def _months_later(month: date, count: int) -> date:
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)
