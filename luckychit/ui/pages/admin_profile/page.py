"""/admin/profile."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.admin.tabs import tabs
from luckychit.ui.pages.admin_profile.state import AdminProfileState as State
from luckychit.ui.pages.profile_shared import cards, dialogs, factor


def page() -> rx.Component:
    """Draw the own account in two columns; an administrator cannot close it."""
    return shell.public_frame(
        rx.el.h1("Your account"),
        tabs("profile"),
        factor.recovery_card(State),
        c.until_ready(
            State.is_ready,
            rx.el.div(
                rx.el.div(
                    cards.identity_card(State),
                    cards.preferences_card(State),
                    class_name="stack gap-5",
                ),
                rx.el.div(
                    cards.security_card(State, factor.factor_setting(State)),
                    cards.data_card(can_close=False),
                    class_name="stack gap-5",
                ),
                class_name="cols-2 account",
            ),
            lines=6,
        ),
        rx.el.div(shell.sign_out(wide=False), class_name="row"),
        dialogs.account_dialogs(State, can_close=False),
        factor.factor_dialogs(State),
    )
