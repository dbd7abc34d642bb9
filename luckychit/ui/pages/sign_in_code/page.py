"""/sign-in/code."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.sign_in_code.state import SignInCodeState as State


def page() -> rx.Component:
    """Draw the field for the code; it works before any script does."""
    return shell.public_frame(
        c.gate(rx.cond(State.is_ready & ~State.is_asked, _too_early(), _form()))
    )


def _form() -> rx.Component:
    return rx.fragment(
        c.gate_head("One more step", "Type the code that your authenticator app shows now."),
        c.notice_if(State.problem, tone="bad"),
        c.native_form(
            rx.el.input(type="hidden", name="next", value=State.next_page, read_only=True),
            c.field(
                "Code",
                "code",
                auto_complete="one-time-code",
                input_mode="numeric",
                auto_capitalize="none",
                spell_check=False,
                auto_focus=True,
                required=True,
                max_length=40,
            ),
            c.submit("Sign in", wide=True),
            action="/auth/second-factor",
        ),
        rx.el.div(
            rx.el.details(
                rx.el.summary("Use a recovery code"),
                rx.el.p(
                    "Without your phone, type one of your ten recovery codes into the same field. "
                    "Each works once. If you have none left, ask an administrator to switch the "
                    "second step off.",
                    class_name="quiet small",
                ),
                class_name="more",
            ),
            c.link("Begin again", href="/sign-in", class_name="tap small"),
            class_name="stack gap-0",
        ),
    )


def _too_early() -> rx.Component:
    return rx.fragment(
        c.gate_head(
            "Your password first",
            "The code comes after it, within five minutes. Please sign in from the beginning.",
        ),
        c.link_button("Sign in", href="/sign-in", look="primary", wide=True),
    )
