"""/reset."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.reset.state import ResetState as State


def page() -> rx.Component:
    """Draw the form that asks for a letter, or say that one is on its way."""
    return shell.public_frame(
        c.gate(rx.cond(State.can_send, rx.cond(State.is_sent, _sent(), _ask()), _closed()))
    )


def _ask() -> rx.Component:
    return rx.fragment(
        c.gate_head(
            "Lost your password?",
            "Type the e-mail address of your account. We send a link to it, and with that "
            "you choose a new password.",
        ),
        c.notice_if(State.problem, tone="bad"),
        c.native_form(
            c.field(
                "E-mail",
                "email",
                kind="email",
                default_value=State.email,
                key=State.email,
                auto_complete="email",
                max_length=254,
                required=True,
                error=State.problems["email"],
            ),
            c.submit("Send the link", wide=True),
            action="/auth/reset",
        ),
        rx.el.p(
            "No e-mail address in your account? Your organiser can give you a new one-time "
            "password.",
            class_name="quiet small",
        ),
        rx.el.p(c.link("Back to sign in", href="/sign-in")),
    )


def _closed() -> rx.Component:
    return rx.fragment(
        c.gate_head(
            "Lost your password?",
            "This site sends no e-mail yet. Your organiser, or the administrator, can give you a "
            "new one-time password.",
        ),
        rx.el.p(c.link("Back to sign in", href="/sign-in")),
    )


def _sent() -> rx.Component:
    return rx.fragment(
        c.gate_head(
            "Check your mail",
            rx.el.p(
                "If ",
                rx.el.span(State.email, class_name="strong break-word"),
                " belongs to an account, a letter with a link is on its way. The link works "
                "once, for 30 minutes.",
            ),
            role="status",
        ),
        rx.cond(
            State.has_demo_mail,
            c.link_button("Read the demo's mail", href="/demo/mail", look="primary", wide=True),
            rx.fragment(),
        ),
        rx.el.p(
            "Nothing there after a few minutes? Look in your spam folder, or try another address.",
            class_name="quiet small",
        ),
        c.button("Ask again", wide=True, on_click=State.again),
        rx.el.p(c.link("Back to sign in", href="/sign-in")),
    )
