"""What is asked before an act in a room that costs or cannot be undone."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui.components import play
from luckychit.ui.pages.member_room.state import RoomState as State

_IT = State.room


def dialogs() -> rx.Component:
    """Draw every dialog of the page, closed."""
    return rx.fragment(_buy(), _start(), _cancel(), _leave())


def _buy() -> rx.Component:
    return c.confirm_dialog(
        "buy",
        rx.el.span("Buy your ticket for ", _IT.price, "?"),
        rx.el.p(_IT.price_words, ", for one ticket in ", _IT.name, ".", class_name="spoken"),
        act="Buy",
        on_submit=State.buy,
        fields=[
            rx.el.input(type="hidden", name="draw_id", value=_IT.draw_id),
            play.phrase(_IT.draw_id, State.problems["client_seed"]),
        ],
    )


def _start() -> rx.Component:
    return c.confirm_dialog(
        "start",
        "Start the draw?",
        rx.el.p(
            "The list closes ",
            _IT.notice,
            " after you start, and the winner is drawn by itself. Until then, whoever is in the "
            "room may still buy.",
        ),
        rx.el.p("In the pot now: ", c.money(_IT.prize, class_name="strong"), "."),
        act="Start",
        on_submit=State.start,
    )


def _cancel() -> rx.Component:
    return c.confirm_dialog(
        "cancel",
        "Call the room off?",
        rx.cond(
            _IT.sold != "",
            rx.el.p(
                "Everybody is paid back in full: ",
                c.money(_IT.sold, class_name="strong"),
                " (",
                _IT.sold_words,
                ") in all.",
            ),
            rx.el.p("Nobody has bought yet, so nothing has to be paid back."),
        ),
        rx.el.p("The room cannot be opened again."),
        act="Call it off",
        on_submit=State.cancel,
        is_bad=True,
    )


def _leave() -> rx.Component:
    return c.confirm_dialog(
        "leave",
        "Leave this room?",
        "You have not bought, so nothing is lost. With the code you can come back.",
        act="Leave",
        on_submit=State.leave,
        is_bad=True,
    )
