"""/receipts/[code]."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.receipt.state import ReceiptState

_IT = ReceiptState.receipt


def page() -> rx.Component:
    """Draw the receipt as a slip of paper, with the ways to print and share it."""
    return shell.public_frame(
        rx.cond(ReceiptState.is_ready, _slip(), c.card(c.skeleton_lines(6), class_name="receipt")),
        narrow=True,
        missing=ReceiptState.missing,
    )


def _slip() -> rx.Component:
    return rx.el.div(
        c.card(
            _slip_head(),
            rx.el.div(
                c.money(_IT.amount, size="huge"),
                rx.el.p(_IT.in_words, class_name="quiet small"),
                class_name="receipt-total",
            ),
            rx.el.dl(
                *_fact("From", _IT.payer),
                *_fact("Seat", _IT.seat),
                *_fact("Circle", _IT.group),
                *_fact("Received by", _IT.manager),
                *_fact("On", _IT.received),
                *_fact("By", _IT.method),
                *_fact("Reference", _IT.reference),
                *_fact("Reason", _IT.reason),
                class_name="facts",
            ),
            rx.el.section(
                rx.el.h2("For", class_name="eyebrow"),
                rx.el.dl(rx.foreach(ReceiptState.parts, _part), class_name="facts num"),
                class_name="stack gap-2",
            ),
            rx.cond(
                _IT.reversed_by != "",
                c.notice(
                    rx.el.p(
                        "This payment was taken back. ",
                        c.link("See the reversal", href=_IT.reversed_by),
                    ),
                    tone="bad",
                ),
                rx.fragment(),
            ),
            rx.cond(
                _IT.reverses != "",
                rx.el.p(c.link("See the payment it takes back", href=_IT.reverses)),
                rx.fragment(),
            ),
            rx.el.p(f"Recorded {_IT.recorded} · {_IT.code}", class_name="quiet tiny"),
            class_name="receipt",
        ),
        _slip_buttons(),
        class_name="stack",
    )


def _slip_head() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.h1(_IT.title),
            rx.el.span(_IT.number, class_name="quiet num"),
            class_name="stack gap-0",
        ),
        rx.cond(_IT.reversed_by != "", rx.el.span("REVERSED", class_name="stamp"), c.mark()),
        class_name="between no-wrap",
    )


def _slip_buttons() -> rx.Component:
    return rx.el.div(
        c.button(c.icon("printer"), "Print", custom_attrs={"data-prints": ""}),
        c.button(
            c.icon("share-2"),
            rx.el.span("Share", class_name="copy-idle"),
            rx.el.span("Link copied", class_name="copy-done", role="status"),
            class_name="copy",
            custom_attrs={"data-share": ""},
        ),
        class_name="row no-print receipt",
    )


def _fact(name: str, value: Any) -> list[rx.Component]:
    return [
        rx.cond(value != "", rx.el.dt(name), rx.fragment()),
        rx.cond(value != "", rx.el.dd(value), rx.fragment()),
    ]


def _part(part: Any) -> rx.Component:
    return rx.fragment(rx.el.dt(part.name), rx.el.dd(c.money(part.amount)), key=part.name)
