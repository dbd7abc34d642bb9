"""A group that runs: this month at a glance, the draw, and everything behind it."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui.live import LiveState
from luckychit.ui.pages.manage_group import records, tables
from luckychit.ui.pages.manage_group.state import GroupState as State

_HEAD = State.head
_NOW = State.present


def view() -> rx.Component:
    """Draw the running group."""
    return rx.el.div(
        rx.el.div(_month(), _draw(), class_name="main-aside month-and-draw"),
        _replay(),
        _parts(),
        _draw_dialog(),
        records.reverse_dialog(),
        class_name="stack gap-5",
    )


def complete() -> rx.Component:
    """Draw the group after its last prize and its last due."""
    return rx.el.div(
        c.card(
            rx.el.div(
                _ring(rx.el.span("Complete", class_name="strong")),
                rx.el.div(
                    rx.el.h2("This group is complete"),
                    rx.el.p(
                        "Every seat has won, every due is paid, every prize was handed over, "
                        "and the books close at zero.",
                        class_name="quiet prose",
                    ),
                    class_name="stack gap-2 grow",
                ),
                class_name="row gap-6 circle-top",
            ),
            look="brand",
        ),
        _replay(),
        _parts(),
        records.reverse_dialog(),
        class_name="stack gap-5",
    )


def _ring(*inside: Any) -> rx.Component:
    return c.seat_ring(State.ring, _HEAD.seats, *inside, label=_HEAD.ring_label)


def _month() -> rx.Component:
    return c.card(
        rx.el.div(
            _ring(
                rx.el.span("Month", class_name="quiet tiny"),
                rx.el.span(_HEAD.month_text, class_name="money ring-number"),
            ),
            rx.el.div(
                rx.el.span("Collected this month", class_name="stat-label"),
                rx.el.div(
                    c.money(_HEAD.collected, size="large"),
                    rx.el.span("of ", _HEAD.expected, class_name="quiet num"),
                    class_name="row gap-2 baseline",
                ),
                c.progress_bar(_HEAD.share, f"{_HEAD.collected} of {_HEAD.expected} collected"),
                rx.el.p(
                    rx.cond(_HEAD.attention != "", _HEAD.attention, _HEAD.terms),
                    class_name="quiet small",
                ),
                class_name="stack gap-3 grow",
            ),
            class_name="row gap-6 circle-top",
        ),
        rx.el.dl(
            _fact("Prize of a full month", c.money(_HEAD.prize, class_name="strong")),
            _fact("Your commission", _HEAD.commission),
            _fact("Draws", _HEAD.draw_rule),
            class_name="facts small terms",
        ),
    )


def _fact(name: str, value: Any) -> rx.Component:
    return rx.fragment(rx.el.dt(name), rx.el.dd(value))


def _draw() -> rx.Component:
    return rx.cond(
        _NOW.exists,
        c.card(
            rx.el.div(
                rx.el.h2(_NOW.title),
                c.chip(_NOW.status_text, _NOW.status),
                class_name="between no-wrap",
            ),
            rx.cond(
                _NOW.held_over != "",
                c.notice(rx.el.p("Held over: ", _NOW.held_over), tone="warn"),
                rx.fragment(),
            ),
            rx.cond(_NOW.is_called, _under_way(), _to_come()),
            rx.el.p(
                c.link("Its public page", href=_NOW.href, class_name="small"),
                class_name="draw-link",
            ),
            look="brand",
            class_name="draw-card",
        ),
        c.card(
            rx.el.h2("Every month is drawn"),
            rx.el.p(
                "The group is complete when the last dues are paid and the last prize is "
                "handed over.",
                class_name="quiet",
            ),
            look="brand",
        ),
    )


def _to_come() -> rx.Component:
    return rx.el.div(
        rx.el.p(_NOW.when, class_name="strong num"),
        rx.el.p(_NOW.advice, class_name="small", id="draw-advice"),
        c.button(
            c.icon("circle-dot-dashed"),
            _NOW.act,
            look="primary",
            wide=True,
            opens="draw",
            disabled=~_NOW.can_draw,
            aria_describedby="draw-advice",
        ),
        class_name="stack gap-3",
    )


def _under_way() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.match(
                _NOW.status,
                (
                    "locked",
                    rx.cond(
                        _NOW.beacon_ms > 0,
                        c.countdown(
                            _NOW.beacon_ms,
                            skew_ms=LiveState.skew_ms,
                            label="The public number is born in",
                            done="The winner is being worked out",
                        ),
                        "The winner is being worked out.",
                    ),
                ),
                c.countdown(
                    _NOW.locks_ms,
                    skew_ms=LiveState.skew_ms,
                    label="The list closes in",
                    done="Closing the list",
                ),
            ),
            class_name="draw-clock",
            role="status",
        ),
        rx.el.p(_NOW.advice, class_name="small"),
        rx.cond(
            _NOW.can_draw,
            c.button(_NOW.act, look="primary", wide=True, opens="draw"),
            rx.fragment(),
        ),
        class_name="stack gap-3",
    )


def _replay() -> rx.Component:
    return rx.cond(
        State.replay_src != "",
        c.card(
            c.replay(State.replay_src, autoplay=True, names=State.replay_names),
            rx.el.div(
                rx.el.p(
                    "The prize is ",
                    c.money(State.replay_prize, class_name="strong luck"),
                    rx.cond(State.replay_left, ". It is now to be handed to the winner.", "."),
                ),
                rx.cond(
                    State.replay_left,
                    c.button(
                        c.icon("trophy"),
                        "Pay the winner",
                        look="primary",
                        on_click=State.ask_handover(State.replay_draw),
                    ),
                    c.chip("Handed over", "good"),
                ),
                class_name="between",
            ),
            title=State.replay_title,
            look="luck",
            id="replay",
        ),
        rx.fragment(),
    )


def _parts() -> rx.Component:
    parts = (
        ("months", "Months"),
        ("dues", "Dues"),
        ("draws", "Draws"),
        ("seats", "Seats"),
        ("payments", "Payments"),
        ("books", "Books"),
    )
    choice = c.segmented(
        [(words, State.show(name), State.view == name) for name, words in parts],
        "Parts of this group",
    )
    return rx.el.div(
        rx.el.div(choice, class_name="segments"),
        rx.match(
            State.view,
            ("dues", tables.dues()),
            ("draws", tables.draws()),
            ("seats", tables.seats()),
            ("payments", records.payments()),
            ("books", records.books()),
            tables.months(),
        ),
        class_name="stack",
    )


def _draw_dialog() -> rx.Component:
    return c.confirm_dialog(
        "draw",
        rx.el.span(_NOW.act, "?"),
        rx.el.p(_NOW.advice),
        rx.el.p(
            "The prize of a full month is ",
            rx.el.strong(_HEAD.prize),
            " (",
            _HEAD.prize_words,
            "). A draw cannot be undone.",
            class_name="quiet",
        ),
        act=_NOW.act,
        on_submit=State.draw,
    )
