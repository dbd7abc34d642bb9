"""/app/rooms."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.member_rooms.state import FEWEST_PEOPLE, LONGEST_NAME, MOST_PEOPLE
from luckychit.ui.pages.member_rooms.state import RoomsState as State
from luckychit.ui.pages.member_shared.balance import balance_link
from luckychit.ui.pages.member_shared.door import door
from luckychit.ui.pages.member_shared.pause import break_notice
from luckychit.ui.pages.member_shared.reality import reality_check
from luckychit.ui.pages.member_shared.waiting import once_ready

_PLANNED = State.planned


def page() -> rx.Component:
    """Draw the way into a room, a new one, and the member's own rooms."""
    return shell.member_frame(
        once_ready(
            State.is_ready, door(rx.cond(State.pause != "", _pause(), _join())), _mine(), _wallet()
        ),
        _new_dialog(),
        _confirm_dialog(),
        reality_check(),
        here="lottery",
        is_below=True,
        title="Rooms",
        heading=shell.heading_below("Rooms", "Lottery", "/app/lottery"),
    )


def _pause() -> rx.Component:
    return break_notice(
        State.pause, "You stay in the rooms you are in, and what your tickets win is yours."
    )


def _join() -> rx.Component:
    return c.card(
        rx.el.p("A draw among people you know. Everybody buys one ticket; one wins the pot."),
        c.form(
            rx.el.div(
                c.field(
                    "Code of the room",
                    "code",
                    placeholder="ABCD-2345",
                    required=True,
                    max_length=40,
                    auto_complete="off",
                    auto_capitalize="characters",
                    spell_check=False,
                    error=State.problems["code"],
                ),
                c.submit("Look inside"),
                class_name="code-entry",
            ),
            on_submit=State.find,
        ),
        rx.el.p("You see the price before you join.", class_name="quiet small"),
        c.button(c.icon("plus"), "Open a room of your own", wide=True, opens="new-room"),
        look="lift",
    )


def _mine() -> rx.Component:
    return c.card(
        c.rows_or(
            State.is_ready,
            State.rooms,
            rx.el.ul(rx.foreach(State.rooms, _room)),
            c.empty_state(
                "You are in no room yet",
                "Enter a code that somebody gave you, or open a room and share yours.",
            ),
        ),
        rx.cond(
            State.has_more,
            rx.el.div(
                c.button("Show older rooms", wide=True, on_click=State.show_more),
                class_name="list-foot",
            ),
            rx.fragment(),
        ),
        title="My rooms",
        flush=True,
        class_name="receipts",
    )


def _room(room: Any) -> rx.Component:
    return rx.el.li(
        c.link(
            rx.el.div(
                rx.el.span(room.name, class_name="strong"),
                rx.el.span(room.detail, class_name="quiet small"),
                rx.el.time(room.when, date_time=room.moment, class_name="quiet tiny"),
                class_name="stack gap-0 grow",
            ),
            rx.el.div(
                c.chip(room.chip_text, room.chip),
                c.money(room.prize, class_name="strong"),
                class_name="stack gap-1 due-end",
            ),
            href=room.href,
            class_name="list-link",
        ),
        key=room.code,
    )


def _wallet() -> rx.Component:
    return c.card(balance_link(State.balance), flush=True)


def _new_dialog() -> rx.Component:
    return c.dialog(
        "new-room",
        "Open a room",
        c.form(
            c.field(
                "Name",
                "name",
                placeholder="Friday circle",
                required=True,
                max_length=LONGEST_NAME,
                auto_complete="off",
                error=State.problems["name"],
            ),
            rx.el.div(
                c.field(
                    "Price of a ticket",
                    "price",
                    hint=State.unit,
                    default_value="1.00",
                    required=True,
                    input_mode="decimal",
                    max_length=12,
                    auto_complete="off",
                    error=State.problems["price_minor"],
                ),
                c.field(
                    "People at most",
                    "most",
                    kind="number",
                    default_value="10",
                    required=True,
                    min=FEWEST_PEOPLE,
                    max=MOST_PEOPLE,
                    input_mode="numeric",
                    error=State.problems["max_participants"],
                ),
                class_name="two-fields",
            ),
            rx.el.p(
                "You play by the same rules as everybody: one ticket each, and nobody can know "
                "the result before.",
                class_name="quiet small",
            ),
            c.dialog_actions(c.submit("Go on")),
            on_submit=State.plan,
        ),
    )


def _confirm_dialog() -> rx.Component:
    return c.confirm_dialog(
        "confirm-room",
        "Open this room?",
        rx.el.p(_PLANNED.name, class_name="strong"),
        rx.el.dl(
            rx.el.dt("A ticket"),
            rx.el.dd(
                c.money(_PLANNED.price, class_name="strong"),
                rx.el.br(),
                rx.el.span(_PLANNED.price_words, class_name="quiet small"),
            ),
            rx.el.dt("At most"),
            rx.el.dd(_PLANNED.most),
            class_name="facts",
        ),
        rx.el.p(_PLANNED.example),
        rx.el.p(
            "The price stays as it is. If you do not start within ",
            _PLANNED.hours,
            ", everybody is paid back.",
            class_name="quiet small",
        ),
        act="Open the room",
        on_submit=State.create,
    )
