"""What the pages at the door share: their one card, its heading, passwords."""

from typing import Any

import reflex as rx

from luckychit.ui.components.basics import Content
from luckychit.ui.components.forms import field

# As the sign-in takes at most; what is too short is told by the rules, in words.
_LONGEST = 256


def gate(*children: Content) -> rx.Component:
    """Draw the card that is all there is on its page."""
    return rx.el.div(*children, class_name="gate card card-lift")


def gate_head(title: str, about: Content, **props: Any) -> rx.Component:
    """Draw the page's heading (level 1) and what it is about.

    Args:
        title: The heading.
        about: A sentence or two; a component is drawn as it is.
        **props: Passed on, such as ``role="status"``.
    """
    said = about if isinstance(about, rx.Component) else rx.el.p(about, class_name="quiet")
    return rx.el.div(rx.el.h1(title), said, class_name="stack gap-2", **props)


def password_field(label: str, name: str, *, error: Content = "", **props: Any) -> rx.Component:
    """Draw the field for a password that exists.

    Args:
        label: Its name for people.
        name: Its name in the form.
        error: State var: what is wrong with it, or "".
        **props: As of :func:`field`.
    """
    props = {"auto_complete": "current-password", **props}
    return field(
        label, name, kind="password", required=True, max_length=_LONGEST, error=error, **props
    )


def new_password_field(label: str, name: str, *, error: Content) -> rx.Component:
    """Draw the field for a password that is being chosen, with what makes a good one."""
    return password_field(
        label,
        name,
        auto_complete="new-password",
        min_length=8,
        hint="8 characters or more; a few words in a row are easy to keep.",
        error=error,
    )


def new_password_twice(problems: Any) -> rx.Component:
    """Draw the fields ``new_password`` and ``repeated``.

    Args:
        problems: State var: what is wrong with each field of the form.
    """
    return rx.fragment(
        new_password_field("New password", "new_password", error=problems["new_password"]),
        password_field(
            "New password, once more",
            "repeated",
            auto_complete="new-password",
            error=problems["repeated"],
        ),
    )
