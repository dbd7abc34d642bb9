"""A group that is forming: its terms, its empty seats, and the ways to fill them."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui.pages.manage_group.joining import JoiningState
from luckychit.ui.pages.manage_group.state import GroupState
from luckychit.ui.pages.manage_shared.person import person_fields

Joining: Any = JoiningState
State: Any = GroupState
_HEAD = State.head
_EXAMPLE = "Asha Rao, 98765 43210\nRavi Kumar 9876543211 x2\n9876543212 Meena Iyer"


def view() -> rx.Component:
    """Draw what a group needs before it starts."""
    return rx.el.div(
        _top(),
        rx.cond(_HEAD.is_full, rx.fragment(), _ways_in()),
        _seats(),
        _start_dialog(),
        c.confirm_dialog(
            "remove",
            rx.el.span("Free seat ", State.leaver, "?"),
            rx.el.p(
                rx.el.strong(State.leaver_name),
                " leaves this seat; the next person to join gets it. The person's sign-in stays.",
            ),
            act="Free the seat",
            on_submit=State.remove,
            is_bad=True,
        ),
        class_name="stack gap-5",
    )


def _top() -> rx.Component:
    return c.card(
        rx.el.div(
            c.seat_ring(
                State.ring,
                _HEAD.seats,
                rx.el.span(_HEAD.taken_text, class_name="money ring-number"),
                rx.el.span("seats taken", class_name="quiet small"),
                label=_HEAD.ring_label,
            ),
            rx.el.div(
                rx.el.h2(
                    rx.cond(
                        _HEAD.is_full,
                        "Every seat is taken",
                        rx.el.span("Fill the seats: ", _HEAD.free_text),
                    )
                ),
                rx.el.p(
                    rx.cond(
                        _HEAD.is_full,
                        "Start the group when everybody agrees with the terms below.",
                        "A group starts when every seat is taken. One person may hold several.",
                    ),
                    class_name="quiet",
                ),
                rx.el.div(
                    c.button(
                        c.icon("play"),
                        "Start the group",
                        look="primary",
                        opens="start",
                        disabled=~_HEAD.is_full,
                    ),
                    class_name="row",
                ),
                class_name="stack gap-3 grow",
            ),
            class_name="row gap-6 circle-top",
        ),
        terms(),
    )


def terms() -> rx.Component:
    """Draw what was agreed."""
    facts = (
        ("Terms", _HEAD.terms),
        ("Collected in a full month", _HEAD.total),
        ("Your commission", _HEAD.commission),
        ("Prize of a full month", _HEAD.prize),
        ("Begins", _HEAD.starts),
        ("Draws", _HEAD.draw_rule),
        ("When money is missing", _HEAD.policy),
    )
    drawn = [rx.fragment(rx.el.dt(name), rx.el.dd(value)) for name, value in facts]
    return rx.el.dl(*drawn, class_name="facts small terms")


def _ways_in() -> rx.Component:
    return rx.el.div(_add_one(), _paste(), class_name="cols-2 top")


def _add_one() -> rx.Component:
    return c.card(
        c.form(
            *person_fields(Joining),
            c.field(
                "Seats",
                "seats",
                input_mode="numeric",
                default_value="1",
                required=True,
                max_length=3,
                error=Joining.problems["seats"],
            ),
            rx.el.div(c.submit("Add member"), class_name="row"),
            on_submit=Joining.add,
        ),
        title="Add one member",
        id="add-one",
    )


def _paste() -> rx.Component:
    return c.card(
        rx.el.div(
            c.form(
                c.text_area(
                    "Names and mobile numbers, one person a line",
                    "pasted",
                    placeholder=_EXAMPLE,
                    hint="Straight from a chat or a sheet. x2 after a line means two seats.",
                    error=Joining.problems["pasted"],
                    required=True,
                    rows=6,
                    spell_check=False,
                ),
                rx.el.div(c.submit("Check the list", look=""), class_name="row"),
                on_submit=Joining.check,
            ),
            _checked(),
            id="paste-list",
            class_name="stack",
        ),
        title="Paste a list",
    )


def _checked() -> rx.Component:
    return rx.cond(
        Joining.pasted.length() > 0,
        rx.el.div(
            c.table(
                [c.Column("Line"), c.Column("Name"), c.Column("Mobile"), c.Column("Seats", True)],
                rx.foreach(Joining.pasted, _line),
                caption="The list line by line",
                as_cards=False,
            ),
            rx.cond(
                Joining.pasted_bad > 0,
                c.notice(
                    rx.el.p(
                        "Correct the marked lines above and check again. "
                        "Nobody is added until every line is right."
                    ),
                    tone="warn",
                ),
                c.form(
                    c.submit(rx.el.span("Add all: ", Joining.pasted_summary), wide=True),
                    on_submit=Joining.add_all,
                ),
            ),
            class_name="stack",
        ),
        rx.fragment(),
    )


def _line(line: Any) -> rx.Component:
    wrong = line.problem != ""
    return rx.el.tr(
        rx.el.td(line.number, class_name="quiet"),
        rx.cond(
            wrong,
            rx.el.td(
                rx.el.span(line.typed, class_name="code small"),
                rx.el.span(c.icon("triangle-alert", 16), line.problem, class_name="line-problem"),
                col_span=3,
            ),
            rx.fragment(
                rx.el.td(line.name, class_name="strong"),
                rx.el.td(line.mobile, class_name="nowrap"),
                rx.el.td(line.seats, class_name="end"),
            ),
        ),
        key=line.number,
    )


def _seats() -> rx.Component:
    return c.card(
        rx.cond(
            State.seats.length() > 0,
            c.table(
                [c.Column("Name"), c.Column("Seat"), c.Column("Mobile"), c.Column("")],
                rx.foreach(State.seats, _seat),
                caption="Seats of this group",
            ),
            c.empty_state(
                "No seat is taken yet",
                "Add members above: one by one, or paste the list you already have.",
            ),
        ),
        title="Seats",
        flush=True,
    )


def _seat(seat: Any) -> rx.Component:
    return rx.el.tr(
        c.head_cell(seat.name),
        c.cell(seat.number, label="Seat"),
        c.cell(seat.mobile, label="Mobile"),
        c.cell(
            c.button(
                "Free the seat",
                look="quiet",
                small=True,
                on_click=State.ask_removal(seat.number),
                aria_label=f"Free the seat {seat.number} of {seat.name}",
            ),
            at_end=True,
        ),
        key=seat.number,
    )


def _start_dialog() -> rx.Component:
    return c.confirm_dialog(
        "start",
        "Start the group?",
        rx.el.p(
            "From now on ",
            rx.el.strong(_HEAD.seats, " seats"),
            " owe ",
            rx.el.strong(_HEAD.instalment),
            " each month, and one of them wins each month. Members can no longer join or leave.",
        ),
        rx.el.p("The commitment of the first draw is published at once.", class_name="quiet small"),
        act="Start the group",
        on_submit=State.start,
    )
