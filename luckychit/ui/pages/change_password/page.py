"""/change-password."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.change_password.state import ChangePasswordState as State


def page() -> rx.Component:
    """Draw the form for a new password."""
    return shell.public_frame(
        rx.el.div(
            rx.el.div(
                rx.el.h1("Choose your own password"),
                rx.el.p(
                    rx.cond(
                        State.is_first,
                        "The one you got works only once. Yours will be known to nobody else.",
                        "Everywhere else you are signed in, you will be asked to sign in again.",
                    ),
                    class_name="quiet",
                ),
                class_name="stack gap-2",
            ),
            c.form(
                c.field(
                    "Current password",
                    "current_password",
                    kind="password",
                    auto_complete="current-password",
                    required=True,
                    error=State.problems["current_password"],
                ),
                c.field(
                    "New password",
                    "new_password",
                    kind="password",
                    auto_complete="new-password",
                    required=True,
                    hint="8 characters or more; a few words in a row are easy to keep.",
                    error=State.problems["new_password"],
                ),
                c.field(
                    "New password, once more",
                    "repeated",
                    kind="password",
                    auto_complete="new-password",
                    required=True,
                    error=State.problems["repeated"],
                ),
                c.submit("Save and go on", wide=True),
                on_submit=State.change,
            ),
            shell.sign_out(),
            class_name="gate card card-lift",
        )
    )
