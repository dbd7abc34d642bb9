"""/admin/profile."""

import reflex as rx

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
        cards.in_two_columns(State, factor.factor_setting(State), can_close=False),
        rx.el.div(shell.sign_out(wide=False), class_name="row"),
        dialogs.account_dialogs(State, can_close=False),
        factor.factor_dialogs(State),
    )
