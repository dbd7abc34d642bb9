"""/app/profile."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.member_profile.breaks import CHOICES
from luckychit.ui.pages.member_profile.state import MemberProfileState as State
from luckychit.ui.pages.member_shared.balance import balance_link
from luckychit.ui.pages.member_shared.waiting import once_ready
from luckychit.ui.pages.profile_shared import cards, dialogs

_PLANNED = State.planned
# For the type checker: here it is a Var.
_UNTIL: Any = State.break_until


def page() -> rx.Component:
    """Draw the own account: who, play, looks, what keeps it safe, the way out."""
    return shell.member_frame(
        once_ready(
            State.is_ready,
            cards.identity_card(State),
            c.card(balance_link(State.balance), flush=True),
            cards.play_card(State),
            _break(),
            cards.preferences_card(State),
            cards.security_card(State),
            cards.data_card(can_close=True),
            shell.sign_out(),
        ),
        dialogs.account_dialogs(State, can_play=True),
        _break_dialog(),
        _confirm_break_dialog(),
        here="profile",
        title="Profile",
    )


def _break() -> rx.Component:
    running = rx.fragment(
        c.notice(rx.el.p("No games until ", rx.el.span(_UNTIL, class_name="strong"), ".")),
        rx.el.p(
            "Tickets you have stay in their draws, and what they win is yours. Nobody can end "
            "the break early.",
            class_name="quiet small",
        ),
        c.button("Make it longer", wide=True, opens="break"),
    )
    none = rx.fragment(
        rx.el.p(
            "No tickets and no rooms for a while. Your circles, payments and prizes go on as "
            "they are.",
            class_name="quiet small",
        ),
        c.button("Take a break", wide=True, opens="break"),
    )
    return c.card(rx.cond(_UNTIL != "", running, none), title="Take a break from games")


def _break_dialog() -> rx.Component:
    return c.dialog(
        "break",
        "How long should the break be?",
        c.form(
            c.choices("From now on", "days", CHOICES, chosen="7"),
            c.dialog_actions(c.submit("Go on")),
            on_submit=State.ask_break,
        ),
    )


def _confirm_break_dialog() -> rx.Component:
    return c.confirm_dialog(
        "confirm-break",
        rx.el.span("No games for ", _PLANNED.lasts, "?"),
        rx.el.p("Until ", rx.el.span(_PLANNED.until, class_name="strong"), "."),
        rx.el.p(
            "This cannot be undone. Nobody can end it early: not you, not your organiser, not us. "
            "Tickets you have already stay in their draws."
        ),
        act="Take the break",
        on_submit=State.take_break,
        is_bad=True,
    )
