"""The tab before it knows anything: its first cards at the size they will have."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui.pages.member_shared.waiting import card_place


def places() -> list[rx.Component]:
    """Draw the places of the pot, of what buys, and of what follows."""
    return [_pot(), _buy(), card_place("3.5rem")]


def _pot() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span("Today's pot", class_name="eyebrow"),
            # A letter, so that both words of the line stand on the same ground as later.
            rx.el.span("\N{NO-BREAK SPACE}", class_name="skeleton small day-place"),
            class_name="between",
        ),
        c.skeleton("11rem", "3rem"),
        rx.el.div(
            c.skeleton("7rem", "1.75rem"), c.skeleton("9.75rem", "1.5rem"), class_name="pot-clock"
        ),
        rx.el.div(class_name="skeleton pot-odds"),
        class_name="card card-lift stack gap-3 pot-card",
    )


def _buy() -> rx.Component:
    return rx.el.div(
        c.skeleton("8rem", "1.5rem"),
        c.skeleton("100%", "3.25rem"),
        c.skeleton("100%", "2.75rem"),
        c.skeleton("100%", "3.75rem"),
        c.skeleton("100%", "2.75rem"),
        class_name="card stack gap-3 buy-place",
    )
