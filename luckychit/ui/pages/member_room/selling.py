"""A room while it sells: the pot, one ticket, the host's acts, the code for others."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui.components import play
from luckychit.ui.live import LiveState
from luckychit.ui.pages.member_room.state import RoomState as State
from luckychit.ui.pages.member_shared.door import door
from luckychit.ui.pots import RoomPot

_IT = State.room
_SHARE = State.share


def pot_card() -> rx.Component:
    """Draw the live pot, the clock once it runs, and the one ticket."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2("The pot", class_name="eyebrow"),
            c.live_pot(prize=RoomPot.prize, entry_count=RoomPot.entry_count),
            rx.el.p(_IT.places, class_name="quiet small"),
            rx.cond(
                _IT.ticket != "",
                rx.el.p(play.odds("1", RoomPot.entry_count), class_name="small"),
                rx.fragment(),
            ),
            class_name="room-pot",
        ),
        rx.cond(_IT.status == "starting", _clock(), rx.fragment()),
        _ticket(),
        class_name="card card-lift stack",
    )


def _clock() -> rx.Component:
    return rx.el.div(
        rx.el.span("The list closes in", class_name="quiet small"),
        rx.el.span(
            c.countdown(_IT.locks_ms, skew_ms=LiveState.skew_ms, done="Closing the list"),
            class_name="money-large",
        ),
        class_name="room-pot room-clock gap-0",
    )


def _ticket() -> rx.Component:
    mine = c.link(
        rx.el.span(c.icon("check"), class_name="good"),
        rx.el.div(
            rx.el.span("You are in", class_name="strong"),
            rx.el.span(_IT.ticket, class_name="quiet small num reference"),
            class_name="stack gap-0 grow",
        ),
        href=_IT.ticket_href,
        class_name="list-link own-ticket",
    )
    return rx.cond(
        _IT.ticket != "",
        mine,
        rx.cond(
            _IT.no_ticket != "", c.notice(rx.el.p(_IT.no_ticket)), door(_to_buy(), is_in_card=True)
        ),
    )


def _to_buy() -> rx.Component:
    short = rx.fragment(
        c.notice(
            rx.el.p(
                "A ticket costs ",
                c.money(_IT.price, class_name="strong"),
                "; you have ",
                c.money(_IT.balance, class_name="strong"),
                ".",
            ),
            tone="warn",
        ),
        c.link_button("Add play credit", href="/app/wallet", look="primary", wide=True),
    )
    enough = rx.fragment(
        c.button("Buy your ticket, ", _IT.price, look="primary", wide=True, opens="buy"),
        rx.el.p(
            "In your wallet ",
            c.money(_IT.balance, class_name="strong"),
            class_name="quiet small center",
        ),
    )
    return rx.cond(_IT.is_short, short, enough)


def host_card() -> rx.Component:
    """Draw what only the host can do now; the others read what they wait for."""
    waits = rx.el.p(
        "If nobody starts the draw before ",
        rx.el.span(_IT.expires, class_name="nowrap"),
        ", everybody is paid back.",
    )
    start = rx.cond(
        _IT.can_start,
        c.button("Start the draw", look="primary", wide=True, opens="start"),
        rx.fragment(
            c.button("Start the draw", wide=True, disabled=True, aria_describedby="why-not"),
            rx.el.p(_IT.why_not, id="why-not", class_name="small"),
        ),
    )
    host = c.card(
        rx.cond(
            _IT.status == "waiting",
            rx.fragment(start, rx.el.div(waits, class_name="quiet small")),
            rx.el.p("The draw is announced. It runs by itself once the list is closed."),
        ),
        rx.cond(
            _IT.can_cancel,
            c.button("Call the room off", look="bad", wide=True, opens="cancel"),
            rx.fragment(),
        ),
        title="You are the host",
    )
    guest = rx.cond(
        _IT.status == "waiting",
        c.notice(
            rx.el.div(rx.el.p("The host starts the draw."), waits, class_name="stack gap-0 small")
        ),
        rx.fragment(),
    )
    return rx.cond(_IT.is_host, host, guest)


def invite_card() -> rx.Component:
    """Draw the code large, as a picture, and the ways to hand it on."""
    return c.card(
        rx.el.div(
            rx.el.p(_IT.shown_code, class_name="room-code"),
            rx.el.div(
                c.copy_button(_IT.shown_code, "Copy the code"),
                c.button(
                    c.icon("share-2"),
                    rx.el.span("Share the link", class_name="copy-idle"),
                    rx.el.span("Link copied", class_name="copy-done", role="status"),
                    small=True,
                    class_name="copy",
                    custom_attrs={"data-share": ""},
                ),
                class_name="row gap-2 share-acts",
            ),
            rx.el.details(
                rx.el.summary("Show it to a camera"),
                rx.el.svg(
                    rx.el.path(d=_SHARE.qr, custom_attrs={"shapeRendering": "crispEdges"}),
                    view_box=_SHARE.view_box,
                    class_name="qr",
                    role="img",
                    aria_label=f"QR code of the link to this room, {_SHARE.link}",
                ),
                rx.el.p(_SHARE.link, class_name="quiet tiny code"),
                open=_SHARE.is_alone,
                class_name="camera",
            ),
            class_name="invite",
        ),
        title="Bring others in",
    )
