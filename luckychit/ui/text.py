"""Words for people: dates in the group's zone, money, one sentence per kind of news."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal

from luckychit.domain.notify.queries import NewsView
from luckychit.domain.notify.words import circles, games, sentence_of
from luckychit.domain.notify.words.facts import LOCALE, Facts, Said

DEFAULT_ZONE = "Asia/Kolkata"
METHODS = {"cash": "Cash", "bank": "Bank transfer", "upi": "UPI", "cheque": "Cheque"}
STATUSES = {
    "forming": "Forming",
    "active": "Running",
    "completed": "Completed",
    "open": "Open",
    "locked": "Locked",
    "drawn": "Drawn",
    "void": "Called off",
    "paid": "Paid",
    "part": "Part paid",
    "late": "Late",
    "due": "Due",
    "ahead": "To come",
}
# Of these, everybody in the group or room gets a notice, not only the person concerned.
NOTICES_FOR_ALL = frozenset(
    {
        "draw_called",
        "draw_result",
        "draw_held_over",
        "group_started",
        "group_completed",
        "room_started",
        "room_drawn",
        "room_void",
    }
)
# Of these, everybody who has the daily pot on screen.
NOTICES_FOR_PLAYERS = frozenset({"daily_drawn"})
_TELLERS_OF_ENDS = {
    "draw_result": circles.draw_is_done,
    "daily_drawn": games.daily_is_done,
    "room_drawn": games.room_is_done,
}


@dataclass
class NewsText:
    """A line of a feed, ready to draw."""

    text: str = ""
    tone: str = ""
    when: str = ""
    moment: str = ""  # for <time datetime=...>
    href: str = ""


def day(value: date | datetime, zone: str = DEFAULT_ZONE) -> str:
    """Return ``21 Nov 2026``."""
    return format_date(_local_date(value, zone), "d MMM y", locale=LOCALE)


def short_day(value: date | datetime, zone: str = DEFAULT_ZONE) -> str:
    """Return ``Sat 21 Nov``."""
    return format_date(_local_date(value, zone), "EEE d MMM", locale=LOCALE)


def moment(value: datetime, zone: str = DEFAULT_ZONE) -> str:
    """Return ``21 Nov 2026, 6:00 pm`` in the group's zone."""
    return format_datetime(value, "d MMM y, h:mm a", tzinfo=ZoneInfo(zone), locale=LOCALE)


def clock_time(value: datetime, zone: str = DEFAULT_ZONE) -> str:
    """Return ``6:00 pm`` in the group's zone."""
    return format_time(
        value.astimezone(ZoneInfo(zone)), "h:mm a", tzinfo=ZoneInfo(zone), locale=LOCALE
    )


def time_of_day(value: time) -> str:
    """Return ``6:00 pm``, as it stands in a group's rules."""
    return format_time(value, "h:mm a", locale=LOCALE)


def relative_day(value: date | datetime, now: datetime, zone: str = DEFAULT_ZONE) -> str:
    """Return ``today``, ``tomorrow``, ``in 5 days``, ``3 days ago``, or the date."""
    days = (_local_date(value, zone) - _local_date(now, zone)).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in near:
        return near[days]
    if 1 < days <= 30:
        return f"in {days} days"
    if -30 <= days < -1:
        return f"{-days} days ago"
    return day(value, zone)


def ago(value: datetime, now: datetime, zone: str = DEFAULT_ZONE) -> str:
    """Return ``just now``, ``12 min ago``, ``6:00 pm``, ``yesterday`` or the day."""
    seconds = (now - value).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if _local_date(value, zone) == _local_date(now, zone):
        return clock_time(value, zone)
    return relative_day(value, now, zone)


def initials(full_name: str) -> str:
    """Return up to two letters for a person's picture."""
    words = full_name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def method(value: str) -> str:
    """Return the name people give to a way of paying."""
    return METHODS.get(value, value.replace("_", " ").capitalize())


def number(value: int) -> str:
    """Return ``1,298``."""
    return format_decimal(value, locale=LOCALE)


def count(of_them: int, one: str, many: str = "") -> str:
    """Return ``1 seat``, ``3 seats`` or ``1,298 seats``."""
    return f"{number(of_them)} {one if of_them == 1 else many or one + 's'}"


def notice_of(item: NewsView, *, viewer_id: uuid.UUID | None) -> Said:
    """Say it while it happens: a result is left to the replay that the page now plays."""
    tell = _TELLERS_OF_ENDS.get(item.kind)
    return tell(Facts(item, is_own=False)) if tell else sentence_of(item, viewer_id=viewer_id)


def feed_line(item: NewsView, *, viewer_id: uuid.UUID, now: datetime) -> NewsText:
    """Return one line of a feed."""
    said = sentence_of(item, viewer_id=viewer_id)
    return NewsText(
        text=said.text,
        tone=said.tone,
        when=ago(item.happened_at, now),
        moment=item.happened_at.isoformat(timespec="seconds"),
        href=said.href,
    )


def _local_date(value: date | datetime, zone: str) -> date:
    return value.astimezone(ZoneInfo(zone)).date() if isinstance(value, datetime) else value
