"""A finished draw as one line of a list."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from luckychit.core import clock
from luckychit.domain.chits import queries as chits
from luckychit.domain.fairness import queries as fairness
from luckychit.domain.fairness.views import ProofView
from luckychit.ui import components as c
from luckychit.ui import text


@dataclass
class DrawLine:
    """One line, ready to draw."""

    draw_id: str = ""
    href: str = ""
    title: str = ""
    winner: str = ""
    prize: str = ""
    when: str = ""
    moment: str = ""
    status: str = ""
    status_text: str = ""
    seats: int = 0
    winner_seat: int = 0


def latest_lines(after: str = "", limit: int = 20) -> list[DrawLine]:
    """Read the finished draws after ``after`` ("" = the newest) as lines."""
    views = fairness.history(after=after or None, limit=limit)
    cards = chits.draw_cards([view.draw_id for view in views])
    return [_line(view, cards.get(view.draw_id)) for view in views]


def _line(view: ProofView, card: chits.DrawCard | None) -> DrawLine:
    closed_at = view.closed_at or view.locks_at
    is_void = view.status == "void"
    line = DrawLine(
        draw_id=view.draw_id,
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
                rx.el.time(line.when, date_time=line.moment, class_name="quiet tiny"),
                class_name="stack gap-0 end",
            ),
            href=line.href,
            class_name="list-link",
        ),
        key=line.draw_id,
    )
