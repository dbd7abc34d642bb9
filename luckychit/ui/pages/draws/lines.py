"""A finished draw as one line of a list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import reflex as rx

from luckychit.core import clock
from luckychit.domain.chits import queries as chits
from luckychit.domain.fairness import queries as fairness
from luckychit.domain.fairness.views import ProofView
from luckychit.domain.lottery import queries as lottery
from luckychit.domain.lottery.views import PastDraw
from luckychit.ui import components as c
from luckychit.ui import text
from luckychit.ui.pages.draw.games import ticket_number

DAILY, MONTHLY = "daily", "monthly"
KINDS = (DAILY, MONTHLY)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class DrawLine:
    """One line, ready to draw."""

    draw_id: str = ""
    kind: str = ""
    href: str = ""
    title: str = ""
    winner: str = ""
    prize: str = ""
    note: str = ""  # of a day, which its title names already
    when: str = ""
    moment: str = ""
    status: str = ""
    status_text: str = ""
    seats: int = 0
    winner_seat: int = 0


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines, and per kind the last draw shown, to ask for older ones with."""

    items: list[DrawLine]
    after: dict[str, str] = field(default_factory=dict)
    has_older: bool = False


def latest_lines(
    after: dict[str, str] | None = None, limit: int = 20, kinds: Sequence[str] = KINDS
) -> Lines:
    """Read finished draws as lines, newest first; rooms are in no public list.

    Args:
        after: The last draw already shown of each kind; None or {} begins with the newest.
        limit: 1 to 99.
        kinds: Of daily and monthly.
    """
    seen = dict(after or {})
    found: list[tuple[datetime, DrawLine]] = []
    if DAILY in kinds:
        found += _daily(seen.get(DAILY), limit + 1)
    if MONTHLY in kinds:
        found += _monthly(seen.get(MONTHLY), limit + 1)
    found.sort(key=lambda one: one[0], reverse=True)
    items = [line for _, line in found[:limit]]
    # The last of each kind wins: what was not shown comes with the next page.
    return Lines(items, seen | {line.kind: line.draw_id for line in items}, len(found) > limit)


def _daily(after: str | None, limit: int) -> list[tuple[datetime, DrawLine]]:
    days = lottery.history(after=after, limit=limit)
    return [(day.closed_at, _day_line(day)) for day in days]


def _monthly(after: str | None, limit: int) -> list[tuple[datetime, DrawLine]]:
    views = fairness.history(kinds=(MONTHLY,), after=after, limit=limit)
    cards = chits.draw_cards([view.draw_id for view in views])
    return [
        (view.closed_at or _LONG_AGO, _month_line(view, cards.get(view.draw_id))) for view in views
    ]


def _day_line(day: PastDraw) -> DrawLine:
    is_void = day.status == "void"
    return DrawLine(
        draw_id=day.draw_id,
        kind=DAILY,
        href=f"/draws/{day.draw_id}",
        title=text.day(day.draw_date),
        winner="" if is_void else f"Ticket {ticket_number(day.winning_ticket_id)}",
        prize="" if is_void else day.prize.text(),
        note=text.count(day.total_entries, "ticket"),
        status="bad" if is_void else "drawn",
        status_text="Called off" if is_void else "Drawn",
    )


def _month_line(view: ProofView, card: chits.DrawCard | None) -> DrawLine:
    closed_at = view.closed_at or view.locks_at
    is_void = view.status == "void"
    line = DrawLine(
        draw_id=view.draw_id,
        kind=MONTHLY,
        href=f"/draws/{view.draw_id}",
        title=view.draw_id,
        winner=text.count(view.n, "entry", "entries") if view.n else "",
        when=text.ago(closed_at, clock.now()),
        moment=closed_at.isoformat(timespec="seconds"),
        status="bad" if is_void else "drawn",
        status_text="Called off" if is_void else "Drawn",
    )
    if card is None:
        return line
    line.title = f"Month {card.instalment} of {card.duration_months}"
    line.seats = card.seats
    if not is_void and card.winner_seat_number:
        line.winner_seat = card.winner_seat_number
        line.winner = f"Seat {card.winner_seat_number} of {card.seats}"
        line.prize = card.prize.text() if card.prize else ""
    return line


def draw_list(lines: Any) -> rx.Component:
    """Draw the lines as links to the draws' pages."""
    return rx.el.ul(rx.foreach(lines, _item))


def _item(line: Any) -> rx.Component:
    return rx.el.li(
        c.link(
            rx.el.span(
                rx.el.span(
                    rx.el.span(line.title, class_name="strong"),
                    rx.cond(line.winner != "", f" · {line.winner}", ""),
                ),
                rx.el.span(line.draw_id, class_name="quiet tiny clip"),
                class_name="stack gap-0 grow",
            ),
            rx.el.span(
                rx.cond(
                    line.prize != "",
                    c.money(line.prize, class_name="strong"),
                    c.chip(line.status_text, line.status),
                ),
                rx.cond(
                    line.note != "",
                    rx.el.span(line.note, class_name="quiet tiny"),
                    rx.el.time(line.when, date_time=line.moment, class_name="quiet tiny"),
                ),
                class_name="stack gap-0 end",
            ),
            href=line.href,
            class_name="list-link",
        ),
        key=line.draw_id,
    )
