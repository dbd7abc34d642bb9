"""That a member takes a break from games, in words and as a notice."""

from datetime import datetime
from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import text


def break_words(until: datetime | None) -> str:
    """Say that a break from games is taken, and until when; "" when none is."""
    if until is None:
        return ""
    return f"You are taking a break from games until {text.moment(until)}."


def break_notice(words: Any, still: str) -> rx.Component:
    """Draw the notice that stands where one would play.

    Args:
        words: State var of :func:`break_words`.
        still: What the break leaves as it is.
    """
    return c.notice(
        rx.el.div(
            rx.el.p(words, class_name="strong"),
            rx.el.p(still, class_name="small"),
            class_name="stack gap-1",
        )
    )
