"""/admin/people."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.admin.handed import made_dialog
from luckychit.ui.pages.admin.tabs import tabs
from luckychit.ui.pages.admin_people.dialogs import confirmations, person_dialog
from luckychit.ui.pages.admin_people.state import PeopleState

State: Any = PeopleState


def page() -> rx.Component:
    """Draw everybody, newest first, and the ways to help one of them."""
    return shell.public_frame(
        rx.el.div(rx.el.h1("People"), class_name="page-head"),
        tabs("people"),
        c.card(
            rx.el.div(
                c.table_tools(State, placeholder="Name, number or e-mail"),
                rx.el.p(State.problems["search"], class_name="field-error", role="alert"),
                class_name="card-tools stack gap-2",
            ),
            c.rows_or(State.is_ready, State.lines, _table(), _nobody()),
            rx.cond(State.lines.length() > 0, c.pager(State), rx.fragment()),
            flush=True,
        ),
        person_dialog(State),
        *confirmations(State),
        made_dialog(State),
    )


def _nobody() -> rx.Component:
    return c.empty_state(
        "Nobody found",
        "Try a part of the name or of the e-mail address, or the last digits of the number.",
    )


def _table() -> rx.Component:
    columns = ("Name", "Role", "Contact", "Since", "Status", "")
    return rx.el.div(
        c.table(
            [c.Column(name) for name in columns],
            rx.foreach(State.lines, _row),
            caption="People, newest first",
        ),
        class_name="people",
    )


def _row(line: Any) -> rx.Component:
    return rx.el.tr(
        c.head_cell(line.name),
        c.cell(line.role, label="Role"),
        c.cell(
            rx.el.div(
                rx.el.span(line.contact),
                rx.cond(
                    line.more_contact != "",
                    rx.el.span(line.more_contact, class_name="quiet small"),
                    rx.fragment(),
                ),
                class_name="stack gap-0",
            ),
            label="Contact",
        ),
        c.cell(rx.el.span(line.since, class_name="nowrap"), label="Since"),
        c.cell(_chips(line), label="Status"),
        c.cell(
            c.button(
                "Open",
                look="quiet",
                small=True,
                on_click=State.open_person(line.user_id),
                aria_label=f"Open {line.name}",
            ),
            at_end=True,
        ),
        key=line.user_id,
    )


def _chips(line: Any) -> rx.Component:
    return rx.el.div(
        c.chip(line.status_text, line.status),
        rx.cond(line.has_factor, c.chip("Second step", "open"), rx.fragment()),
        class_name="row gap-2 people-chips",
    )
