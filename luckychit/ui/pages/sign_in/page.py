"""/sign-in."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.sign_in.state import SignInState


def page() -> rx.Component:
    """Draw the sign-in form; it works before any script does."""
    return shell.public_frame(
        c.gate(
            c.gate_head("Sign in", "To your circles, payments and draws."),
            c.notice_if(SignInState.problem, tone="bad"),
            c.notice_if(SignInState.good_news, tone="good"),
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
                c.password_field("Password", "password"),
                c.submit("Sign in", wide=True),
                action="/auth/sign-in",
            ),
            rx.el.p(c.link("I have lost my password", href="/reset")),
            rx.el.hr(),
            rx.el.div(
                rx.el.p("New here?", class_name="strong"),
                c.link_button("Create an account", href="/sign-up", wide=True),
                rx.el.p(
                    "If an organiser added you, you have an account already: sign in with your "
                    "mobile number and the password you were given.",
                    class_name="quiet small",
                ),
                class_name="stack gap-3",
            ),
        )
    )
