"""/sign-in."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.sign_in.state import SignInState


def page() -> rx.Component:
    """Draw the sign-in form; it works before any script does."""
    return shell.public_frame(
        rx.el.div(
            rx.el.div(
                rx.el.h1("Sign in"),
                rx.el.p("To your circles, payments and draws.", class_name="quiet"),
                class_name="stack gap-2",
            ),
            rx.cond(
                SignInState.problem != "",
                c.notice(rx.el.p(SignInState.problem), tone="bad"),
                rx.fragment(),
            ),
            c.native_form(
                rx.el.input(type="hidden", name="next", value=SignInState.next_page),
                c.field(
                    "Mobile number, e-mail or username",
                    "login",
                    default_value=SignInState.login,
                    key=SignInState.login,
                    auto_complete="username",
                    auto_capitalize="none",
                    spell_check=False,
                    required=True,
                    max_length=254,
                ),
                c.field(
                    "Password",
                    "password",
                    kind="password",
                    auto_complete="current-password",
                    required=True,
                    max_length=256,
                ),
                c.submit("Sign in", wide=True),
                action="/auth/sign-in",
            ),
            rx.el.p(
                "Your organiser gives you your first password. If you have lost yours, ask them "
                "for a new one.",
                class_name="quiet small",
            ),
            class_name="gate card card-lift",
        )
    )
