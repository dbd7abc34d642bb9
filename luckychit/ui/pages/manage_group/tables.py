"""The parts of a running group: months, dues, draws, seats."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui.pages.manage_group.state import GroupState as State
from luckychit.ui.pages.manage_shared import words


def months() -> rx.Component:
    """Draw seats by months, with what is paid and who won."""
    return c.card(
        c.month_grid(State.months, State.grid, caption="Seats by months: paid and won"),
        class_name="month-card",
    )


def dues() -> rx.Component:
    """Draw this month's dues and all older unpaid ones."""
    return c.card(
        c.table(
            [
                c.Column("Name"),
                c.Column("Month"),
                c.Column("Due on"),
                c.Column("Status"),
                c.Column("To pay", at_end=True),
                c.Column(""),
            ],
            rx.foreach(State.dues, _due),
            caption="Dues of this month and older unpaid ones",
            totals=["Still to collect", "", "", "", State.dues_sum, ""],
        ),
        flush=True,
        class_name="dues",
    )


def _due(due: Any) -> rx.Component:
    return rx.el.tr(
        c.head_cell(
            rx.el.span(due.name),
            rx.el.span("Seat ", due.seat, class_name="quiet tiny seat-of"),
        ),
        c.cell(due.month, label="Month"),
        c.cell(due.day, label="Due on"),
        c.cell(c.chip(due.status_text, due.status), label="Status"),
        c.cell(c.money(due.remaining, class_name="strong"), label="To pay", at_end=True),
        c.cell(
            rx.cond(
                due.is_open,
                c.button(
                    "Record payment",
                    small=True,
                    on_click=State.ask_payment(due.seat.to(int)),
                    aria_label=f"Record payment of {due.name}, seat {due.seat}",
                ),
                rx.fragment(),
            ),
            at_end=True,
        ),
        key=due.due_id,
    )


def draws() -> rx.Component:
    """Draw every month's draw, newest first, with its proof and its prize."""
    return c.card(
        c.table(
            [
                c.Column("Month"),
                c.Column("Day"),
                c.Column("Winner"),
                c.Column("Pot", at_end=True),
                c.Column("Prize", at_end=True),
                c.Column("Handed over", at_end=True),
                c.Column(""),
            ],
            rx.foreach(State.draws, _draw),
            caption="Draws of this group",
        ),
        flush=True,
    )


def _draw(draw: Any) -> rx.Component:
    return rx.el.tr(
        c.head_cell(rx.el.span("Month ", draw.month, id=f"month-{draw.month}")),
        c.cell(draw.when, label="Day"),
        c.cell(
            rx.cond(draw.winner != "", draw.winner, c.chip(draw.status_text, draw.status)),
            label="Winner",
        ),
        c.cell(draw.pot, label="Pot", at_end=True),
        c.cell(c.money(draw.prize, class_name="strong"), label="Prize", at_end=True),
        c.cell(
            rx.cond(draw.left == "", draw.handed, rx.el.span(draw.left, " left")),
            label="Handed over",
            at_end=True,
        ),
        c.cell(
            rx.el.div(
                rx.cond(
                    draw.left != "",
                    c.button(
                        "Pay out",
                        small=True,
                        on_click=State.ask_handover(draw.monthly_draw_id),
                        aria_label=f"Pay out the prize of month {draw.month}",
                    ),
                    rx.fragment(),
                ),
                c.link(
                    rx.cond(draw.status == "drawn", "Proof", "Public page"),
                    href=draw.href,
                    custom_attrs={"aria-describedby": f"month-{draw.month}"},
                ),
                class_name="row no-wrap acts",
            ),
            at_end=True,
        ),
        key=draw.monthly_draw_id,
    )


def seats() -> rx.Component:
    """Draw who holds the seats, what they paid and owe."""
    return c.card(
        c.table(
            [
                c.Column("Name"),
                c.Column("Seat"),
                c.Column("Mobile"),
                c.Column("Won"),
                c.Column("Paid", at_end=True),
                c.Column("Owes now", at_end=True),
                c.Column(""),
            ],
            rx.foreach(State.seats, _seat),
            caption="Seats of this group",
            totals=["All seats", "", "", "", State.paid_sum, State.owed_sum, ""],
        ),
        flush=True,
    )


def _seat(seat: Any) -> rx.Component:
    return rx.el.tr(
        c.head_cell(seat.name),
        c.cell(seat.number, label="Seat"),
        c.cell(seat.mobile, label="Mobile"),
        c.cell(rx.cond(seat.won != "", c.chip(seat.won, "won"), words.NONE), label="Won"),
        c.cell(seat.paid, label="Paid", at_end=True),
        c.cell(
            rx.cond(seat.owed != "", c.money(seat.owed, class_name="strong"), words.NONE),
            label="Owes now",
            at_end=True,
        ),
        c.cell(
            rx.cond(
                State.head.status == "active",
                c.button(
                    "Record payment",
                    small=True,
                    look="quiet",
                    on_click=State.ask_payment(seat.number),
                    aria_label=f"Record payment of {seat.name}, seat {seat.number}",
                ),
                rx.fragment(),
            ),
            at_end=True,
        ),
        key=seat.number,
    )
