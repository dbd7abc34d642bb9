"""/demo/mail."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.demo_mail.state import DemoMailState as State

# For the type checker: here they are Vars.
_LETTERS: Any = State.letters


def page() -> rx.Component:
    """Draw the letters, newest first, each with its link."""
    return shell.public_frame(
        rx.el.div(
            rx.el.h1("Mail of the demo"),
            rx.el.p(
                "The demo sends nothing. Letters that would go out by e-mail are shown here, to "
                "everybody.",
                class_name="quiet",
            ),
            class_name="stack gap-2",
        ),
        rx.el.h2("Letters", class_name="sr-only"),
        rx.cond(
            State.is_ready,
            rx.cond(
                _LETTERS.length() > 0,
                rx.el.ul(rx.foreach(_LETTERS, _letter), class_name="stack gap-5"),
                c.card(
                    c.empty_state(
                        "No letter yet",
                        "Create an account with an e-mail address, or say that you lost a "
                        "password: the letter appears here.",
                        c.link_button("Create an account", href="/sign-up", look="primary"),
                    )
                ),
            ),
            c.card(c.skeleton_lines(5)),
        ),
        narrow=True,
        missing=State.missing,
    )


def _letter(letter: Any) -> rx.Component:
    return rx.el.li(
        c.card(
            rx.el.div(
                rx.el.h3(letter.subject),
                rx.el.p(
                    "To ",
                    rx.el.span(letter.to_address, class_name="break-word"),
                    " · ",
                    rx.el.time(letter.when, date_time=letter.moment),
                    class_name="quiet small",
                ),
                class_name="stack gap-1",
            ),
            rx.el.p(letter.before, class_name="as-typed"),
            rx.cond(
                letter.href != "",
                rx.el.div(
                    # The whole page anew, as from a mail program.
                    c.file_link(letter.button, href=letter.href, class_name="btn btn-primary")
                ),
                rx.fragment(),
            ),
            rx.el.p(letter.after, class_name="as-typed quiet small"),
        ),
        key=letter.letter_id,
    )
