"""Pictures of a circle: seats by months, the ring of seats. Shape first, then colour."""

from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from luckychit.domain.chits.queries.views import GridCell, SeatRow

_WORDS = {"paid": "paid", "part": "part paid", "late": "late", "due": "due", "ahead": "to come"}


@dataclass
class CellText:
    """One seat in one month, ready to draw."""

    state: str = "ahead"
    won: bool = False
    is_present: bool = False
    words: str = ""


@dataclass
class GridRow:
    """One seat's row of the month grid, ready to draw."""

    seat_id: str = ""
    name: str = ""
    cells: list[CellText] = field(default_factory=list)


def grid_rows(seats: tuple[SeatRow, ...], present: int) -> list[GridRow]:
    """Turn the seats of a group into rows of the grid.

    Args:
        seats: As the query gives them.
        present: The present instalment, drawn with a tint; 0 for none.
    """
    return [
        GridRow(
            seat_id=str(seat.seat_id),
            name=f"{seat.seat_number} · {seat.full_name}",
            cells=[_cell(cell, present) for cell in seat.cells],
        )
        for seat in seats
    ]


def _cell(cell: GridCell, present: int) -> CellText:
    won = ", won the draw" if cell.won else ""
    return CellText(
        state=cell.state,
        won=cell.won,
        is_present=cell.instalment == present,
        words=f"Month {cell.instalment}: {_WORDS.get(cell.state, cell.state)}{won}",
    )


def month_grid(months: Any, rows: Any, *, caption: str) -> rx.Component:
    """Draw seats by months with their marks and a legend.

    Args:
        months: State var ``list[str]``: the column heads (``["1", "2", ...]``).
        rows: State var ``list[GridRow]``.
        caption: What it shows, for screen readers.
    """
    return rx.el.div(
        rx.el.div(
            rx.el.table(
                rx.el.caption(caption, class_name="sr-only"),
                rx.el.thead(
                    rx.el.tr(
                        rx.el.th("Seat", scope="col"),
                        rx.foreach(months, lambda month: rx.el.th(month, scope="col")),
                    )
                ),
                rx.el.tbody(rx.foreach(rows, _row)),
                class_name="month-grid num",
            ),
            class_name="table-scroll",
            tab_index=0,
            role="region",
            aria_label=caption,
        ),
        legend(),
        class_name="stack gap-3",
    )


def _row(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.th(row.name, scope="row"), rx.foreach(row.cells, _drawn_cell), key=row.seat_id
    )


def _drawn_cell(cell: Any) -> rx.Component:
    return rx.el.td(
        rx.el.span(class_name=f"mark-{cell.state}", title=cell.words),
        rx.cond(cell.won, rx.el.span(class_name="mark-won"), rx.fragment()),
        rx.el.span(cell.words, class_name="sr-only"),
        class_name=rx.cond(cell.is_present, "cell present", "cell"),
    )


def legend() -> rx.Component:
    """Draw what the marks of a month grid mean."""
    marks = (
        ("paid", "Paid"),
        ("part", "Part paid"),
        ("late", "Late"),
        ("due", "Due"),
        ("ahead", "To come"),
        ("won", "Won the draw"),
    )
    items = [
        rx.el.span(
            rx.el.span(class_name=f"mark-{kind}", custom_attrs={"aria-hidden": "true"}), words
        )
        for kind, words in marks
    ]
    return rx.el.div(*items, class_name="legend", custom_attrs={"aria-hidden": "true"})


def seat_ring(
    marks: Any, count: Any, *inside: Any, label: Any, large: bool = False
) -> rx.Component:
    """Draw the circle: one dot a seat.

    Args:
        marks: State var ``list[str]`` of classes, one a seat: any of ``paid``, ``won``,
            ``late``, ``me`` (joined by blanks), or "".
        count: How many seats; a whole number in the state.
        *inside: What stands in the middle (an amount, a month).
        label: The picture in words.
        large: As large as a hero.
    """
    return rx.el.div(
        rx.foreach(marks, _dot) if isinstance(marks, rx.Var) else _fixed_dots(marks),
        rx.el.div(*inside, class_name="stack gap-0"),
        class_name="seat-ring seat-ring-large" if large else "seat-ring",
        style={"--n": count},
        role="figure",
        aria_label=label,
    )


def _dot(kind: Any, place: Any) -> rx.Component:
    return rx.el.i(class_name=kind, style={"--i": place}, custom_attrs={"aria-hidden": "true"})


def _fixed_dots(marks: list[str]) -> rx.Component:
    return rx.fragment(*(_dot(kind, place) for place, kind in enumerate(marks)))
