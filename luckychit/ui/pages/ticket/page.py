"""/tickets/[ticket_id]."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.components import play
from luckychit.ui.live import LiveState
from luckychit.ui.pages.ticket.state import TicketState

_IT = TicketState.ticket


def page() -> rx.Component:
    """Draw a ticket: what it is, what came of it, how to check it."""
    return shell.public_frame(
        c.fair_code(),
        play.play_code(),
        rx.cond(
            TicketState.is_ready,
            rx.el.div(
                rx.cond(_IT.is_mine, _back(), rx.fragment()),
                _stub(),
                _facts(),
                _proof(),
                _owner(),
                class_name="stack gap-5",
            ),
            c.skeleton_lines(8),
        ),
        narrow=True,
        missing=TicketState.missing,
    )


def _back() -> rx.Component:
    return c.link(c.icon("chevron-left", 18), "Lottery", href="/app/lottery", class_name="back")


def _stub() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.div(
                rx.el.span(rx.cond(_IT.is_mine, "Your ticket", "Ticket"), class_name="eyebrow"),
                rx.el.h1(_IT.number, class_name="ticket-number num"),
                rx.el.p(_IT.place, class_name="quiet"),
                class_name="stack gap-1",
            ),
            c.chip(_IT.chip_text, _IT.chip),
            class_name="between top no-wrap",
        ),
        rx.el.div(
            rx.cond(
                _IT.prize != "",
                c.money(_IT.prize, size="large", class_name="luck"),
                rx.fragment(),
            ),
            rx.el.p(_IT.outcome_words),
            rx.el.div(
                c.link(_IT.draw_title, href=_IT.draw_href),
                rx.el.span(_IT.ticket_id, class_name="quiet small nowrap"),
                class_name="between gap-1",
            ),
            class_name="stack gap-2 ticket-foot",
        ),
        class_name=rx.cond(_IT.outcome == "won", "ticket ticket-won", "ticket"),
    )


def _facts() -> rx.Component:
    return c.card(
        rx.el.dl(
            rx.el.dt("Bought"),
            rx.el.dd(
                _IT.bought,
                rx.el.span(
                    play.local_moment(_IT.bought_ms, skew_ms=LiveState.skew_ms),
                    " for you",
                    class_name="quiet block",
                ),
            ),
            rx.el.dt("Price"),
            rx.el.dd(c.money(_IT.price)),
            rx.el.dt("Phrase"),
            rx.el.dd(
                rx.el.q(_IT.phrase, class_name="phrase"),
                rx.cond(_IT.is_mine, play.kept(_IT.draw_id, _IT.phrase), rx.fragment()),
            ),
            rx.el.dt("Seal"),
            rx.el.dd(
                rx.cond(
                    _IT.is_seal_intact,
                    rx.el.span(_IT.seal_words),
                    rx.el.span(_IT.seal_words, class_name="bad strong"),
                ),
            ),
            class_name="facts small ticket-facts",
        ),
        rx.el.details(
            rx.el.summary(rx.el.span("The seal itself")),
            rx.el.p(_IT.seal, class_name="code quiet tiny"),
            class_name="fold-plain",
        ),
    )


def _proof() -> rx.Component:
    return rx.cond(
        _IT.has_file,
        rx.el.div(
            c.verifier(_IT.file),
            c.card(
                rx.el.p(
                    "Without this site, and without the internet: keep the ticket's file and the "
                    "small program, and run it where both are.",
                    class_name="small",
                ),
                rx.el.div(
                    _file("The ticket's file", _IT.file, _IT.file_name),
                    _file("The program", "/verify.py", True),
                    class_name="row",
                ),
                rx.el.div(
                    rx.el.p(_IT.command, class_name="code code-line grow"),
                    c.copy_button(_IT.command),
                    class_name="row",
                ),
                title="Check it elsewhere",
            ),
            class_name="stack gap-5",
        ),
        rx.cond(_IT.later != "", c.notice(rx.el.p(_IT.later, class_name="small")), rx.fragment()),
    )


def _file(words: str, href: object, name: object) -> rx.Component:
    return c.file_link(
        c.icon("download"), words, href=href, download=name, class_name="btn btn-small"
    )


def _owner() -> rx.Component:
    return c.card(
        rx.el.p(
            "The list names owners only by a blinded mark, so nobody can read from it who "
            "plays. Whoever owns a ticket can open the mark.",
            class_name="small quiet",
        ),
        rx.el.p(_IT.owner, class_name="code tiny"),
        rx.cond(
            _IT.is_mine,
            rx.el.details(
                rx.el.summary(rx.el.span("What opens it, for you alone")),
                rx.el.dl(
                    rx.el.dt("Your number here"),
                    rx.el.dd(_IT.owner_id, class_name="code"),
                    rx.el.dt("Salt"),
                    rx.el.dd(_IT.salt, class_name="code"),
                    class_name="facts tiny",
                ),
                rx.el.p(
                    "The file you download while signed in holds both. Show it only to people "
                    "who may know that this ticket is yours.",
                    class_name="small quiet",
                ),
                class_name="fold-plain",
            ),
            rx.fragment(),
        ),
        title="Whose it is",
    )
