"""Words for people: dates in the group's zone, money, one sentence per kind of news."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time

from luckychit.core.money import Money
from luckychit.domain.notify.queries import NewsView

LOCALE = "en_IN"
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
# Of these, everybody in the group gets a notice, not only the person concerned.
NOTICES_FOR_ALL = frozenset(
    {"draw_called", "draw_result", "draw_held_over", "group_started", "group_completed"}
)


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence with its tone and the page that tells more ("" when none)."""

    text: str
    tone: str  # good | warn | bad | luck | plain
    href: str = ""


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


def count(number: int, one: str, many: str = "") -> str:
    """Return ``1 seat`` or ``3 seats``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def sentence_of(item: NewsView, *, viewer_id: uuid.UUID | None) -> Said:
    """Say one piece of news to one viewer, in the second person when it is theirs."""
    tell = _TELLERS.get(item.kind)
    if tell is None:
        return Said(item.kind.replace("_", " ").capitalize() + ".", "plain")
    return tell(_Facts(item, is_own=item.user_id is not None and item.user_id == viewer_id))


def notice_of(item: NewsView, *, viewer_id: uuid.UUID | None) -> Said:
    """Say it while it happens: a result is left to the replay that the page now plays."""
    if item.kind == "draw_result":
        facts = _Facts(item, is_own=False)
        words = f"The draw of month {facts['instalment']} in {facts['group']} is done."
        return Said(words, "luck", facts.draw_href)
    return sentence_of(item, viewer_id=viewer_id)


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


class _Facts:
    """Reads the facts of news; a missing one never breaks a screen."""

    def __init__(self, item: NewsView, *, is_own: bool) -> None:
        self.item = item
        self.is_own = is_own

    def __getitem__(self, name: str) -> str:
        return str(self.item.facts.get(name, ""))

    def money(self, name: str = "amount_minor") -> str:
        amount, currency = self.item.facts.get(name), self.item.facts.get("currency", "INR")
        return Money(amount, currency).text() if type(amount) is int else ""

    @property
    def draw_href(self) -> str:
        return f"/draws/{self['draw_id']}" if self["draw_id"] else ""

    @property
    def receipt_href(self) -> str:
        return f"/receipts/{self['receipt_code']}" if self["receipt_code"] else ""


def _payment_received(facts: _Facts) -> Said:
    if facts.is_own:
        words = f"Your payment of {facts.money()} for {facts['group']} was received."
    else:
        words = f"{facts['name']} paid {facts.money()} for {facts['group']}."
    return Said(words, "good", facts.receipt_href)


def _payment_reversed(facts: _Facts) -> Said:
    whose = "Your" if facts.is_own else f"{facts['name']}'s"
    words = f"{whose} payment of {facts.money()} was reversed: {facts['reason']}."
    return Said(words, "bad", facts.receipt_href)


def _draw_called(facts: _Facts) -> Said:
    return Said(
        f"The draw of month {facts['instalment']} in {facts['group']} is coming up.", "luck"
    )


def _draw_locked(facts: _Facts) -> Said:
    words = (
        f"Month {facts['instalment']} of {facts['group']} is locked with {facts['eligible']} seats."
    )
    return Said(words, "plain", facts.draw_href)


def _draw_result(facts: _Facts) -> Said:
    words = (
        f"Seat {facts['seat']} ({facts['name']}) won month {facts['instalment']} of "
        f"{facts['group']}: {facts.money('prize_minor')}."
    )
    return Said(words, "luck", facts.draw_href)


def _prize_won(facts: _Facts) -> Said:
    who = "You won" if facts.is_own else f"{facts['name']} won"
    words = f"{who} {facts.money('prize_minor')} in {facts['group']}, month {facts['instalment']}."
    return Said(words, "luck", facts.draw_href)


def _draw_held_over(facts: _Facts) -> Said:
    words = (
        f"The draw of month {facts['instalment']} in {facts['group']} is held over: "
        f"{facts['reason']}"
    )
    return Said(words.rstrip(".") + ".", "warn")


def _member_joined(facts: _Facts) -> Said:
    who = "You" if facts.is_own else facts["name"]
    seats = facts.item.facts.get("seats", 1)
    held = count(seats, "seat") if type(seats) is int else "seats"
    return Said(f"{who} joined {facts['group']} with {held}.", "plain")


def _group_started(facts: _Facts) -> Said:
    return Said(f"{facts['group']} has started.", "good")


def _group_completed(facts: _Facts) -> Said:
    return Said(
        f"{facts['group']} is complete: every prize is paid and the books close at zero.", "good"
    )


def _payout_recorded(facts: _Facts) -> Said:
    to_whom = "you" if facts.is_own else facts["name"]
    words = f"{facts.money()} of the month {facts['instalment']} prize was handed to {to_whom}."
    return Said(words, "good")


def _payout_confirmed(facts: _Facts) -> Said:
    who = "You" if facts.is_own else facts["name"]
    return Said(f"{who} confirmed receiving {facts.money()} in {facts['group']}.", "good")


_TELLERS = {
    "payment_received": _payment_received,
    "payment_reversed": _payment_reversed,
    "draw_called": _draw_called,
    "draw_locked": _draw_locked,
    "draw_result": _draw_result,
    "prize_won": _prize_won,
    "draw_held_over": _draw_held_over,
    "member_joined": _member_joined,
    "group_started": _group_started,
    "group_completed": _group_completed,
    "payout_recorded": _payout_recorded,
    "payout_confirmed": _payout_confirmed,
}
