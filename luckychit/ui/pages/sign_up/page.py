"""/sign-up."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.sign_up.state import SignUpState as State


def page() -> rx.Component:
    """Draw the form: who, how to sign in, and a password."""
    return shell.public_frame(
        c.gate(
            c.gate_head(
                "Create an account",
                "To join a circle, and to play the daily draw. It costs nothing.",
            ),
            c.notice_if(State.problem, tone="bad"),
            c.segmented(
                [
                    ("With e-mail", State.choose("email"), State.by == "email"),
                    ("With mobile", State.choose("mobile"), State.by == "mobile"),
                ],
                "How you want to sign in",
            ),
            c.native_form(
                rx.el.input(type="hidden", name="by", value=State.by),
                _field(
                    "Your name",
                    "full_name",
                    State.full_name,
                    auto_complete="name",
                    max_length=100,
                    required=True,
                ),
                rx.cond(State.by == "mobile", rx.fragment(*_mobile()), rx.fragment(*_email())),
                c.new_password_field("Password", "password", error=State.problems["password"]),
                c.submit("Create account", wide=True),
                action="/auth/sign-up",
            ),
            rx.el.p("You have an account? ", c.link("Sign in", href="/sign-in")),
        )
    )


def _email() -> list[rx.Component]:
    return [
        _field(
            "E-mail",
            "email",
            State.email,
            kind="email",
            auto_complete="email",
            max_length=254,
            required=True,
            hint="We send one letter to confirm it.",
        ),
        _field(
            "Username",
            "username",
            State.username,
            auto_complete="username",
            auto_capitalize="none",
            spell_check=False,
            max_length=30,
            required=True,
            hint="3 to 30 letters, digits, dots or hyphens.",
        ),
    ]


def _mobile() -> list[rx.Component]:
    return [
        _field(
            "Mobile number",
            "mobile_number",
            State.mobile_number,
            kind="tel",
            auto_complete="tel",
            max_length=25,
            required=True,
            hint="10 digits in India; with + and the country's code elsewhere.",
        ),
        _field(
            "E-mail (optional)",
            "email",
            State.email,
            kind="email",
            auto_complete="email",
            max_length=254,
            hint="Without one you cannot reset a lost password yourself.",
        ),
    ]


def _field(label: str, name: str, typed: Any, **props: Any) -> rx.Component:
    # The key lets a field take what was typed before the page was loaded again.
    return c.field(label, name, default_value=typed, key=typed, error=State.problems[name], **props)
