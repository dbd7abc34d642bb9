"""/app/payments."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.member_payments.state import MemberPaymentsState as State
from luckychit.ui.pages.member_shared.dues import bill_card, due_list
from luckychit.ui.pages.member_shared.waiting import once_ready

# For the type checker: here it is a Var.
_TAKERS: Any = State.takers


def page() -> rx.Component:
    """Draw what is owed, how to pay it, and every receipt."""
    return shell.member_frame(
        once_ready(State.is_ready, bill_card(State.bill, _parts()), _how(), _history()),
        here="payments",
        title="Payments",
    )


def _parts() -> rx.Component:
    return rx.el.div(due_list(State.dues), class_name="bill-parts")


def _how() -> rx.Component:
    return rx.cond(
        _TAKERS.length() > 0,
        c.card(
            rx.el.ul(rx.foreach(State.takers, _taker), class_name="divided"),
            rx.el.p(
                "In cash, by UPI or by bank transfer, as you agree. The moment it is written "
                "down, the receipt appears on this phone. Without a receipt it is not recorded.",
                class_name="quiet small",
            ),
            title="How to pay",
        ),
        rx.fragment(),
    )


def _taker(taker: Any) -> rx.Component:
    return rx.el.li(
        c.icon("hand-coins"),
        rx.el.div(
            rx.el.span("Hand it to ", rx.el.span(taker.manager, class_name="strong")),
            rx.el.span(taker.group, class_name="quiet small"),
            class_name="stack gap-0 grow",
        ),
        class_name="row no-wrap",
        key=taker.group_id,
    )


def _history() -> rx.Component:
    return c.card(
        c.rows_or(
            State.is_ready,
            State.payments,
            rx.fragment(
                rx.el.ul(rx.foreach(State.payments, _payment)),
                rx.cond(State.has_next | State.has_previous, c.pager(State), rx.fragment()),
            ),
            rx.cond(
                State.bill.kind == "none",
                c.empty_state(
                    "You are in no circle yet",
                    "What you owe, whom to pay and your receipts are here once an organiser has "
                    "added you to a circle.",
                ),
                c.empty_state(
                    "No payment yet",
                    "Your first receipt appears here the moment your organiser writes it down.",
                ),
            ),
        ),
        title="Receipts",
        flush=True,
        class_name="receipts",
    )


def _payment(line: Any) -> rx.Component:
    return rx.el.li(
        c.link(
            rx.el.div(
                rx.el.span(line.title, class_name="strong"),
                rx.el.span(line.detail, class_name="quiet tiny num"),
                rx.cond(
                    line.remark != "",
                    rx.el.span(line.remark, class_name="bad tiny"),
                    rx.fragment(),
                ),
                class_name="stack gap-0 grow",
            ),
            rx.el.div(
                c.money(line.amount, class_name=f"strong amount-{line.tone}"),
                rx.el.time(line.when, date_time=line.moment, class_name="quiet tiny"),
                class_name="stack gap-0 end",
            ),
            href=line.href,
            class_name="list-link",
        ),
        key=line.payment_id,
    )
