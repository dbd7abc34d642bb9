"""/reset/new."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.reset_new.state import ResetNewState as State


def page() -> rx.Component:
    """Draw the form for the new password."""
    is_broken = State.is_ready & (State.token == "")
    return shell.public_frame(
        rx.el.div(rx.cond(is_broken, _broken(), _form()), class_name="gate card card-lift")
    )


def _form() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.h1("Choose a new password"),
            rx.el.p(
                "Everywhere you are signed in, you will be asked to sign in again.",
                class_name="quiet",
            ),
            class_name="stack gap-2",
        ),
        c.notice_if(State.problem, tone="bad"),
        c.native_form(
            rx.el.input(type="hidden", name="token", value=State.token),
            c.field(
                "New password",
                "new_password",
                kind="password",
                auto_complete="new-password",
                required=True,
                min_length=8,
                max_length=256,
                hint="8 characters or more; a few words in a row are easy to keep.",
                error=State.problems["new_password"],
            ),
            c.field(
                "New password, once more",
                "repeated",
                kind="password",
                auto_complete="new-password",
                required=True,
                max_length=256,
                error=State.problems["repeated"],
            ),
            c.submit("Save the new password", wide=True),
            action="/auth/reset/confirm",
        ),
    )


def _broken() -> rx.Component:
    return rx.fragment(
        rx.el.h1("This link is not complete"),
        rx.el.p(
            "Open it from the letter once more, or copy the whole address. If that does not "
            "help, ask for a new letter.",
            class_name="quiet",
        ),
        c.link_button("Ask for a new letter", href="/reset", look="primary", wide=True),
    )
