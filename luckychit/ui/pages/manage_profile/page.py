"""/manage/profile."""

import reflex as rx

from luckychit.ui import shell
from luckychit.ui.pages.manage_profile.state import ManageProfileState as State
from luckychit.ui.pages.profile_shared import cards, dialogs, factor


def page() -> rx.Component:
    """Draw the own account in two columns: who and how, beside what keeps it safe."""
    return shell.manager_frame(
        factor.recovery_card(State),
        cards.in_two_columns(State, factor.factor_setting(State)),
        dialogs.account_dialogs(State),
        factor.factor_dialogs(State),
        here="profile",
        title="Your account",
    )
