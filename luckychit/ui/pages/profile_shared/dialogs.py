"""The dialogs of the own account: each changes one thing."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c


def account_dialogs(state: Any, *, can_play: bool = False, can_close: bool = True) -> rx.Component:
    """Draw every dialog of the account, closed.

    Args:
        state: A state with the mixin ``OwnAccount``.
        can_play: The page has the lines of those who may play.
        can_close: The page offers to close the account.
    """
    return rx.fragment(
        _name(state),
        _login(
            state,
            "mobile_number",
            "Mobile number",
            kind="tel",
            hint="Ten digits, or with the country's code.",
            input_mode="tel",
            auto_complete="tel",
        ),
        _login(
            state,
            "email",
            "E-mail address",
            kind="email",
            hint="We send a link to it, and tell the old address.",
            auto_complete="email",
        ),
        _login(
            state,
            "username",
            "Username",
            hint="3 to 30 letters, digits, dots or hyphens.",
            auto_complete="username",
            auto_capitalize="none",
            spell_check=False,
        ),
        *([_public_name(state), _birth_date(state)] if can_play else []),
        _end(state),
        _end_others(state),
        *([_close(state)] if can_close else []),
    )


def password_field(state: Any, dialog: str) -> rx.Component:
    """Draw the field for the current password in a dialog."""
    return c.password_field(
        "Current password",
        "current_password",
        id=f"{dialog}-password",
        error=state.problems[f"{dialog}-current_password"],
    )


def birth_date_field(error: Any) -> rx.Component:
    """Draw the field for the date of birth, which is given once.

    Args:
        error: State var: what is wrong with it, or "".
    """
    return c.field(
        "Date of birth",
        "birth_date",
        kind="date",
        auto_complete="bday",
        required=True,
        hint="Only you and administrators see it. Given once; only they can correct it.",
        error=error,
    )


def _name(state: Any) -> rx.Component:
    return c.dialog(
        "name",
        "Your name",
        c.form(
            c.field(
                "Name",
                "full_name",
                default_value=state.account.full_name,
                key=state.account.full_name,
                auto_complete="name",
                required=True,
                max_length=100,
                hint="As your organiser and the others in your circles see it.",
                error=state.problems["name-full_name"],
            ),
            c.dialog_actions(c.submit("Save")),
            on_submit=state.save_name,
        ),
    )


def _login(state: Any, what: str, label: str, **props: Any) -> rx.Component:
    stored = getattr(state.account, what)
    return c.dialog(
        what,
        f"Your {label[:1].lower()}{label[1:]}",
        c.form(
            rx.el.input(type="hidden", name="what", value=what, read_only=True),
            c.field(
                label,
                what,
                default_value=stored,
                key=stored,
                error=state.problems[f"{what}-{what}"],
                **props,
            ),
            password_field(state, what),
            rx.el.p(
                "You sign in with any of the three: mobile number, e-mail or username. One of "
                "them must stay.",
                class_name="quiet small",
            ),
            c.dialog_actions(c.submit("Save")),
            on_submit=state.save_login,
        ),
    )


def _public_name(state: Any) -> rx.Component:
    return c.dialog(
        "public_name",
        "Your shown name",
        c.form(
            c.field(
                "Shown name",
                "public_name",
                default_value=state.account.public_name,
                key=state.account.public_name,
                auto_complete="off",
                max_length=30,
                hint="Everybody sees it when your ticket wins. Empty: only the ticket is shown.",
                error=state.problems["public_name-public_name"],
            ),
            c.dialog_actions(c.submit("Save")),
            on_submit=state.save_public_name,
        ),
    )


def _birth_date(state: Any) -> rx.Component:
    return c.dialog(
        "birth_date",
        "Your date of birth",
        c.form(
            birth_date_field(state.problems["birth_date-birth_date"]),
            c.dialog_actions(c.submit("Save")),
            on_submit=state.save_birth_date,
        ),
    )


def _end(state: Any) -> rx.Component:
    return c.confirm_dialog(
        "end-session",
        "Sign this browser out?",
        rx.el.p(state.chosen.device, class_name="strong"),
        rx.el.p(state.chosen.detail, class_name="quiet num"),
        rx.el.p("Whoever uses it has to sign in again."),
        act="Sign it out",
        on_submit=state.end,
        is_bad=True,
    )


def _end_others(state: Any) -> rx.Component:
    return c.confirm_dialog(
        "end-others",
        "Sign out everywhere else?",
        "Only this browser stays signed in. All others have to sign in again.",
        act="Sign them out",
        on_submit=state.end_others,
        is_bad=True,
    )


def _close(state: Any) -> rx.Component:
    return c.confirm_dialog(
        "close",
        "Close your account?",
        "You are signed out everywhere, and nobody can sign in to the account any more. Only an "
        "administrator can open it again.",
        "What the books must keep stays in them: payments, draws, prizes and who made them. "
        "Download your data first if you want to have it.",
        act="Close the account",
        on_submit=state.close,
        fields=[password_field(state, "close")],
        is_bad=True,
    )
