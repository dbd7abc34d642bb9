"""/manage/members."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.manage_members.state import MembersState as State
from luckychit.ui.pages.manage_shared import words
from luckychit.ui.pages.manage_shared.person import person_fields
from luckychit.ui.pages.manage_shared.slips import slips_card


def page() -> rx.Component:
    """Draw the people the manager knows."""
    return shell.manager_frame(
        slips_card(State),
        rx.cond(
            State.is_ready & ~State.has_any,
            c.card(_first()),
            c.card(
                rx.el.div(
                    c.table_tools(State, placeholder="Name or mobile number"),
                    class_name="card-tools",
                ),
                c.rows_or(State.is_ready, State.rows, _table(), _nobody_found()),
                c.pager(State),
                flush=True,
            ),
        ),
        _new_dialog(),
        _renew_dialog(),
        here="members",
        title="Members",
        action=c.button(c.icon("plus"), "Add member", look="primary", opens="new-member"),
    )


def _first() -> rx.Component:
    return c.empty_state(
        "Nobody here yet",
        "People appear when you add them to a group, or one by one here.",
        c.button("Add a member", look="primary", opens="new-member"),
    )


def _nobody_found() -> rx.Component:
    return c.empty_state(
        "Nobody found",
        "Try a part of the name, or the last digits of the mobile number.",
        c.button("Show all", on_click=State.clear),
    )


def _table() -> rx.Component:
    return c.table(
        [
            c.Column("Name", sort_key="name"),
            c.Column("Mobile"),
            c.Column("Seats"),
            c.Column("Groups"),
            c.Column("Owes now", at_end=True, sort_key="owed"),
            c.Column("Sign-in", sort_key="newest"),
            c.Column(""),
        ],
        rx.foreach(State.rows, _row),
        caption="Your members",
        state=State,
        totals=["On this page", "", State.seats_sum, "", State.owed_sum, "", ""],
    )


def _row(row: Any) -> rx.Component:
    return rx.el.tr(
        c.head_cell(
            rx.el.span(c.avatar(row.initials), row.name, class_name="row no-wrap gap-3 person")
        ),
        c.cell(rx.el.span(row.mobile, class_name="nowrap"), label="Mobile"),
        c.cell(row.seats, label="Seats"),
        c.cell(rx.el.span(row.groups, class_name="small of-groups"), label="Groups"),
        c.cell(
            rx.cond(row.owed != "", c.money(row.owed, class_name="strong"), words.NONE),
            label="Owes now",
            at_end=True,
        ),
        c.cell(c.chip(row.status_text, row.status), label="Sign-in"),
        c.cell(
            c.button(
                "New password",
                look="quiet",
                small=True,
                on_click=State.ask_renewal(row.user_id),
                aria_label=f"New password for {row.name}",
            ),
            at_end=True,
        ),
        key=row.user_id,
    )


def _new_dialog() -> rx.Component:
    return c.dialog(
        "new-member",
        "Add a member",
        rx.el.p(
            "To give a seat at the same time, add the person on the group's own page.",
            class_name="quiet small",
        ),
        c.form(
            *person_fields(State),
            c.dialog_actions(c.submit("Add member")),
            on_submit=State.add,
        ),
    )


def _renew_dialog() -> rx.Component:
    return c.confirm_dialog(
        "renew",
        rx.el.span("New password for ", State.renewed_name, "?"),
        rx.el.p(
            "A one-time password is shown to you once. "
            "It works for seven days and must be replaced at the next sign-in."
        ),
        rx.cond(
            State.renewed_signed_in,
            rx.el.p(
                "The person's present password stops working, and open devices are signed out.",
                class_name="quiet small",
            ),
            rx.fragment(),
        ),
        act="Make a new password",
        on_submit=State.renew,
    )
