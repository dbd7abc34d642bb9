"""/verify-email."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.verify_email.state import VerifyEmailState as State


def page() -> rx.Component:
    """Draw the button that confirms, or say what came of it."""
    is_asking = ~State.is_ready | (State.token != "")
    return shell.public_frame(
        rx.el.div(
            rx.cond(State.is_done, _done(), rx.cond(is_asking, _ask(), _broken())),
            class_name="gate card card-lift",
        )
    )


def _ask() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.h1("Confirm your address"),
            rx.el.p(
                "One press, and we know that this e-mail address is yours.", class_name="quiet"
            ),
            class_name="stack gap-2",
        ),
        c.native_form(
            rx.el.input(type="hidden", name="token", value=State.token),
            c.submit("Confirm my address", wide=True),
            action="/auth/verify-email",
        ),
    )


def _done() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.h1("Your address is confirmed"),
            rx.el.p(
                "If you ever lose your password, we send the way back to it.", class_name="quiet"
            ),
            class_name="stack gap-2",
            role="status",
        ),
        c.link_button("Go on", href=State.start_page, look="primary", wide=True),
    )


def _broken() -> rx.Component:
    return rx.fragment(
        rx.el.h1("This link does not work"),
        c.notice_if(State.problem, tone="bad"),
        rx.el.p(
            "Your first page has a button that sends a new letter, as long as the address is "
            "not confirmed.",
            class_name="quiet",
        ),
        c.link_button("Go to my page", href=State.start_page, look="primary", wide=True),
    )
