"""/draws/[draw_id]."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.live import LiveState
from luckychit.ui.pages.draw.finding import ticket_search
from luckychit.ui.pages.draw.state import DrawState

_IT = DrawState.draw


def page() -> rx.Component:
    """Draw one draw: what came of it, how to check it, what was published when."""
    return shell.public_frame(
        c.fair_code(),
        rx.cond(
            DrawState.is_ready,
            rx.el.div(
                _head(),
                # Who watched it happen sees the pick before its result.
                rx.cond(DrawState.plays, c.replay(_IT.replayed, autoplay=True), rx.fragment()),
                _result(),
                _check(),
                rx.cond((_IT.ticket_price != "") & (_IT.listed != ""), _search(), rx.fragment()),
                rx.cond(_IT.proof_id != "", _log(), rx.fragment()),
                class_name="stack gap-5",
            ),
            c.skeleton_lines(8),
        ),
        narrow=True,
        missing=DrawState.missing,
    )


def _head() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.h1(_IT.title),
            c.chip(_IT.chip_text, _IT.chip),
            class_name="row",
        ),
        rx.el.p(
            rx.cond(_IT.group != "", f"{_IT.group} · ", ""),
            rx.el.span(_IT.draw_id, class_name="nowrap"),
            class_name="quiet",
        ),
        class_name="stack gap-2",
    )


def _result() -> rx.Component:
    return rx.match(
        _IT.status,
        ("drawn", _drawn()),
        ("void", _void()),
        _waiting(),
    )


def _drawn() -> rx.Component:
    return c.card(
        rx.el.div(
            rx.el.span("The draw picked", class_name="eyebrow"),
            rx.cond(
                _IT.winner_href != "",
                c.link(_IT.winner, href=_IT.winner_href, class_name="money-huge plain"),
                rx.el.span(_IT.winner, class_name="money-huge"),
            ),
            rx.cond(_IT.winner_name != "", rx.el.span(_IT.winner_name, class_name="strong"), ""),
            c.money(_IT.prize, size="large", class_name="luck"),
            class_name="stack gap-1",
        ),
        _facts(),
        look="luck",
    )


def _void() -> rx.Component:
    return c.card(
        rx.el.p(_IT.story, class_name="strong"),
        rx.cond(
            _IT.successor != "",
            rx.el.p(c.link("See the draw that takes its place", href=_IT.successor)),
            rx.fragment(),
        ),
    )


def _waiting() -> rx.Component:
    return c.card(
        rx.cond(
            _IT.locks_ms > 0,
            _counting("The list closes in", _IT.locks_ms, done="Closing now"),
            rx.cond(
                _IT.beacon_ms > 0,
                _counting(
                    "The public randomness is born in",
                    _IT.beacon_ms,
                    done="Waiting for it to arrive",
                ),
                rx.cond(
                    _IT.status == "committed",
                    rx.el.p("Tickets are on sale.", class_name="money-large"),
                    rx.el.p("The result is being worked out.", class_name="money-large"),
                ),
            ),
        ),
        rx.cond(
            (_IT.kind != "monthly") & (_IT.prize != ""),
            rx.el.p("The pot now ", c.money(_IT.prize, class_name="strong luck")),
            rx.fragment(),
        ),
        rx.el.p(_IT.story, class_name="quiet"),
        _facts(),
        look="brand",
    )


def _counting(words: str, to_ms: Any, *, done: str) -> rx.Component:
    return rx.el.div(
        rx.el.span(words, class_name="eyebrow"),
        rx.el.span(
            c.countdown(to_ms, skew_ms=LiveState.skew_ms, done=done), class_name="money-huge"
        ),
        class_name="stack gap-1",
    )


def _facts() -> rx.Component:
    rows = (
        ("In the draw", _IT.listed),
        ("Each seat pays", _IT.instalment),
        ("One ticket costs", _IT.ticket_price),
        ("When", _IT.when),
        ("Randomness", _IT.randomness),
    )
    drawn = [
        rx.cond(value != "", rx.fragment(rx.el.dt(name), rx.el.dd(value)), rx.fragment())
        for name, value in rows
    ]
    return rx.el.dl(*drawn, class_name="facts small")


def _check() -> rx.Component:
    keeps = c.remember(_IT.proof_id, _IT.commit_hash, _IT.lock_hash)
    return rx.cond(
        _IT.status == "drawn",
        rx.el.div(
            keeps,
            rx.cond(DrawState.plays, rx.fragment(), c.replay(_IT.replayed)),
            c.verifier(_IT.replayed),
            rx.cond(_IT.is_large, _large(), rx.fragment()),
            rx.el.div(
                _file("Download the bundle", _IT.bundle, f"{_IT.proof_id}.json"),
                _file("Download the verifier", "/verify.py", True),
                class_name="row",
            ),
            class_name="stack gap-5",
        ),
        keeps,
    )


def _large() -> rx.Component:
    return c.notice(
        rx.el.p(
            f"The list has {_IT.listed}. Here the pick is checked against the fingerprint of the "
            "list. The bundle has the whole list, and the verifier checks every line of it."
        )
    )


def _file(words: str, href: Any, name: Any) -> rx.Component:
    return c.file_link(
        c.icon("download"), words, href=href, download=name, class_name="btn btn-small"
    )


def _search() -> rx.Component:
    return c.card(ticket_search(DrawState, "Find a ticket of this draw", "42"))


def _log() -> rx.Component:
    return c.card(
        rx.el.ol(rx.foreach(DrawState.log, _log_line), class_name="divided"),
        title="What was published, and when",
        action=c.file_link("As data", href=_IT.log_href, class_name="small"),
    )


def _log_line(line: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(line.title, class_name="strong"),
            rx.el.span(line.when, class_name="quiet tiny num"),
            class_name="between",
        ),
        rx.el.p(line.words, class_name="small"),
        rx.el.p(line.hash, class_name="code quiet tiny"),
        class_name="stack gap-1",
        key=line.seq,
    )
