"""Two-step sign-in as it is drawn on the pages of managers and admins."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui.pages.profile_shared.cards import setting
from luckychit.ui.pages.profile_shared.dialogs import password_field


def factor_setting(state: Any) -> rx.Component:
    """Draw whether a code is asked for at sign-in, and what can be done about it."""
    it = state.account
    is_on = rx.fragment(
        setting(
            "Two-step sign-in",
            "On: your password and a code of your app.",
            c.button(
                "Turn off", look="quiet", opens="factor-off", aria_label="Turn two-step sign-in off"
            ),
        ),
        setting(
            "Recovery codes",
            it.codes_left,
            c.button("New codes", look="quiet", opens="factor-codes"),
        ),
    )
    is_off = setting(
        "Two-step sign-in",
        "Off: your password alone opens the books.",
        c.button("Turn on", opens="factor-on", aria_label="Turn two-step sign-in on"),
    )
    return rx.cond(it.has_factor, is_on, is_off)


def recovery_card(state: Any) -> rx.Component:
    """Draw the recovery codes while they are shown; printing prints only them."""
    return rx.cond(
        state.recovery_codes.length() > 0,
        rx.el.section(
            rx.el.div(
                rx.el.div(
                    rx.el.h2("Your recovery codes"),
                    rx.el.p(
                        "Shown this once. If you lose your phone, each of them stands in once "
                        "for a code of the app. Keep them where your phone is not.",
                        class_name="quiet small prose",
                    ),
                    class_name="stack gap-1",
                ),
                rx.el.div(
                    c.copy_button(state.recovery_text, "Copy all"),
                    c.button("Print", small=True, custom_attrs={"data-prints": ""}),
                    c.button(
                        "I have kept them", small=True, look="primary", on_click=state.forget_codes
                    ),
                    class_name="row gap-2 no-print",
                ),
                class_name="between top",
            ),
            rx.el.ol(
                rx.foreach(
                    state.recovery_codes, lambda one: rx.el.li(one, class_name="code", key=one)
                ),
                class_name="recovery-codes",
            ),
            class_name="card stack slips-card",
            role="status",
        ),
        rx.fragment(),
    )


def factor_dialogs(state: Any) -> rx.Component:
    """Draw the dialogs of two-step sign-in, closed."""
    return rx.fragment(_on(state), _off(state), _codes(state))


def _on(state: Any) -> rx.Component:
    return c.dialog(
        "factor-on",
        "Turn two-step sign-in on",
        rx.cond(state.setup.secret == "", _first(state), _second(state)),
    )


def _first(state: Any) -> rx.Component:
    return c.form(
        rx.el.p(
            "You need an authenticator app on your phone, such as Aegis, 2FAS or Google "
            "Authenticator. From then on, signing in asks for a code it shows.",
            class_name="quiet",
        ),
        password_field(state, "factor-on"),
        c.dialog_actions(c.submit("Go on")),
        on_submit=state.begin_factor,
    )


def _second(state: Any) -> rx.Component:
    return c.form(
        rx.el.p("Let the app's camera read this, or type the key into it."),
        rx.el.svg(
            rx.el.path(d=state.setup.qr, custom_attrs={"shapeRendering": "crispEdges"}),
            view_box=state.setup.view_box,
            class_name="qr centred",
            role="img",
            aria_label="QR code for your authenticator app",
        ),
        rx.el.div(
            rx.el.span(state.setup.spaced, class_name="code factor-key"),
            c.copy_button(state.setup.secret, "Copy key"),
            class_name="between",
        ),
        code_field(state, "factor-on", "The code it shows"),
        c.dialog_actions(
            c.button(
                "Cancel",
                look="quiet",
                on_click=state.forget_setup,
                custom_attrs={"data-closes": ""},
            ),
            c.submit("Turn on"),
            cancel="",
        ),
        on_submit=state.confirm_factor,
    )


def _off(state: Any) -> rx.Component:
    return c.dialog(
        "factor-off",
        "Turn two-step sign-in off?",
        rx.el.p("Then your password alone opens the books of your circles.", class_name="quiet"),
        c.form(
            password_field(state, "factor-off"),
            code_field(state, "factor-off", "Code of the app, or a recovery code"),
            c.dialog_actions(c.submit("Turn off", look="bad")),
            on_submit=state.stop_factor,
        ),
    )


def _codes(state: Any) -> rx.Component:
    return c.dialog(
        "factor-codes",
        "New recovery codes",
        rx.el.p("You get ten new ones; the old ones are worth nothing then.", class_name="quiet"),
        c.form(
            code_field(state, "factor-codes", "Code of the app"),
            c.dialog_actions(c.submit("Make new codes")),
            on_submit=state.renew_codes,
        ),
    )


def code_field(state: Any, dialog: str, label: str) -> rx.Component:
    """Draw the field for a code in a dialog."""
    return c.field(
        label,
        "code",
        id=f"{dialog}-code",
        auto_complete="one-time-code",
        auto_capitalize="none",
        spell_check=False,
        input_mode="text" if "recovery" in label else "numeric",
        required=True,
        max_length=40,
        error=state.problems[f"{dialog}-code"],
    )
