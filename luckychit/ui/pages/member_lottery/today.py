"""Today's pot, the player's tickets in it, and the way to the rooms."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui.components import play
from luckychit.ui.live import LiveState
from luckychit.ui.pages.member_lottery.playing import PlayState as State
from luckychit.ui.pots import DailyPot

_IT = State.today
# For the type checker: here it is a Var.
_STUBS: Any = State.stubs


def pot_card() -> rx.Component:
    """Draw today's pot, its clock, and how the chances stand."""
    return rx.cond(_IT.draw_id != "", _pot(), _between())


def _pot() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Today's pot", class_name="eyebrow"),
            rx.el.span(_IT.day, class_name="quiet small"),
            class_name="between",
        ),
        c.live_pot(prize=DailyPot.prize, entry_count=DailyPot.entry_count),
        rx.el.div(
            rx.el.span(
                c.countdown(_IT.locks_ms, skew_ms=LiveState.skew_ms, done="Closing now"),
                class_name="money-large",
            ),
            rx.el.p(
                rx.el.span("until 00:00 UTC,"),
                rx.el.span(play.local_moment(_IT.locks_ms, skew_ms=LiveState.skew_ms), " for you"),
                class_name="quiet tiny pot-close",
            ),
            class_name="pot-clock",
        ),
        # Who takes a break is not asked to be the first.
        rx.cond(
            (_IT.gate == "break") & (_IT.mine == 0),
            rx.fragment(),
            rx.el.p(play.odds(_IT.mine, DailyPot.entry_count), class_name="pot-odds"),
        ),
        c.remember(_IT.draw_id, _IT.commit_hash, ""),
        class_name="card card-lift stack gap-3 pot-card",
    )


def terms() -> rx.Component:
    """Say what of a ticket goes to the winner, and where the rules are."""
    return rx.el.p(
        _IT.share,
        rx.cond(_IT.fewest != "", f" {_IT.fewest}", ""),
        " ",
        c.link("Rules and seal", href=_IT.href, class_name="nowrap"),
        class_name="quiet small pot-terms",
    )


def _between() -> rx.Component:
    return c.card(
        c.empty_state(
            "Tomorrow's draw opens in a moment",
            "One day is being closed and the next announced. This page follows by itself.",
        )
    )


def own_tickets() -> rx.Component:
    """Draw the player's tickets of today as stubs; nothing without any."""
    return rx.cond(
        _STUBS.length() > 0,
        rx.el.section(
            rx.el.h2(
                rx.cond(_IT.mine == 1, "Your ticket today", f"Your {_IT.mine} tickets today"),
                class_name="section-title",
            ),
            rx.el.ul(rx.foreach(_STUBS, _stub), class_name="stubs"),
            rx.cond(
                State.more_stubs != "",
                c.button("Show more", look="quiet", on_click=State.show_more_tickets),
                rx.fragment(),
            ),
            class_name="stack gap-3",
        ),
        rx.fragment(),
    )


def _stub(ticket: Any) -> rx.Component:
    return rx.el.li(
        c.link(
            rx.el.span("Ticket ", class_name="sr-only"),
            rx.el.span(ticket.number, class_name="num"),
            href=ticket.href,
            class_name="stub",
        ),
        key=ticket.ticket_id,
    )


def rooms_link() -> rx.Component:
    """Draw the way to the private rooms."""
    return c.link(
        rx.el.div(
            rx.el.span("Play with friends", class_name="strong"),
            rx.el.span("Open a room, share its code, draw together", class_name="quiet small"),
            class_name="stack gap-0 grow",
        ),
        href="/app/rooms",
        class_name="card list-link rooms-link",
    )
