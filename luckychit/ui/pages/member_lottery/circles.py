"""The draws of a member's circles, on the tab."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui.live import LiveState
from luckychit.ui.pages.member_lottery.state import LONGEST_PHRASE
from luckychit.ui.pages.member_lottery.state import LotteryState as State
from luckychit.ui.pages.member_shared.draws import draw_link

# For the type checker: here they are Vars.
_PRESENT: Any = State.present
_PAST: Any = State.past


def results_that_came() -> rx.Component:
    """Draw the results this member was waiting for."""
    return rx.fragment(rx.foreach(State.arrived, _arrived))


def circles_section() -> rx.Component:
    """Draw what is being drawn in the member's circles, and what was before; or nothing."""
    return rx.cond(
        (_PRESENT.length() > 0) | (_PAST.length() > 0),
        rx.el.section(
            rx.el.h2("Your circles", class_name="section-title"),
            rx.cond(
                _PRESENT.length() > 0,
                rx.el.div(rx.foreach(State.present, _present), class_name="stack gap-4"),
                rx.fragment(),
            ),
            rx.cond(_PAST.length() > 0, _past(), rx.fragment()),
            class_name="stack gap-3",
        ),
        rx.fragment(),
    )


def _arrived(one: Any) -> rx.Component:
    outcome = rx.el.div(
        rx.el.div(
            rx.el.span(one.words, class_name="strong"),
            c.money(one.prize, size="large", class_name="luck"),
            class_name="stack gap-0",
        ),
        rx.el.div(
            c.link_button("See the proof", href=one.href),
            c.button("Put away", look="quiet", on_click=State.put_away(one.monthly_draw_id)),
            class_name="row",
        ),
        class_name=rx.cond(one.is_mine, "card card-luck stack outcome", "card stack outcome"),
    )
    return rx.el.section(
        rx.el.h2(one.title),
        c.replay(one.bundle, autoplay=True, names=one.names),
        outcome,
        class_name="stack gap-3 arrived",
        key=one.monthly_draw_id,
    )


def _present(draw: Any) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.div(
                rx.el.h3(c.link(draw.group, href=draw.group_href, class_name="plain")),
                rx.el.span(draw.month, class_name="quiet small"),
                class_name="stack gap-0 grow",
            ),
            c.chip(draw.chip_text, draw.chip),
            class_name="row no-wrap top",
        ),
        rx.el.div(
            rx.match(
                draw.kind,
                ("open", _clock(draw.locks_ms, "List closes in", "Closing the list")),
                ("closing", _working("Closing the list")),
                (
                    "waiting",
                    _clock(draw.beacon_ms, "Randomness is born in", "Waiting for the randomness"),
                ),
                _working("Working out the result"),
            ),
            rx.el.div(
                rx.el.span("Full prize", class_name="quiet small"),
                c.money(draw.prize, size="large", class_name="luck"),
                class_name="stack gap-0 end",
            ),
            class_name="between top draw-face",
        ),
        rx.cond(
            draw.held_over != "", c.notice(rx.el.p(draw.held_over), tone="warn"), rx.fragment()
        ),
        rx.el.p(
            rx.cond(draw.kind == "open", f"{draw.when} · {draw.running}", draw.running),
            class_name="quiet small",
        ),
        rx.el.ul(rx.foreach(draw.seats, lambda seat: _seat(seat, draw)), class_name="divided"),
        c.link("Rules and seal, kept on this phone", href=draw.proof_href, class_name="tap small"),
        c.remember(draw.draw_id, draw.commit_hash, draw.lock_hash),
        class_name="card card-lift stack",
        key=draw.monthly_draw_id,
    )


def _clock(to_ms: Any, label: str, done: str) -> rx.Component:
    return rx.el.div(
        rx.el.span(label, class_name="quiet small"),
        rx.el.span(
            c.countdown(to_ms, skew_ms=LiveState.skew_ms, done=done), class_name="money-large"
        ),
        class_name="stack gap-0",
    )


def _working(words: str) -> rx.Component:
    return rx.el.div(
        rx.el.span(class_name="spinner"),
        rx.el.span(words, class_name="strong", role="status"),
        class_name="row no-wrap",
    )


def _seat(seat: Any, draw: Any) -> rx.Component:
    is_open = (draw.kind == "open") & (seat.kind != "won")
    return rx.el.li(
        rx.el.div(
            rx.el.span(class_name=f"standing standing-{seat.kind}"),
            rx.el.p(rx.el.span(seat.name, class_name="strong"), " ", seat.words, class_name="grow"),
            class_name="row no-wrap",
        ),
        rx.cond(
            seat.kind != "won",
            rx.el.div(
                rx.el.p(
                    rx.el.span("Phrase ", class_name="quiet"),
                    rx.el.q(seat.phrase, class_name="phrase"),
                    class_name="small grow",
                ),
                rx.cond(
                    is_open,
                    c.button(
                        "Change",
                        look="quiet",
                        small=True,
                        on_click=State.choose(seat.seat_id),
                        aria_label=f"Change the phrase of {seat.name}",
                    ),
                    rx.fragment(),
                ),
                class_name="row no-wrap phrase-line",
            ),
            rx.fragment(),
        ),
        class_name="stack gap-0",
        key=seat.seat_id,
    )


def _past() -> rx.Component:
    return rx.el.details(
        rx.el.summary(rx.el.span("Past draws of your circles"), class_name="strong"),
        rx.el.ul(rx.foreach(State.past, _past_line)),
        class_name="card card-flush receipts fold",
    )


def _past_line(line: Any) -> rx.Component:
    return rx.el.li(
        draw_link(line, line.title),
        c.remember(line.draw_id, line.commit_hash, line.lock_hash),
        key=line.monthly_draw_id,
    )


def phrase_dialog() -> rx.Component:
    """Ask for the phrase of one seat."""
    return c.dialog(
        "phrase",
        rx.el.span("Your phrase for ", State.seat.name),
        rx.el.p(
            "Anything you like: it is mixed into the draw, so nobody could have worked the "
            "result out before. It becomes public, and stays until you change it.",
            class_name="quiet",
        ),
        c.form(
            rx.el.div(
                c.field(
                    "Phrase",
                    "phrase",
                    default_value=State.seat.phrase,
                    required=True,
                    max_length=LONGEST_PHRASE,
                    auto_complete="off",
                    hint="Up to 64 plain letters, digits and signs.",
                    error=State.problems["phrase"],
                ),
                key=f"{State.seat.seat_id}{State.seat.phrase}",
            ),
            c.dialog_actions(c.submit("Keep it")),
            on_submit=State.keep,
        ),
    )
