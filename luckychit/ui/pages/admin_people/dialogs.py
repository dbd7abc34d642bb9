"""One person in full, and the questions before each act."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c


def person_dialog(state: Any) -> rx.Component:
    """Draw what is known of a person and what can be done."""
    it = state.person
    return c.dialog(
        "person",
        it.name,
        rx.el.div(
            rx.el.span(it.role, class_name="quiet"),
            c.chip(it.status_text, it.status),
            rx.cond(it.has_factor, c.chip("Second step", "open"), rx.fragment()),
            class_name="row gap-2",
        ),
        rx.cond(
            state.said_tone == "bad",
            c.notice_if(state.said, "bad"),
            c.notice_if(state.said, "good"),
        ),
        rx.el.dl(rx.foreach(it.facts, _fact), class_name="facts people-facts"),
        rx.cond(it.remark != "", rx.el.p(it.remark, class_name="quiet small"), rx.fragment()),
        rx.el.div(*_acts(it), class_name="people-acts"),
        c.dialog_actions(cancel="Done"),
        wide=True,
    )


def confirmations(state: Any) -> list[rx.Component]:
    """Draw the question before each act."""
    return [
        _renewal(state),
        _correction(state),
        _signing_out(state),
        _removal(state),
        _closing(state),
        _reopening(state),
    ]


def _fact(fact: Any) -> rx.Component:
    return rx.fragment(rx.el.dt(fact.name), rx.el.dd(fact.value))


def _acts(it: Any) -> list[rx.Component]:
    return [
        _act(
            it.can_renew,
            "New one-time password",
            "For a lost password. Shown to you once.",
            "Make one",
            "renew",
        ),
        _act(
            it.can_correct,
            "Correct the birth date",
            "People can give it only once.",
            "Correct",
            "correct",
        ),
        _act(
            it.can_sign_out,
            "Sign out everywhere",
            "For a lost device. The password stays.",
            "Sign out",
            "sign-out-person",
        ),
        _act(
            it.can_remove_factor,
            "Remove the second step",
            "For a lost phone without recovery codes.",
            "Remove",
            "remove-factor",
        ),
        _act(
            it.can_close,
            "Close the account",
            "Nobody can sign in to it any more.",
            "Close it",
            "close-account",
            look="bad",
        ),
        _act(
            it.can_reopen,
            "Open the account again",
            "With the password it had.",
            "Open it",
            "reopen-account",
        ),
    ]


def _act(
    may: Any, name: str, words: str, verb: str, dialog: str, *, look: str = ""
) -> rx.Component:
    line = rx.el.div(
        rx.el.div(
            rx.el.span(name, class_name="strong"),
            rx.el.span(words, class_name="quiet small"),
            class_name="stack gap-0 grow",
        ),
        c.button(verb, look=look, small=True, opens=dialog, aria_label=f"{verb}: {name}"),
        class_name="row no-wrap people-act",
    )
    return rx.cond(may, line, rx.fragment())


def _renewal(state: Any) -> rx.Component:
    return c.confirm_dialog(
        "renew",
        rx.el.span("New one-time password for ", state.person.name, "?"),
        "Make sure first that it is really this person who asks. Whoever has the one-time "
        "password has the account.",
        "Their present password stops working, and they are signed out on every device.",
        act="Make a new password",
        on_submit=state.renew,
    )


def _correction(state: Any) -> rx.Component:
    it = state.person
    return c.dialog(
        "correct",
        rx.el.span("Birth date of ", it.name),
        c.form(
            c.field(
                "Birth date",
                "birth_date",
                kind="date",
                default_value=it.born,
                required=True,
                auto_complete="off",
                hint="As a document shows it: games are for people of 18 and older.",
                error=state.problems["birth_date"],
            ),
            c.dialog_actions(c.submit("Correct it")),
            on_submit=state.correct_birth_date,
            # Drawn anew for each person: a field keeps what was typed by itself.
            key=f"{it.user_id}|{it.born}",
        ),
    )


def _signing_out(state: Any) -> rx.Component:
    return c.confirm_dialog(
        "sign-out-person",
        rx.el.span("Sign ", state.person.name, " out everywhere?"),
        "Every browser and program of theirs has to sign in again. Their password stays.",
        act="Sign them out",
        on_submit=state.sign_out,
        is_bad=True,
    )


def _removal(state: Any) -> rx.Component:
    return c.confirm_dialog(
        "remove-factor",
        rx.el.span("Remove the second step of ", state.person.name, "?"),
        "For somebody who lost the phone and the recovery codes. Make sure first that it is "
        "really this person who asks.",
        "They are signed out on every device, and the password alone signs in until they switch "
        "the second step on again. A letter tells them, if they have an e-mail address.",
        act="Remove it",
        on_submit=state.remove_factor,
        is_bad=True,
    )


def _closing(state: Any) -> rx.Component:
    return c.confirm_dialog(
        "close-account",
        rx.el.span("Close the account of ", state.person.name, "?"),
        "They are signed out on every device, and nobody can sign in to the account until an "
        "administrator opens it again.",
        state.person.what_stays,
        act="Close the account",
        on_submit=state.close,
        is_bad=True,
    )


def _reopening(state: Any) -> rx.Component:
    return c.confirm_dialog(
        "reopen-account",
        rx.el.span("Open the account of ", state.person.name, " again?"),
        "They can sign in again with the password they had.",
        act="Open the account",
        on_submit=state.reopen,
    )
