"""/manage/groups/[group_id]."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.manage_group import forming, running
from luckychit.ui.pages.manage_group.joining import JoiningState
from luckychit.ui.pages.manage_group.state import GroupState as State
from luckychit.ui.pages.manage_shared.handing import hand_dialog
from luckychit.ui.pages.manage_shared.paying import pay_dialog
from luckychit.ui.pages.manage_shared.slips import slips_card

_HEAD = State.head


def page() -> rx.Component:
    """Draw the group as far as it is: forming, running, or complete."""
    return shell.manager_frame(
        c.fair_code(),
        slips_card(JoiningState),
        rx.cond(
            State.is_ready,
            rx.match(
                _HEAD.status,
                ("forming", forming.view()),
                ("completed", running.complete()),
                running.view(),
            ),
            c.skeleton_lines(8),
        ),
        pay_dialog(State),
        hand_dialog(State),
        here="groups",
        title=rx.cond(State.is_ready, _HEAD.name, "Group"),
        action=_status(),
        missing=State.missing,
    )


def _status() -> Any:
    return rx.cond(
        State.is_ready,
        rx.el.div(
            c.chip(_HEAD.status_text, _HEAD.status),
            c.link_button("All groups", href="/manage/groups", look="quiet", small=True),
            class_name="row",
        ),
        rx.fragment(),
    )
