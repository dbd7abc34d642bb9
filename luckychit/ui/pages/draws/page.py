"""/draws."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.draw.finding import ticket_search
from luckychit.ui.pages.draws.lines import DAILY, MONTHLY, draw_list
from luckychit.ui.pages.draws.state import DrawsState


def page() -> rx.Component:
    """Draw the list of finished draws, and the search for a ticket."""
    return shell.public_frame(
        rx.el.h1("Draws"),
        rx.el.p(
            "Every draw that ended, with its proof. Open one to check it on your own device.",
            class_name="lede",
        ),
        ticket_search(DrawsState, "Find a ticket", "DDL-20261121-00042"),
        rx.el.div(
            c.segmented(
                [
                    ("All", DrawsState.show_kind(""), DrawsState.kind == ""),
                    ("Daily", DrawsState.show_kind(DAILY), DrawsState.kind == DAILY),
                    ("Circles", DrawsState.show_kind(MONTHLY), DrawsState.kind == MONTHLY),
                ],
                "Which draws",
            )
        ),
        c.card(
            c.rows_or(
                DrawsState.is_ready,
                DrawsState.lines,
                draw_list(DrawsState.lines),
                c.empty_state(
                    "No draw has ended yet",
                    "The first one will appear here the moment it is drawn.",
                    c.link_button("Check a bundle you have", href="/verify"),
                ),
            ),
            flush=True,
        ),
        rx.el.div(
            rx.cond(
                DrawsState.is_first,
                rx.fragment(),
                c.button("Newest", on_click=DrawsState.newest),
            ),
            rx.cond(
                DrawsState.has_older, c.button("Older", on_click=DrawsState.older), rx.fragment()
            ),
            class_name="row",
        ),
        narrow=True,
    )
