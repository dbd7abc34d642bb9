"""/."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.live import LiveState
from luckychit.ui.pages.draws.lines import draw_list
from luckychit.ui.pages.home.state import HomeState

# Drawn until (or unless) there is a real one: a circle of twenty, one seat lit.
_EXAMPLE_SEATS = 20
_EXAMPLE = ["won" if seat == 2 else "paid" for seat in range(_EXAMPLE_SEATS)]
_PROMISES = (
    (
        "Nobody can steer a draw",
        (
            "Each draw is sealed in public before it opens. Whoever runs the circle cannot change "
            "the seal afterwards, and cannot choose the seat it opens to."
        ),
    ),
    (
        "Every rupee has its place",
        (
            "Payments, prizes and commission are written twice, in books that cannot be edited. "
            "A mistake is corrected in the open, with its reason."
        ),
    ),
    (
        "Anyone can check",
        (
            "No account, no trust in us: your own browser works out the result again from the "
            "published numbers, or a small program does it without the internet."
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
                    "LuckyChit runs chit circles: everyone pays in each month, one seat takes the "
                    "pot, and the draw that picks it can be checked by anyone.",
                    class_name="lede",
                ),
                rx.el.div(
                    rx.match(
                        LiveState.role,
                        ("manager", _door("Open my circles", "/manage")),
                        ("member", _door("Open my circles", "/app")),
                        ("admin", _door("Administration", "/admin")),
                        _door("Sign in to your circle", "/sign-in"),
                    ),
                    c.link_button("Check a draw", href="/draws"),
                    class_name="row",
                ),
                class_name="stack gap-5",
            ),
            _ring(),
            class_name="hero",
        ),
        rx.el.section(
            rx.el.h2("What we promise", class_name="sr-only"),
            *(_promise(title, words) for title, words in _PROMISES),
            class_name="cols-3 promises",
        ),
        c.card(
            c.rows_or(
                HomeState.is_ready,
                HomeState.lines,
                draw_list(HomeState.lines),
                c.empty_state(
                    "No draw has ended yet",
                    "The first one will appear here the moment it is drawn.",
                ),
            ),
            title="Latest draws",
            action=c.link("All draws", href="/draws"),
            flush=True,
            class_name="latest",
        ),
    )


def _door(words: str, href: str) -> rx.Component:
    return c.link_button(words, href=href, look="primary")


def _promise(title: str, words: str) -> rx.Component:
    return rx.el.div(rx.el.h3(title), rx.el.p(words, class_name="quiet"), class_name="promise")


def _ring() -> rx.Component:
    real = c.seat_ring(
        HomeState.ring,
        HomeState.newest.seats,
        rx.el.span("Latest draw", class_name="eyebrow"),
        rx.el.span(f"Seat {HomeState.newest.winner_seat}", class_name="money-huge"),
        c.money(HomeState.newest.prize, class_name="strong"),
        c.link("See the proof", href=HomeState.newest.href, class_name="small"),
        label=f"Latest draw: {HomeState.newest.winner} won {HomeState.newest.prize}",
        large=True,
    )
    example = c.seat_ring(
        _EXAMPLE,
        _EXAMPLE_SEATS,
        rx.el.span("One circle", class_name="eyebrow"),
        rx.el.span("20 seats", class_name="money-huge"),
        rx.el.span("one lit each month", class_name="quiet"),
        label="A circle of twenty seats, one of them lit",
        large=True,
    )
    return rx.cond(HomeState.newest.winner_seat > 0, real, example)
