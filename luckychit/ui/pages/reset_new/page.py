"""/reset/new."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.reset_new.state import ResetNewState as State


def page() -> rx.Component:
    """Draw the form for the new password."""
    is_broken = State.is_ready & (State.token == "")
    return shell.public_frame(c.gate(rx.cond(is_broken, _broken(), _form())))


def _form() -> rx.Component:
    return rx.fragment(
        c.gate_head(
            "Choose a new password",
            "Everywhere you are signed in, you will be asked to sign in again.",
        ),
        c.notice_if(State.problem, tone="bad"),
        c.native_form(
            rx.el.input(type="hidden", name="token", value=State.token),
            c.new_password_twice(State.problems),
            c.submit("Save the new password", wide=True),
            action="/auth/reset/confirm",
        ),
    )


def _broken() -> rx.Component:
    return rx.fragment(
        c.gate_head(
            "This link is not complete",
            "Open it from the letter once more, or copy the whole address. If that does not "
            "help, ask for a new letter.",
        ),
        c.link_button("Ask for a new letter", href="/reset", look="primary", wide=True),
    )
