"""/admin/trail."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.admin.tabs import tabs
from luckychit.ui.pages.admin_trail.state import AdminTrailState
from luckychit.ui.pages.trail_shared.table import entry_dialog, trail_card
from luckychit.ui.pages.trail_shared.wanted import KINDS

State: Any = AdminTrailState


def page() -> rx.Component:
    """Draw whether the chain holds, then who did what."""
    return shell.public_frame(
        rx.el.div(rx.el.h1("Audit trail"), class_name="page-head"),
        tabs("trail"),
        _chain(),
        trail_card(State, KINDS, files=_files(), admin=True),
        rx.el.p(
            "All times are UTC. Bought tickets are not listed here: the ledger and each draw's "
            "public log are their record. Failed sign-ins are in the server's log.",
            class_name="quiet small prose",
        ),
        entry_dialog(State),
    )


def _chain() -> rx.Component:
    check = c.button("Check the chain", on_click=State.check)
    stop = c.button("Stop", look="quiet", on_click=State.stop)
    return c.card(
        rx.el.div(
            rx.el.p(
                "Each entry is sealed with a hash over itself and all before it. The check "
                "recomputes every one.",
                class_name="quiet grow trail-about",
            ),
            rx.cond(State.is_checking, stop, check),
            class_name="between",
        ),
        rx.el.div(_standing(), role="status"),
    )


def _standing() -> rx.Component:
    bar = rx.el.div(
        c.progress_bar(State.check_share, State.check_text),
        rx.el.span(State.check_text, class_name="quiet small num"),
        class_name="stack gap-2",
    )
    holds = c.notice(
        c.icon("shield-check"),
        rx.el.div(
            rx.el.p(State.check_text, class_name="strong"),
            rx.el.p(
                "Write this head down outside of the server. Later it proves that nothing was "
                "cut off at the end: ",
                rx.el.code("python -m luckychit audit-trail verify --head"),
                class_name="small",
            ),
            rx.el.div(
                rx.el.span(State.head, class_name="code"),
                c.copy_button(State.head, "Copy head"),
                class_name="row",
            ),
            class_name="stack gap-2 grow",
        ),
        tone="good",
    )
    broken = c.notice(
        c.icon("triangle-alert"), rx.el.p(State.check_text, class_name="strong"), tone="bad"
    )
    return rx.cond(
        State.is_checking,
        bar,
        rx.match(State.check_tone, ("good", holds), ("bad", broken), rx.fragment()),
    )


def _files() -> rx.Component:
    def one(words: str, href: Any) -> rx.Component:
        return c.file_link(words, href=href, class_name="btn btn-small", download=True)

    return rx.el.div(
        one("Export CSV", State.csv_href),
        one("Export JSON", State.json_href),
        class_name="row gap-2",
    )
