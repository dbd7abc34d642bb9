"""/manage/collect."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.manage_collect.state import CollectState
from luckychit.ui.pages.manage_shared.paying import pay_dialog

State: Any = CollectState


def page() -> rx.Component:
    """Draw the sheet: tap a name, see the amount, choose how it came, done."""
    return shell.manager_frame(
        rx.el.div(
            _sheet(),
            rx.el.aside(_today(), class_name="collect-today", aria_label="Today"),
            class_name="main-aside collect",
        ),
        pay_dialog(State),
        here="collect",
        title="Collect",
    )


def _sheet() -> rx.Component:
    return c.card(
        rx.el.div(
            c.table_tools(State, placeholder="Name, number or group"), class_name="card-tools"
        ),
        rx.cond(
            State.is_ready,
            rx.cond(
                State.rows.length() > 0,
                rx.el.div(
                    rx.el.ul(rx.foreach(State.rows, _row), class_name="sheet-rows"),
                    rx.el.p(
                        rx.el.span("To collect on this page"),
                        c.money(State.page_sum, class_name="strong"),
                        class_name="between sheet-total",
                    ),
                    c.pager(State),
                ),
                rx.cond(State.search != "", _nobody_found(), _all_in()),
            ),
            rx.el.div(c.skeleton_lines(6), class_name="card-tools"),
        ),
        flush=True,
    )


def _row(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            c.avatar(row.initials),
            rx.el.span(
                rx.el.span(row.name, class_name="strong"),
                rx.el.span(row.where, class_name="quiet small"),
                class_name="stack gap-0 grow",
            ),
            rx.el.span(
                c.chip(row.status_text, row.status),
                rx.el.span(row.when, class_name="quiet tiny"),
                class_name="stack gap-0 sheet-when",
            ),
            rx.el.span(
                c.money(row.remaining, class_name="sheet-amount"),
                rx.el.span(row.of_amount, class_name="quiet tiny"),
                class_name="stack gap-0 end",
            ),
            type="button",
            on_click=State.ask(row.due_id),
            class_name="sheet-row",
            aria_haspopup="dialog",
        ),
        key=row.due_id,
    )


def _today() -> rx.Component:
    return rx.el.div(
        c.stat_card(
            "Received today", State.today_total, State.today_count, is_ready=State.is_ready
        ),
        c.card(
            rx.el.p(
                "Tap a name. The amount is filled in; change it for a part, or for more in advance."
            ),
            rx.el.p(
                "A wrong entry is taken back on the group's page, under Payments.",
                class_name="quiet small",
            ),
            class_name="small collect-help",
        ),
        class_name="stack",
        aria_live="polite",
    )


def _nobody_found() -> rx.Component:
    return c.empty_state(
        "Nobody with that name owes anything",
        "Try a shorter part of the name. To record money in advance, open the person's group.",
        c.button("Show all", on_click=State.clear),
    )


def _all_in() -> rx.Component:
    return c.empty_state(
        "Everything is in",
        "Nobody owes anything now. Dues appear here when a group starts and each new month.",
        c.link_button("See your groups", href="/manage/groups"),
    )
