"""/draws/[draw_id]."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.live import LiveState
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
                rx.cond(DrawState.plays, c.replay(_IT.bundle, autoplay=True), rx.fragment()),
                _result(),
                _check(),
                _log(),
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
        rx.el.p(_IT.group, " · ", rx.el.span(_IT.draw_id, class_name="nowrap"), class_name="quiet"),
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
            rx.el.span(_IT.winner, class_name="money-huge"),
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
                rx.el.p("The result is being worked out.", class_name="money-large"),
            ),
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
        ("When", _IT.when),
        ("Randomness", _IT.randomness),
    )
    drawn = [
        rx.cond(value != "", rx.fragment(rx.el.dt(name), rx.el.dd(value)), rx.fragment())
        for name, value in rows
    ]
    return rx.el.dl(*drawn, class_name="facts small")


def _check() -> rx.Component:
    keeps = c.remember(_IT.draw_id, _IT.commit_hash, _IT.lock_hash)
    return rx.cond(
        _IT.status == "drawn",
        rx.el.div(
            keeps,
            rx.cond(DrawState.plays, rx.fragment(), c.replay(_IT.bundle)),
            c.verifier(_IT.bundle),
            rx.el.div(
                c.file_link(
                    c.icon("download"),
                    "Download the bundle",
                    href=_IT.bundle,
                    download=f"{_IT.draw_id}.json",
                    class_name="btn btn-small",
                ),
                c.file_link(
                    c.icon("download"),
                    "Download the verifier",
                    href="/verify.py",
                    download=True,
                    class_name="btn btn-small",
                ),
                class_name="row",
            ),
            class_name="stack gap-5",
        ),
        keeps,
    )


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
