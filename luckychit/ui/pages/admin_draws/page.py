"""/admin/draws."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.admin.tabs import tabs
from luckychit.ui.pages.admin_draws.state import AdminDrawsState as State
from luckychit.ui.pots import DailyPot


def page() -> rx.Component:
    """Draw today's pot as it moves, then the newest draws with their steps."""
    return shell.public_frame(
        rx.el.div(rx.el.h1("Daily draws"), class_name="page-head"),
        tabs("draws"),
        _today(),
        rx.cond(
            State.late_text != "",
            c.notice(c.icon("triangle-alert"), State.late_text, tone="bad"),
            rx.fragment(),
        ),
        c.card(
            c.rows_or(
                State.is_ready,
                State.draws,
                rx.el.div(rx.foreach(State.draws, _draw)),
                c.empty_state(
                    "No draw yet",
                    "The first one opens within a second of the server's start.",
                ),
            ),
            flush=True,
        ),
        rx.el.p("All times are UTC; a day's draw locks at 00:00:00.", class_name="quiet small"),
    )


def _today() -> rx.Component:
    return c.card(
        rx.el.div(
            rx.el.span("On sale now", class_name="eyebrow"),
            rx.el.span(DailyPot.draw_id, class_name="quiet small num"),
            class_name="between",
        ),
        c.live_pot(prize=DailyPot.prize, entry_count=DailyPot.entry_count),
        look="brand",
    )


def _draw(line: Any) -> rx.Component:
    return rx.el.details(
        rx.el.summary(
            rx.el.span(line.day, class_name="strong num"),
            c.chip(line.status_text, line.status),
            rx.el.span(
                line.note,
                class_name=rx.cond(line.is_late, "bad", "quiet") + " small grow admin-note",
            ),
            rx.el.span(line.prize, class_name="money"),
        ),
        rx.el.div(_steps(line), _facts(line), class_name="admin-draw"),
        class_name="admin-fold",
        open=line.is_newest,
        key=line.draw_id,
    )


def _steps(line: Any) -> rx.Component:
    return rx.el.ol(rx.foreach(line.steps, _step), class_name="admin-steps")


def _step(step: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(step.words, class_name="strong"),
            rx.el.span(
                step.state_text,
                class_name=rx.match(
                    step.state, ("late", "bad small"), ("done", "good small"), "quiet small"
                ),
            ),
            class_name="between",
        ),
        rx.el.time(step.when, date_time=step.moment, class_name="small quiet num"),
        rx.cond(step.why != "", rx.el.p(step.why, class_name="small"), rx.fragment()),
        rx.cond(
            step.log_hash != "",
            rx.el.code(step.log_hash, class_name="code tiny quiet clip", title="In the public log"),
            rx.fragment(),
        ),
        class_name=f"admin-step is-{step.state}",
        key=step.name,
    )


def _facts(line: Any) -> rx.Component:
    rows = [
        ("Tickets", line.tickets),
        ("Players", line.players),
        ("Sold", line.sold),
        ("Fee", line.fee),
        ("Prize", line.prize),
    ]
    pairs = [part for name, value in rows for part in (rx.el.dt(name), rx.el.dd(value))]
    return rx.el.div(
        rx.el.dl(*pairs, class_name="facts num"),
        rx.cond(
            line.winner != "",
            rx.el.p("Won by ticket ", rx.el.span(line.winner, class_name="num strong")),
            rx.fragment(),
        ),
        rx.cond(
            line.refund_share >= 0,
            rx.el.div(
                rx.el.span(line.refund_text, class_name="small"),
                c.progress_bar(line.refund_share, line.refund_text),
                class_name="stack gap-1",
            ),
            rx.fragment(),
        ),
        rx.cond(
            line.proof_href != "",
            rx.el.div(
                c.link("Public proof", href=line.proof_href),
                c.file_link("Public log", href=line.log_href),
                class_name="row gap-5",
            ),
            rx.fragment(),
        ),
        class_name="stack gap-3",
    )
