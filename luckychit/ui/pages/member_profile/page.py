"""/app/profile."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.member_play.page import play_link
from luckychit.ui.pages.member_profile.state import MemberProfileState as State
from luckychit.ui.pages.member_shared.balance import balance_link
from luckychit.ui.pages.member_shared.waiting import once_ready

_IT = State.profile


def page() -> rx.Component:
    """Draw the own account: who, password, looks, signed-in browsers, the way out."""
    return shell.member_frame(
        once_ready(
            State.is_ready,
            c.card(_who()),
            c.card(balance_link(State.balance), flush=True),
            _settings(),
            play_link(),
            _sessions(),
            shell.sign_out(),
        ),
        _end_dialog(),
        here="profile",
        title="Profile",
    )


def _settings() -> rx.Component:
    return c.card(
        c.link(
            rx.el.div(
                rx.el.span("Password", class_name="strong"),
                rx.el.span(_IT.password, class_name="quiet small"),
                class_name="stack gap-0 grow",
            ),
            href="/change-password",
            class_name="list-link",
        ),
        rx.el.div(
            rx.el.span("Light or dark", class_name="strong grow"),
            shell.theme_toggle(),
            class_name="row no-wrap setting",
        ),
        flush=True,
    )


def _sessions() -> rx.Component:
    return c.card(
        rx.el.ul(rx.foreach(State.sessions, _session), class_name="divided"),
        title="Where you are signed in",
    )


def _who() -> rx.Component:
    return rx.el.div(
        c.avatar(_IT.initials),
        rx.el.div(
            rx.el.span(_IT.full_name, class_name="strong"),
            rx.el.span(_IT.mobile_number, class_name="num"),
            rx.el.span("With LuckyChit since ", _IT.since, class_name="quiet small"),
            class_name="stack gap-0 grow",
        ),
        class_name="row no-wrap",
    )


def _session(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(one.device, class_name="strong"),
            rx.el.span(one.detail, class_name="quiet small num"),
            class_name="stack gap-0 grow",
        ),
        rx.cond(
            one.is_current,
            c.chip("This one", "good"),
            c.button(
                "End",
                small=True,
                on_click=State.choose(one.session_id),
                aria_label=f"End the session of {one.device}",
            ),
        ),
        class_name="row no-wrap",
        key=one.session_id,
    )


def _end_dialog() -> rx.Component:
    return c.confirm_dialog(
        "end-session",
        "Sign this browser out?",
        rx.el.p(State.chosen.device, class_name="strong"),
        rx.el.p(State.chosen.detail, class_name="quiet num"),
        rx.el.p("Whoever uses it has to sign in again."),
        act="Sign it out",
        on_submit=State.end,
        is_bad=True,
    )
