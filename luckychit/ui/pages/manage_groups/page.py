"""/manage/groups."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.manage_groups.state import GroupsState as State


def page() -> rx.Component:
    """Draw the manager's groups."""
    return shell.manager_frame(
        rx.cond(
            State.is_ready & ~State.has_any,
            c.card(_first()),
            c.card(
                rx.el.div(
                    c.table_tools(State, placeholder="Name of a group"), class_name="card-tools"
                ),
                c.rows_or(State.is_ready, State.rows, _table(), _nothing_found()),
                c.pager(State),
                flush=True,
            ),
        ),
        here="groups",
        title="Groups",
        action=c.link_button(
            c.icon("plus"), "New group", href="/manage/groups/new", look="primary"
        ),
    )


def _first() -> rx.Component:
    return c.empty_state(
        "No group yet",
        "A group saves together: agree on an amount and the seats, "
        "and you see at once what everybody gets.",
        c.link_button("Make the first one", href="/manage/groups/new", look="primary"),
    )


def _nothing_found() -> rx.Component:
    return c.empty_state(
        "No group has that name",
        "Try a shorter part of the name.",
        c.button("Show all", on_click=State.clear),
    )


def _table() -> rx.Component:
    return c.table(
        [
            c.Column("Group", sort_key="name"),
            c.Column("Status"),
            c.Column("Progress"),
            c.Column("Next draw", sort_key="next_draw"),
            c.Column("Collected", at_end=True, sort_key="owed"),
            c.Column("Needs attention"),
        ],
        rx.foreach(State.rows, _row),
        caption="Your groups",
        state=State,
        totals=[
            "On this page",
            "",
            "",
            "",
            rx.el.span(State.collected_sum, " of ", State.expected_sum),
            "",
        ],
    )


def _row(row: Any) -> rx.Component:
    return rx.el.tr(
        c.head_cell(
            rx.el.div(
                c.link(row.name, href=row.href),
                rx.el.span(row.terms, class_name="quiet tiny num"),
                class_name="stack gap-0",
            )
        ),
        c.cell(c.chip(row.status_text, row.status), label="Status"),
        c.cell(row.month, label="Progress"),
        c.cell(row.next_draw, label="Next draw"),
        c.cell(
            rx.el.div(
                c.money(row.collected),
                rx.cond(
                    row.status == "active",
                    c.progress_bar(row.share, f"{row.collected} of {row.expected} collected"),
                    rx.fragment(),
                ),
                class_name="stack gap-1 collected",
            ),
            label="Collected",
            at_end=True,
        ),
        c.cell(rx.el.span(row.attention, class_name="small"), label=""),
        key=row.group_id,
    )
