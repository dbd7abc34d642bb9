"""/verify-email."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.verify_email.state import VerifyEmailState as State


def page() -> rx.Component:
    """Draw the button that confirms, or say what came of it."""
    is_asking = ~State.is_ready | (State.token != "")
    return shell.public_frame(
        c.gate(rx.cond(State.is_done, _done(), rx.cond(is_asking, _ask(), _broken())))
    )


def _ask() -> rx.Component:
    return rx.fragment(
        c.gate_head(
            "Confirm your address", "One press, and we know that this e-mail address is yours."
        ),
        c.native_form(
            rx.el.input(type="hidden", name="token", value=State.token),
            c.submit("Confirm my address", wide=True),
            action="/auth/verify-email",
        ),
    )


def _done() -> rx.Component:
    return rx.fragment(
        c.gate_head(
            "Your address is confirmed",
            "If you ever lose your password, we send the way back to it.",
            role="status",
        ),
        c.link_button("Go on", href=State.start_page, look="primary", wide=True),
    )


def _broken() -> rx.Component:
    return rx.fragment(
        c.gate_head(
            "This link does not work",
            "Sign in: as long as your address is not confirmed, your first page offers to send "
            "a new letter.",
        ),
        c.notice_if(State.problem, tone="bad"),
        c.link_button("Go to my page", href=State.start_page, look="primary", wide=True),
    )
