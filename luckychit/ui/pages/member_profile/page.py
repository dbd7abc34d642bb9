"""/app/profile."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.member_play.page import play_link
from luckychit.ui.pages.member_profile.state import MemberProfileState as State
from luckychit.ui.pages.member_shared.balance import balance_link
from luckychit.ui.pages.member_shared.waiting import once_ready
from luckychit.ui.pages.profile_shared import cards, dialogs


def page() -> rx.Component:
    """Draw the own account: who, play, looks, what keeps it safe, the way out."""
    return shell.member_frame(
        once_ready(
            State.is_ready,
            cards.identity_card(State),
            c.card(balance_link(State.balance), flush=True),
            cards.play_card(State, play_link()),
            cards.preferences_card(State),
            cards.security_card(State),
            cards.data_card(can_close=True),
            shell.sign_out(),
        ),
        dialogs.account_dialogs(State, can_play=True),
        here="profile",
        title="Profile",
    )
