"""/admin."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.admin.handed import made_dialog
from luckychit.ui.pages.admin.state import AdminState as State
from luckychit.ui.pages.admin.tabs import tabs


def page() -> rx.Component:
    """Draw the organisers and the way to add one."""
    new = c.button("New organiser", look="primary", opens="new-manager")
    return shell.public_frame(
        rx.el.div(rx.el.h1("Organisers"), new, class_name="page-head"),
        tabs("organisers"),
        c.card(
            c.rows_or(
                State.is_ready,
                State.managers,
                c.table(
                    [
                        c.Column("Name"),
                        c.Column("Contact"),
                        c.Column("Since"),
                        c.Column("Status"),
                        c.Column(""),
                    ],
                    rx.foreach(State.managers, _row),
                    caption="Organisers",
                ),
                c.empty_state(
                    "No organiser yet", "Make the first account; it can then run circles."
                ),
            ),
            flush=True,
        ),
        rx.el.div(shell.sign_out(wide=False), class_name="row"),
        _new_dialog(),
        made_dialog(State),
        _removal_dialog(),
    )


def _row(line: Any) -> rx.Component:
    return rx.el.tr(
        c.head_cell(line.name),
        c.cell(line.contact, label="Contact"),
        c.cell(line.since, label="Since"),
        c.cell(c.chip(line.status_text, line.status), label="Status"),
        c.cell(
            rx.el.div(
                rx.cond(
                    line.has_factor,
                    c.button(
                        "Remove second step",
                        look="quiet",
                        small=True,
                        opens="remove-factor",
                        on_click=State.ask_removal(line.user_id),
                        aria_label=f"Remove the second step of {line.name}",
                    ),
                    rx.fragment(),
                ),
                c.button(
                    "New password", look="quiet", small=True, on_click=State.renew(line.user_id)
                ),
                class_name="row gap-2 acts-at-end",
            ),
            at_end=True,
        ),
        key=line.user_id,
    )


def _new_dialog() -> rx.Component:
    return c.dialog(
        "new-manager",
        "New organiser",
        c.form(
            c.field("Name", "full_name", required=True, error=State.problems["full_name"]),
            c.field(
                "Mobile number",
                "mobile_number",
                kind="tel",
                required=True,
                hint="Ten digits, or with the country's code.",
                error=State.problems["mobile_number"],
            ),
            c.field(
                "E-mail", "email", kind="email", hint="Optional.", error=State.problems["email"]
            ),
            c.dialog_actions(c.submit("Make the account")),
            on_submit=State.create,
        ),
    )


def _removal_dialog() -> rx.Component:
    return c.confirm_dialog(
        "remove-factor",
        rx.el.span("Remove the second step of ", State.asked_name, "?"),
        "For somebody who lost the phone and the recovery codes. Make sure first that it is "
        "really this person who asks.",
        "Their devices are signed out, and the password alone opens their books until they switch "
        "the second step on again.",
        act="Remove it",
        on_submit=State.remove_factor,
        is_bad=True,
    )
