"""/manage/trail."""

from typing import Any

import reflex as rx

from luckychit.ui import shell
from luckychit.ui.pages.manage_trail.state import ManageTrailState
from luckychit.ui.pages.trail_shared.table import entry_dialog, trail_card
from luckychit.ui.pages.trail_shared.wanted import MANAGER_KINDS

State: Any = ManageTrailState


def page() -> rx.Component:
    """Draw what was done in the manager's circles."""
    return shell.manager_frame(
        rx.el.p(
            "Everything that was done in your circles and to your account, by whom and when. "
            "Nobody can change or remove a line once it stands here.",
            class_name="quiet prose",
        ),
        trail_card(State, MANAGER_KINDS),
        entry_dialog(State),
        here="trail",
        title="Audit trail",
    )
