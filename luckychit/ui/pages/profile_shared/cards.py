"""The cards of the own account: drawn on the pages of members, managers and admins."""

from typing import Any

import reflex as rx

from luckychit.domain.users.service import LANGUAGES
from luckychit.ui import components as c
from luckychit.ui.looks import theme_choice

_LANGUAGE_NAMES = {"en": "English", "hi": "हिन्दी"}
EXPORT = "/api/user/export"


def identity_card(state: Any) -> rx.Component:
    """Draw who it is, and the ways to sign in, each with the way to change it."""
    it = state.account
    return c.card(
        rx.el.div(
            c.avatar(it.initials),
            rx.el.div(
                rx.el.span(it.full_name, class_name="strong"),
                rx.el.span("Joined ", it.since, class_name="quiet small"),
                class_name="stack gap-0 grow",
            ),
            _opener("Change", "name", "Change your name"),
            class_name="row no-wrap setting",
        ),
        setting(
            "Mobile number",
            rx.cond(it.mobile_shown != "", it.mobile_shown, "None"),
            _adder(it.mobile_number, "mobile_number", "your mobile number"),
        ),
        setting(
            "E-mail",
            rx.cond(it.email != "", it.email, "None"),
            _adder(it.email, "email", "your e-mail address"),
            note=it.email_words,
        ),
        setting(
            "Username",
            rx.cond(it.username != "", it.username, "None"),
            _adder(it.username, "username", "your username"),
        ),
        flush=True,
        class_name="settings",
    )


def play_card(state: Any, *more: rx.Component) -> rx.Component:
    """Draw how a winner is shown, the date of birth, and what more there is of play."""
    it = state.account
    return c.card(
        setting(
            "Shown name",
            rx.cond(it.public_name != "", it.public_name, "None: only your ticket is shown"),
            _adder(it.public_name, "public_name", "your shown name"),
        ),
        setting(
            "Date of birth",
            rx.cond(it.birth_date != "", it.birth_date, "Not given"),
            rx.cond(
                it.birth_date != "",
                rx.fragment(),
                _opener("Give", "birth_date", "Give your date of birth"),
            ),
        ),
        *more,
        title="When you play",
        flush=True,
        class_name="settings",
    )


def preferences_card(state: Any) -> rx.Component:
    """Draw light or dark, and the language of letters."""
    return c.card(
        rx.el.div(
            rx.el.span("Light or dark", class_name="strong"),
            theme_choice(),
            class_name="between setting",
        ),
        rx.el.div(
            rx.el.label("Language of our letters", html_for="language", class_name="strong"),
            rx.el.select(
                *(rx.el.option(_LANGUAGE_NAMES[one], value=one, lang=one) for one in LANGUAGES),
                id="language",
                value=state.account.language,
                on_change=state.choose_language,
                class_name="input of-words",
            ),
            class_name="between setting",
        ),
        title="Looks and letters",
        flush=True,
        class_name="settings",
    )


def security_card(state: Any, *more: rx.Component) -> rx.Component:
    """Draw the password, what more there is, and where the person is signed in."""
    return c.card(
        c.link(
            rx.el.div(
                rx.el.span("Password", class_name="strong"),
                rx.el.span(state.account.password, class_name="quiet small"),
                class_name="stack gap-0 grow",
            ),
            href="/change-password",
            class_name="list-link",
        ),
        *more,
        rx.el.div(
            rx.el.h3("Where you are signed in"),
            rx.el.ul(
                rx.foreach(state.sessions, lambda one: _session(state, one)), class_name="divided"
            ),
            rx.cond(
                state.has_others,
                c.button("Sign out everywhere else", opens="end-others"),
                rx.fragment(),
            ),
            class_name="stack setting devices",
        ),
        title="Security",
        flush=True,
        class_name="settings",
    )


def in_two_columns(state: Any, *secured: rx.Component, can_close: bool = True) -> rx.Component:
    """Draw the account of those at a desk: who and how, beside what keeps it safe.

    Args:
        state: A state with the mixin ``OwnAccount``.
        *secured: More lines of the card about security.
        can_close: As for :func:`data_card`.
    """
    return c.until_ready(
        state.is_ready,
        rx.el.div(
            rx.el.div(identity_card(state), preferences_card(state), class_name="stack gap-5"),
            rx.el.div(
                security_card(state, *secured),
                data_card(can_close=can_close),
                class_name="stack gap-5",
            ),
            class_name="cols-2 account",
        ),
        lines=6,
    )


def data_card(*, can_close: bool) -> rx.Component:
    """Draw the way to take everything along, and the way out.

    Args:
        can_close: False for administrators: one must always stay.
    """
    closing = [
        setting(
            "Close the account",
            "Nobody can sign in to it any more.",
            c.button("Close", look="bad", opens="close", aria_label="Close the account"),
        )
    ]
    return c.card(
        setting(
            "Everything we hold about you",
            "One file, at most once a minute.",
            c.file_link("Download", href=EXPORT, download=True, class_name="btn"),
        ),
        *(closing if can_close else []),
        title="Your data",
        flush=True,
        class_name="settings",
    )


def setting(name: str, value: Any, act: Any, *, note: Any = "") -> rx.Component:
    """Draw one line: what it is, how it stands, and what can be done about it."""
    return rx.el.div(
        rx.el.div(
            rx.el.span(name, class_name="strong"),
            rx.el.span(value, class_name="quiet"),
            rx.el.span(note, class_name="quiet small note"),
            class_name="stack gap-0 grow",
        ),
        act,
        class_name="row no-wrap setting",
    )


def _opener(words: str, dialog: str, label: str) -> rx.Component:
    return c.button(words, look="quiet", opens=dialog, aria_label=label)


def _adder(stored: Any, dialog: str, name: str) -> rx.Component:
    """Draw the way to change something, or to add it while there is none."""
    return rx.cond(
        stored != "",
        _opener("Change", dialog, f"Change {name}"),
        _opener("Add", dialog, f"Add {name}"),
    )


def _session(state: Any, one: Any) -> rx.Component:
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
                opens="end-session",
                on_click=state.choose(one.session_id),
                aria_label=f"End the session of {one.device}",
            ),
        ),
        class_name="row no-wrap",
        key=one.session_id,
    )
