"""What stands in a member's page until it knows something."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c


def once_ready(is_ready: Any, *content: rx.Component) -> rx.Component:
    """Draw the content once the state has it, and the places of cards before.

    The whole page changes at once: nothing that is read already moves.
    """
    return rx.cond(is_ready, rx.fragment(*content), _places())


def _places() -> rx.Component:
    cards = [
        rx.el.div(
            c.skeleton("40%", "1rem"),
            c.skeleton("70%", height),
            c.skeleton("85%", "1rem"),
            class_name="card stack gap-3",
        )
        for height in ("3.5rem", "6.5rem", "6.5rem")
    ]
    return rx.el.div(
        rx.el.span("Loading", class_name="sr-only", role="status"), *cards, class_name="stack gap-5"
    )
