"""/manage/payouts."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.manage_payouts.state import PayoutsState
from luckychit.ui.pages.manage_shared.handing import hand_dialog

State: Any = PayoutsState


def page() -> rx.Component:
    """Draw the prizes to hand over, and those handed over."""
    return shell.manager_frame(
        rx.cond(
            State.is_ready,
            rx.cond(
                (State.waiting.length() == 0) & (State.handed.length() == 0),
                c.card(_none()),
                rx.el.div(_waiting(), _history(), class_name="stack gap-5"),
            ),
            c.card(c.skeleton_lines(5)),
        ),
        hand_dialog(State),
        here="payouts",
        title="Payouts",
    )


def _none() -> rx.Component:
    return c.empty_state(
        "No prize has been won yet",
        "After each draw the winner appears here until the whole prize is handed over.",
        c.link_button("See your groups", href="/manage/groups"),
    )


def _waiting() -> rx.Component:
    return rx.el.section(
        rx.el.h2("To hand over"),
        rx.cond(
            State.waiting.length() > 0,
            rx.el.div(rx.foreach(State.waiting, _to_hand), class_name="cols-3"),
            c.notice(rx.el.p("Every prize on this page is handed over."), tone="good"),
        ),
        class_name="stack",
    )


def _to_hand(prize: Any) -> rx.Component:
    return rx.el.article(
        rx.el.div(
            c.avatar(prize.initials),
            rx.el.div(
                rx.el.h3(prize.name),
                c.link(prize.where, href=prize.group_href, class_name="quiet small"),
                class_name="stack gap-0 grow",
            ),
            class_name="row no-wrap",
        ),
        rx.el.div(
            c.money(prize.left, size="large", class_name="luck"),
            rx.el.span(
                rx.cond(prize.part != "", prize.part, prize.drawn), class_name="quiet small"
            ),
            class_name="stack gap-0",
        ),
        rx.el.div(
            c.button(
                "Hand over",
                look="primary",
                on_click=State.ask(prize.monthly_draw_id),
                aria_label=f"Hand over the prize of {prize.name}",
            ),
            c.link("Proof", href=prize.proof_href, aria_label=f"Proof of the draw: {prize.where}"),
            class_name="row",
        ),
        class_name="card stack prize-card",
        key=prize.monthly_draw_id,
    )


def _history() -> rx.Component:
    return c.card(
        rx.cond(
            State.handed.length() > 0,
            c.table(
                [
                    c.Column("Winner"),
                    c.Column("Won in"),
                    c.Column("Handed over"),
                    c.Column("Confirmed by the winner"),
                    c.Column("Prize", at_end=True),
                    c.Column(""),
                ],
                rx.foreach(State.handed, _handed),
                caption="Prizes handed over",
            ),
            rx.el.p("What you hand over is listed here.", class_name="quiet card-tools"),
        ),
        c.pager(State),
        title="Handed over",
        flush=True,
    )


def _handed(prize: Any) -> rx.Component:
    return rx.el.tr(
        c.head_cell(prize.name),
        c.cell(c.link(prize.where, href=prize.group_href), label="Won in"),
        c.cell(
            rx.el.div(rx.foreach(prize.payouts, _payout), class_name="stack gap-1"),
            label="Handed over",
        ),
        c.cell(
            rx.el.div(rx.foreach(prize.payouts, _confirmation), class_name="stack gap-1"),
            label="Confirmed",
        ),
        c.cell(c.money(prize.prize, class_name="strong"), label="Prize", at_end=True),
        c.cell(c.link("Proof", href=prize.proof_href), at_end=True),
        key=prize.monthly_draw_id,
    )


def _payout(payout: Any) -> rx.Component:
    return rx.el.span(
        rx.el.span(payout.when, class_name="nowrap"),
        rx.el.span(" · ", payout.how, class_name="quiet"),
        key=payout.payout_id,
    )


def _confirmation(payout: Any) -> rx.Component:
    return rx.el.span(
        rx.cond(
            payout.is_confirmed, c.chip("Confirmed", "good"), c.chip("Not yet confirmed", "due")
        ),
        key=payout.payout_id,
    )
