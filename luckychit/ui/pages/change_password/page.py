"""/change-password."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.change_password.state import ChangePasswordState as State


def page() -> rx.Component:
    """Draw the form for a new password."""
    return shell.public_frame(
        c.gate(
            c.gate_head(
                "Choose a new password",
                rx.el.p(
                    rx.cond(
                        State.is_first,
                        "The one you got works only once. Yours will be known to nobody else.",
                        "Everywhere else you are signed in, you will be asked to sign in again.",
                    ),
                    class_name="quiet",
                ),
            ),
            c.form(
                c.password_field(
                    "Current password", "current_password", error=State.problems["current_password"]
                ),
                c.new_password_twice(State.problems),
                c.submit("Save and go on", wide=True),
                on_submit=State.change,
            ),
            shell.sign_out(),
        )
    )
