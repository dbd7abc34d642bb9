"""The name mark: a circle of seats, one of them lit."""

import math
from typing import Any

import reflex as rx

SEATS = 9
LIT = 1


def mark(class_name: str = "mark") -> rx.Component:
    """Draw the circle of dots; decoration, the word beside it is the name."""
    dots: list[Any] = []
    for seat in range(SEATS):
        turn = 2 * math.pi * seat / SEATS - math.pi / 2
        dots.append(
            rx.el.circle(
                cx=f"{16 + 12 * math.cos(turn):.2f}",
                cy=f"{16 + 12 * math.sin(turn):.2f}",
                r="4" if seat == LIT else "2.7",
                custom_attrs={"fill": "currentColor"},
                class_name="lit" if seat == LIT else "",
            )
        )
    return rx.el.svg(*dots, view_box="0 0 32 32", class_name=class_name, custom_attrs=_HIDDEN)


_HIDDEN = {"aria-hidden": "true"}
