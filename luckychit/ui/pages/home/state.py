"""What the public start knows: today's draw, past winners, the latest draws, live."""

from dataclasses import dataclass

import reflex as rx

from luckychit.core import clock
from luckychit.domain.lottery import queries as lottery
from luckychit.ui import text
from luckychit.ui.pages.draw.games import UTC_ZONE, ticket_number
from luckychit.ui.pages.draws.lines import MONTHLY, DrawLine, latest_lines
from luckychit.ui.shared import SharedRead

LATEST = 5
WINNERS = 5
# Void days between them are left out, so a few more are read.
_DAYS_READ = 20


@dataclass
class TodayText:
    """Today's draw for everybody, ready to draw."""

    draw_id: str = ""
    href: str = ""
    day: str = ""
    price: str = ""
    locks_ms: int = 0


@dataclass
class WinnerText:
    """A ticket that won."""

    draw_id: str = ""
    href: str = ""
    number: str = ""
    day: str = ""
    prize: str = ""
    entry_words: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    today: TodayText
    winners: list[WinnerText]
    lines: list[DrawLine]


class HomeState(rx.State):
    """Today's draw, who won before, and the latest draws of circles."""

    is_ready: bool = False
    today: TodayText = TodayText()
    winners: list[WinnerText] = []
    lines: list[DrawLine] = []

    @rx.event
    async def load(self) -> None:
        """Read what everybody may see."""
        found = await _shared.get()
        self.today, self.winners, self.lines = found.today, found.winners, found.lines
        self.is_ready = True


def _read() -> _Read:
    draw = lottery.public_today(clock.now()).draw
    today = TodayText()
    if draw is not None:
        today = TodayText(
            draw_id=draw.draw_id,
            href=f"/draws/{draw.draw_id}",
            day=text.short_day(draw.opens_at, UTC_ZONE),
            price=draw.price.text(),
            locks_ms=clock.to_ms(draw.locks_at),
        )
    drawn = [day for day in lottery.history(limit=_DAYS_READ) if day.winning_ticket_id]
    winners = [
        WinnerText(
            draw_id=day.draw_id,
            href=f"/draws/{day.draw_id}",
            number=ticket_number(day.winning_ticket_id),
            day=text.short_day(day.draw_date),
            prize=day.prize.text(),
            entry_words=text.count(day.total_entries, "ticket"),
            name=day.winner_name,
        )
        for day in drawn[:WINNERS]
    ]
    return _Read(today, winners, latest_lines(limit=LATEST, kinds=(MONTHLY,)).items)


_shared = SharedRead(_read)
