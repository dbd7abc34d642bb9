"""/app/rooms/[code]."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.components import play
from luckychit.ui.pages.member_room.dialogs import dialogs
from luckychit.ui.pages.member_room.selling import host_card, invite_card, pot_card
from luckychit.ui.pages.member_room.state import RoomState as State
from luckychit.ui.pages.member_shared.door import door
from luckychit.ui.pages.member_shared.reality import reality_check
from luckychit.ui.pages.member_shared.waiting import once_ready

_IT = State.room
_INVITE = State.invite


def page() -> rx.Component:
    """Draw the room as it stands: selling, being drawn, drawn, called off; or its invitation."""
    return shell.member_frame(
        once_ready(
            State.is_ready,
            rx.cond(State.missing, _unknown(), rx.cond(State.is_member, _room(), _invitation())),
        ),
        dialogs(),
        reality_check(),
        # Pressed by the clock of this page, a moment after the list has closed.
        rx.el.button(
            "Look again", id="look-again", type="button", hidden=True, on_click=State.load
        ),
        here="lottery",
        is_below=True,
        title="Room",
        heading=_heading(),
    )


def _heading() -> rx.Component:
    known = rx.cond(State.is_member, _IT.name, _INVITE.name)
    named = rx.cond(State.is_ready & ~State.missing, known, "Room")
    chip = rx.cond(State.is_member, c.chip(_IT.chip_text, _IT.chip), rx.fragment())
    return shell.heading_below(named, "Rooms", "/app/rooms", chip)


def _unknown() -> rx.Component:
    return rx.el.div(
        c.mark(),
        rx.el.h2(rx.cond(State.wait, "Too many codes", "No room has this code")),
        rx.el.p(
            rx.cond(State.wait, State.wait, "Look at it once more, or ask who gave it to you."),
            class_name="quiet",
        ),
        c.link_button("Enter another code", href="/app/rooms", look="primary"),
        class_name="card empty",
    )


def _room() -> rx.Component:
    return rx.el.div(
        rx.match(
            _IT.status,
            ("locked", _drawing()),
            ("drawn", _drawn()),
            ("void", _void()),
            rx.fragment(pot_card(), invite_card(), host_card()),
        ),
        _people(),
        _terms(),
        # Last, so that their files do not hold up the first sight of the page.
        c.fair_code(),
        play.play_code(),
        class_name=rx.cond(State.has_arrived, "stack gap-5 arrived", "stack gap-5"),
    )


def _drawing() -> rx.Component:
    return rx.el.section(
        rx.el.h2("The pot", class_name="eyebrow"),
        c.money(_IT.prize, size="huge"),
        rx.el.div(
            rx.el.span(class_name="spinner"),
            rx.el.span("The list is closed. The winner is being drawn.", role="status"),
            class_name="row no-wrap",
        ),
        rx.cond(
            _IT.can_draw,
            c.form(
                rx.el.p(
                    "It should be there by now. If it is not, you can ask for it.",
                    class_name="quiet small",
                ),
                c.submit("Draw now", wide=True),
                on_submit=State.draw_now,
                class_name="stack gap-2 late-draw",
            ),
            rx.fragment(),
        ),
        _my_ticket(),
        class_name="card card-lift stack room-pot",
    )


def _drawn() -> rx.Component:
    replay = rx.cond(
        State.has_arrived,
        c.replay(_IT.bundle, autoplay=True, names=_IT.names),
        c.replay(_IT.bundle, names=_IT.names),
    )
    outcome = rx.el.div(
        rx.el.p(_IT.outcome, class_name=rx.cond(_IT.is_won, "room-outcome luck", "room-outcome")),
        rx.cond(
            _IT.is_won,
            rx.el.p("It is in your wallet already."),
            rx.cond(
                _IT.ticket != "",
                rx.el.p("Not your ticket this time.", class_name="quiet"),
                rx.fragment(),
            ),
        ),
        rx.el.div(
            c.link_button("Check this draw", href=_IT.proof_href, look="primary"),
            rx.cond(
                _IT.is_won,
                c.link_button("See your wallet", href="/app/wallet"),
                rx.cond(
                    _IT.ticket != "",
                    c.link_button("Your ticket", href=_IT.ticket_href),
                    rx.fragment(),
                ),
            ),
            class_name="row",
        ),
        class_name=rx.cond(_IT.is_won, "card card-luck stack outcome", "card stack outcome"),
    )
    return rx.cond(State.has_arrived, rx.fragment(replay, outcome), rx.fragment(outcome, replay))


def _void() -> rx.Component:
    return rx.el.section(
        rx.el.h2("This room ended without a draw"),
        rx.el.p(_IT.void_reason),
        rx.cond(
            _IT.paid_back != "",
            rx.el.p(
                "The full price of your ticket, ",
                c.money(_IT.paid_back, class_name="strong"),
                ", goes back to your wallet. Nobody has lost anything.",
            ),
            rx.cond(
                _IT.sold != "",
                rx.el.p("Whoever had a ticket gets the full price back."),
                rx.el.p("Nobody had bought a ticket, so nothing had to be paid back."),
            ),
        ),
        rx.el.div(
            c.link_button("See your wallet", href="/app/wallet"),
            c.link_button("Its record", href=_IT.proof_href),
            class_name="row",
        ),
        class_name="card stack",
    )


def _my_ticket() -> rx.Component:
    return rx.cond(
        _IT.ticket != "",
        c.link("Your ticket ", rx.el.span(_IT.ticket, class_name="num"), href=_IT.ticket_href),
        rx.fragment(),
    )


def _people() -> rx.Component:
    return c.card(
        rx.el.ul(rx.foreach(State.people, _person), class_name="divided"),
        rx.cond(
            _IT.can_leave,
            c.button("Leave the room", look="quiet", opens="leave"),
            rx.fragment(),
        ),
        title="In this room",
        action=rx.el.span("Seen only in this room", class_name="quiet tiny"),
    )


def _person(one: Any) -> rx.Component:
    return rx.el.li(
        c.avatar(one.initials),
        rx.el.div(
            rx.el.span(one.name, class_name="strong"),
            rx.el.span(one.words, class_name="quiet small"),
            class_name="stack gap-0 grow",
        ),
        rx.cond(
            one.is_winner,
            rx.el.span(c.chip("Won", "won"), class_name="outcome"),
            rx.cond(one.chip_text != "", c.chip(one.chip_text, one.chip), rx.fragment()),
        ),
        class_name="person",
        key=one.place,
    )


def _terms() -> rx.Component:
    return rx.el.div(
        rx.el.p(_IT.opened, "."),
        rx.el.p(_IT.fee, " The draw is sealed before the first ticket and can be checked by all."),
        c.link("Rules and seal", href=_IT.proof_href, class_name="tap"),
        class_name="stack gap-1 quiet small",
    )


def _invitation() -> rx.Component:
    return rx.el.section(
        rx.el.p(
            rx.cond(_INVITE.problem != "", "Opened by ", ""),
            rx.el.span(_INVITE.host, class_name="strong"),
            rx.cond(_INVITE.problem != "", ".", " invites you to a draw in this room."),
        ),
        rx.el.dl(
            rx.el.dt("A ticket"),
            rx.el.dd(
                c.money(_INVITE.price, class_name="strong"),
                rx.el.br(),
                rx.el.span(_INVITE.price_words, class_name="quiet small"),
            ),
            rx.el.dt("In it so far"),
            rx.el.dd(_INVITE.people),
            rx.el.dt("Code"),
            rx.el.dd(_INVITE.shown_code, class_name="num nowrap"),
            class_name="facts",
        ),
        rx.el.p(_INVITE.fee, " Everybody has one ticket, and one of them wins the pot."),
        rx.cond(
            _INVITE.problem != "",
            c.notice(rx.el.p(_INVITE.problem), tone="warn"),
            door(_join(), is_in_card=True),
        ),
        class_name="card card-lift stack",
    )


def _join() -> rx.Component:
    return c.form(
        c.submit("Join", wide=True),
        rx.el.p(
            "Joining costs nothing. The others in the room then see your name.",
            class_name="quiet small center",
        ),
        on_submit=State.join,
        class_name="stack gap-2",
    )
