"""What stands in a member's page until it knows something."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c

_HEIGHTS = ("3.5rem", "6.5rem", "6.5rem")


def once_ready(
    is_ready: Any,
    *content: rx.Component,
    below: list[rx.Component] | None = None,
    places: list[rx.Component] | None = None,
) -> rx.Component:
    """Draw the content once the state has it, and the places of cards before.

    The whole page changes at once: nothing that is read already moves.

    Args:
        is_ready: State var.
        *content: What the page is about.
        below: What follows it out of sight, drawn a moment later; a card's place until then.
        places: Drawn before, for a page whose first cards are always the same.
    """
    before = rx.el.div(
        rx.el.span("Loading", class_name="sr-only", role="status"),
        *(map(card_place, _HEIGHTS) if places is None else places),
        class_name="stack gap-5",
    )
    rest = [rx.cond(c.afterwards(), rx.fragment(*below), card_place(_HEIGHTS[0]))] if below else []
    return rx.cond(c.unhurried(is_ready), rx.fragment(*content, *rest), before)


def card_place(height: str) -> rx.Component:
    """Draw the place of a card.

    Args:
        height: Of its main part.
    """
    return rx.el.div(
        c.skeleton("40%", "1rem"),
        c.skeleton("70%", height),
        c.skeleton("85%", "1rem"),
        class_name="card stack gap-3",
    )
