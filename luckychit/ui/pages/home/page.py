"""/."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.live import LiveState
from luckychit.ui.pages.draws.lines import draw_list
from luckychit.ui.pages.home.state import HomeState
from luckychit.ui.pots import DailyPot

_TODAY = HomeState.today
# For the type checker: here they are Vars.
_WINNERS: Any = HomeState.winners
_LINES: Any = HomeState.lines
_STEPS = (
    (
        "Sealed before it begins",
        (
            "Before the first ticket is sold, the fingerprint of a secret is public. Nobody, "
            "we included, can change it afterwards. Each ticket is sealed as it is bought."
        ),
    ),
    (
        "Frozen before anyone can know",
        (
            "At 00:00 UTC the list of tickets gets one fingerprint of its own. Only then come "
            "the numbers that pick from it: the opened secret and, outside the demo, public "
            "randomness that nobody can steer."
        ),
    ),
    (
        "Checked by you",
        (
            "Your own browser works the winner out again from the published numbers. Or a small "
            "program does, without this site and without the internet."
        ),
    ),
)


def page() -> rx.Component:
    """Draw the public start."""
    return shell.public_frame(
        rx.el.section(
            rx.el.div(
                rx.el.h1("Save together. Draw in the open."),
                rx.el.p(
                    "Chit circles, where everyone pays in each month and one seat takes the pot. "
                    "A daily draw with one pot and one winner. Anyone can check every result.",
                    class_name="lede",
                ),
                rx.el.div(
                    rx.match(
                        LiveState.role,
                        ("manager", _door("Open my circles", "/manage")),
                        ("member", _door("Play today", "/app/lottery")),
                        ("admin", _door("Administration", "/admin")),
                        _door("Create an account", "/sign-up"),
                    ),
                    c.link_button("Check a draw", href="/draws"),
                    class_name="row",
                ),
                class_name="stack gap-5",
            ),
            _pot(),
            class_name="hero",
        ),
        rx.el.section(
            rx.el.h2("Fair in three steps"),
            rx.el.ol(*(_step(title, words) for title, words in _STEPS), class_name="cols-3 steps"),
            class_name="stack gap-5 fair-steps",
        ),
        rx.el.div(
            c.card(
                c.rows_or(
                    HomeState.is_ready,
                    HomeState.winners,
                    rx.el.ul(rx.foreach(_WINNERS, _winner)),
                    c.empty_state(
                        "No ticket has won yet", "The first winner is picked at 00:00 UTC."
                    ),
                ),
                title="Past winners",
                action=c.link("All draws", href="/draws"),
                flush=True,
            ),
            rx.cond(
                _LINES.length() > 0,
                c.card(draw_list(HomeState.lines), title="Draws of circles", flush=True),
                rx.fragment(),
            ),
            class_name="cols-2 latest",
        ),
        # Last, so that the clock's files do not hold up the first sight of the page.
        c.fair_code(),
    )


def _door(words: str, href: str) -> rx.Component:
    return c.link_button(words, href=href, look="primary")


def _step(title: str, words: str) -> rx.Component:
    return rx.el.li(rx.el.h3(title), rx.el.p(words, class_name="quiet"), class_name="promise")


def _pot() -> rx.Component:
    closed = rx.el.div(
        rx.el.span("Today's pot", class_name="eyebrow"),
        rx.el.p("The next draw opens in a moment.", class_name="quiet"),
        class_name="card card-lift stack home-pot",
    )
    selling = rx.el.div(
        rx.el.div(
            rx.el.span("Today's pot", class_name="eyebrow"),
            rx.el.span(_TODAY.day, class_name="quiet small"),
            class_name="between",
        ),
        c.live_pot(prize=DailyPot.prize, entry_count=DailyPot.entry_count),
        rx.el.div(
            rx.el.span("Drawn at 00:00 UTC, in", class_name="quiet small"),
            rx.el.span(
                rx.cond(
                    _TODAY.locks_ms > 0,
                    c.countdown(_TODAY.locks_ms, skew_ms=LiveState.skew_ms, done="Closing now"),
                    c.skeleton("7rem", "1.1em"),
                ),
                class_name="money-large",
            ),
            class_name="pot-clock",
        ),
        rx.el.div(
            rx.el.span(
                rx.cond(_TODAY.price != "", f"{_TODAY.price} a ticket", ""), class_name="small"
            ),
            c.link(
                "Rules and seal",
                href=rx.cond(_TODAY.href != "", _TODAY.href, "/draws"),
                class_name="tap",
            ),
            class_name="between small quiet pot-foot",
        ),
        class_name="card card-lift stack home-pot",
    )
    return rx.cond(HomeState.is_ready & (_TODAY.draw_id == ""), closed, selling)


def _winner(won: Any) -> rx.Component:
    return rx.el.li(
        c.link(
            rx.el.span(
                rx.el.span(
                    f"Ticket {won.number}",
                    rx.cond(won.name != "", f" · {won.name}", ""),
                    class_name="strong num",
                ),
                rx.el.span(f"{won.day} · {won.entry_words}", class_name="quiet tiny"),
                class_name="stack gap-0 grow",
            ),
            c.money(won.prize, class_name="strong luck"),
            href=won.href,
            class_name="list-link",
        ),
        key=won.draw_id,
    )
