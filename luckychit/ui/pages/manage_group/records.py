"""The records of a group: its payments, taking one back, its books."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui.pages.manage_group import forming
from luckychit.ui.pages.manage_group.payments import PaymentsState
from luckychit.ui.pages.manage_group.state import GroupState as State

_BOOKS = State.books


def payments() -> rx.Component:
    """Draw what was received, and the way to take a wrong entry back."""
    state = PaymentsState
    return c.card(
        rx.el.div(
            c.table_tools(state, placeholder="Name, reference or number"), class_name="card-tools"
        ),
        c.rows_or(
            state.is_ready,
            state.rows,
            c.table(
                [
                    c.Column("Receipt"),
                    c.Column("From"),
                    c.Column("For months"),
                    c.Column("How"),
                    c.Column("Received"),
                    c.Column("Amount", at_end=True),
                    c.Column(""),
                ],
                rx.foreach(state.rows, _payment),
                caption="Payments of this group",
            ),
            c.empty_state(
                "No payment found", "What you record appears here, each with a numbered receipt."
            ),
        ),
        c.pager(state),
        flush=True,
    )


def _payment(row: Any) -> rx.Component:
    return rx.el.tr(
        c.head_cell(c.link(row.receipt, href=row.href)),
        c.cell(row.name, label="From"),
        c.cell(row.months, label="For months"),
        c.cell(row.how, label="How"),
        c.cell(row.when, label="Received"),
        c.cell(
            rx.el.span(row.amount, class_name=f"money strong {row.tone}"),
            label="Amount",
            at_end=True,
        ),
        c.cell(
            rx.cond(
                row.can_reverse & (State.head.status == "active"),
                c.button(
                    "Reverse",
                    small=True,
                    look="quiet",
                    on_click=PaymentsState.ask_reversal(row.payment_id),
                    aria_label=f"Reverse receipt {row.receipt} of {row.name}",
                ),
                rx.cond(row.status_text != "", c.chip(row.status_text, row.status), rx.fragment()),
            ),
            at_end=True,
        ),
        key=row.payment_id,
    )


def reverse_dialog() -> rx.Component:
    """Draw the question before a payment is taken back."""
    state = PaymentsState
    return c.confirm_dialog(
        "reverse",
        rx.el.span("Take back ", state.wrong_receipt, "?"),
        rx.el.p(
            rx.el.strong(state.wrong_amount, " (", state.wrong_words, ")"),
            " from ",
            state.wrong_name,
            " is undone by an opposite entry. Its months open again.",
        ),
        rx.el.p("A past draw never changes.", class_name="quiet small"),
        act="Take it back",
        on_submit=state.reverse,
        fields=[
            c.field(
                "Reason",
                "reason",
                required=True,
                max_length=300,
                hint="It stands on the receipt.",
                error=state.problems["reason"],
            )
        ],
        is_bad=True,
    )


def books() -> rx.Component:
    """Draw the group's sums, from the ledger."""
    sums = (
        ("Received from members", _BOOKS.received),
        ("You advanced", _BOOKS.advanced),
        ("Prizes", _BOOKS.prizes),
        ("Your commission", _BOOKS.commission),
        ("GST on it", _BOOKS.gst),
        ("Still in the pots", _BOOKS.held),
    )
    rows = [
        rx.cond(value != "", rx.fragment(rx.el.dt(name), rx.el.dd(value)), rx.fragment())
        for name, value in sums
    ]
    return rx.el.div(
        c.card(
            rx.el.dl(*rows, class_name="facts num"),
            rx.cond(
                _BOOKS.is_balanced,
                c.notice(
                    rx.el.p("What came in equals what went out and what is held, to the paisa."),
                    tone="good",
                ),
                c.notice(rx.el.p("Difference: ", _BOOKS.difference), tone="bad"),
            ),
            title="Books",
        ),
        c.card(forming.terms(), title="Terms"),
        class_name="cols-2 top",
    )
