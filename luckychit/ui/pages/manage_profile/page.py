"""/manage/profile."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.manage_profile.state import ManageProfileState as State
from luckychit.ui.pages.profile_shared import cards, dialogs, factor


def page() -> rx.Component:
    """Draw the own account in two columns: who and how, beside what keeps it safe."""
    return shell.manager_frame(
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
                    cards.data_card(can_close=True),
                    class_name="stack gap-5",
                ),
                class_name="cols-2 account",
            ),
            lines=6,
        ),
        dialogs.account_dialogs(State),
        factor.factor_dialogs(State),
        here="profile",
        title="Your account",
    )
