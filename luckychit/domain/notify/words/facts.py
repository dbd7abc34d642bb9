"""A sentence, and the facts it is made from."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from luckychit.core.money import Money
from luckychit.domain.notify.queries import NewsView

LOCALE = "en_IN"
ROOM_PREFIX = "LOBBY-"
CALLED_OFF = "called off"
# As printed; the calendar of the draws is above this slice.
_DAILY = re.compile(r"DDL-([0-9]{4})([0-9]{2})([0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence with its tone and the page that tells more ("" when none)."""

    text: str
    tone: str  # good | warn | bad | luck | plain
    href: str = ""


class Facts:
    """Reads the facts of news; a missing one never breaks a screen."""

    def __init__(self, item: NewsView, *, is_own: bool) -> None:
        """Take the news, and whether it is about the one who reads it."""
        self.item = item
        self.is_own = is_own

    def __getitem__(self, name: str) -> str:
        """Return a fact as text; "" when missing."""
        return str(self.item.facts.get(name, ""))

    def money(self, name: str = "amount_minor") -> str:
        """Return an amount for people; "" when missing."""
        amount, currency = self.item.facts.get(name), self.item.facts.get("currency", "INR")
        return Money(amount, currency).text() if type(amount) is int else ""

    def count(self, name: str, one: str, some: str) -> str:
        """Return ``1 ticket`` or ``1,298 tickets``; ``some`` alone when it is no number."""
        number: Any = self.item.facts.get(name)
        if type(number) is not int:
            return some
        return f"{format_decimal(number, locale=LOCALE)} {one if number == 1 else some}"

    def because(self, name: str = "reason") -> str:
        """Return ``: nobody bought a ticket.`` or, without a reason, the full stop.

        What the sentence before has said already is not said again.
        """
        reason = self[name].strip().rstrip(".").removeprefix(CALLED_OFF)
        if reason.startswith(" "):
            return f"{reason}."
        return f": {reason[:1].lower()}{reason[1:]}." if reason else "."

    @property
    def draw(self) -> str:
        """What people call the draw: ``the draw of 21 Nov`` or ``a room's draw``."""
        day = _day_of(self["draw_id"])
        if day is None:
            return "a room's draw"
        return f"the draw of {format_date(day, 'd MMM', locale=LOCALE)}"

    @property
    def draw_href(self) -> str:
        """The page of the draw; of a room's draw the room itself."""
        draw_id = self["draw_id"]
        if draw_id.startswith(ROOM_PREFIX):
            return f"/app/rooms/{draw_id.removeprefix(ROOM_PREFIX)}"
        return f"/draws/{draw_id}" if draw_id else ""

    @property
    def room_href(self) -> str:
        """The page of the room."""
        return f"/app/rooms/{self['code']}" if self["code"] else ""

    @property
    def receipt_href(self) -> str:
        """The page of the receipt."""
        return f"/receipts/{self['receipt_code']}" if self["receipt_code"] else ""


def _day_of(draw_id: str) -> date | None:
    found = _DAILY.fullmatch(draw_id)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None
