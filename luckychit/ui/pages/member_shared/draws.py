"""One past draw in a list, as a link to where it is told in full."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c


def draw_link(draw: Any, title: Any) -> rx.Component:
    """Draw ``title``, who won (marked when it is the reader), the prize and the day.

    Args:
        draw: A line with ``winner``, ``is_mine``, ``prize``, ``when`` and ``href``.
        title: What the draw is called in this list.
    """
    return c.link(
        rx.el.div(
            rx.el.span(title, class_name="strong"),
            rx.el.span(
                draw.winner,
                class_name=rx.cond(draw.is_mine, "luck small strong", "quiet small"),
            ),
            class_name="stack gap-0 grow",
        ),
        rx.el.div(
            c.money(draw.prize, class_name="strong"),
            rx.el.span(draw.when, class_name="quiet tiny"),
            class_name="stack gap-0 end",
        ),
        href=draw.href,
        class_name="list-link",
    )
