"""The draw before today's, played when it is drawn, and the days before it."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui.live import LiveState
from luckychit.ui.pages.member_lottery.playing import PlayState as State
from luckychit.ui.pages.member_shared.draws import draw_link

_IT = State.latest
# For the type checker: here it is a Var.
_PAST: Any = State.past


def latest_card() -> rx.Component:
    """Draw the latest finished day, or how far the one that just closed has come."""
    return rx.match(
        _IT.kind,
        ("waiting", _waiting()),
        ("drawn", rx.cond(State.plays, _played(), _drawn())),
        ("void", _void()),
        rx.fragment(),
    )


def _title() -> rx.Component:
    return rx.el.h2(c.link(_IT.title, href=_IT.href, class_name="plain"))


def _kept() -> rx.Component:
    return c.remember(_IT.draw_id, _IT.commit_hash, _IT.lock_hash)


def _waiting() -> rx.Component:
    return c.card(
        rx.cond(
            _IT.beacon_ms > 0,
            rx.el.div(
                rx.el.span("Public randomness is born in", class_name="quiet small"),
                rx.el.span(
                    c.countdown(
                        _IT.beacon_ms, skew_ms=LiveState.skew_ms, done="Waiting for it to arrive"
                    ),
                    class_name="money-large",
                ),
                class_name="stack gap-0 draw-face",
            ),
            rx.el.div(
                rx.el.span(class_name="spinner"),
                rx.el.span("Working out the result", class_name="strong", role="status"),
                class_name="row no-wrap",
            ),
        ),
        rx.el.p(
            f"{_IT.entry_words} for ",
            c.money(_IT.prize, class_name="strong"),
            ". ",
            _IT.words,
            " It is played here, in your browser, the moment it is drawn.",
            class_name="quiet small",
        ),
        _kept(),
        title=_title(),
        action=c.chip("Closed", "locked"),
        look="lift",
    )


def _played() -> rx.Component:
    outcome = rx.el.div(
        _words(),
        rx.el.div(
            c.link_button("See the proof", href=_IT.href),
            c.button("Put away", look="quiet", on_click=State.put_away),
            class_name="row",
        ),
        class_name=rx.cond(
            _IT.outcome == "won", "card card-luck stack outcome", "card stack outcome"
        ),
    )
    return rx.el.section(
        _title(),
        c.replay(_IT.head, autoplay=True, names=_IT.names),
        outcome,
        _kept(),
        class_name="stack gap-3 arrived",
    )


def _drawn() -> rx.Component:
    return rx.el.section(
        rx.el.div(_title(), c.chip("Drawn", "drawn"), class_name="card-head"),
        _words(),
        rx.el.div(
            rx.el.details(
                rx.el.summary(rx.el.span("Watch the pick again")),
                c.replay(_IT.head, names=_IT.names),
                class_name="fold-plain",
            ),
            c.link("Verify it on this device", href=_IT.href, class_name="tap small act"),
            class_name="draw-acts",
        ),
        _kept(),
        class_name=rx.cond(_IT.outcome == "won", "card card-luck stack gap-3", "card stack gap-3"),
    )


def _words() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span(
                c.link(_IT.winner, href=_IT.winner_href),
                rx.cond(_IT.outcome == "", " won", ""),
                class_name="strong draw-winner",
            ),
            rx.el.span(_IT.words, class_name="quiet small"),
            class_name="stack gap-0 grow",
        ),
        rx.el.div(
            c.money(_IT.prize, size="large", class_name="luck"),
            rx.el.span(_IT.entry_words, class_name="quiet small"),
            class_name="stack gap-0 end",
        ),
        class_name="between top no-wrap",
    )


def _void() -> rx.Component:
    return c.card(
        rx.el.p(_IT.words),
        _kept(),
        title=_title(),
        action=c.chip("Called off", "bad"),
    )


def past_days() -> rx.Component:
    """Draw the finished days before, newest first; nothing before there is one."""
    return rx.cond(
        _PAST.length() > 0,
        rx.el.details(
            rx.el.summary(rx.el.span("Days before"), class_name="strong"),
            rx.el.ul(rx.foreach(_PAST, lambda day: rx.el.li(_day(day), key=day.draw_id))),
            rx.el.div(
                rx.cond(
                    State.has_older,
                    c.button("Older days", look="quiet", on_click=State.show_older),
                    rx.fragment(),
                ),
                c.link("All draws", href="/draws", class_name="tap small"),
                class_name="between list-foot",
            ),
            class_name="card card-flush receipts fold",
        ),
        rx.fragment(),
    )


def _day(day: Any) -> rx.Component:
    return draw_link(day, day.title)
