"""A one-time password that is shown once, wherever an administrator makes one."""

from typing import Any

import reflex as rx

from luckychit.domain.users import service as users
from luckychit.ui import components as c
from luckychit.ui import orders, session


class Handed(rx.State, mixin=True):
    """Holds the one-time password of this tab until it is put away."""

    made_name: str = ""
    made_login: str = ""
    made_password: str = ""

    @rx.event
    async def forget(self) -> None:
        """Take the one-time password off the screen."""
        await session.actor(self, "admin")
        self.made_name = self.made_login = self.made_password = ""

    def _hand_over(self, made: users.Credentials) -> Any:
        """Show what to tell the person; return the order that opens the dialog."""
        self.made_name, self.made_login = made.full_name, made.login
        self.made_password = made.one_time_password or ""
        return orders.open_dialog("made")


def made_dialog(state: Any) -> rx.Component:
    """Draw what to hand over, from a state with :class:`Handed`."""
    return c.dialog(
        "made",
        rx.el.span("The one-time password of ", state.made_name),
        rx.el.p(
            "Hand it over in person or by phone. It is shown this once, works for seven days, "
            "and must be replaced at the next sign-in.",
            class_name="quiet",
        ),
        rx.el.dl(
            rx.el.dt("Sign-in name"),
            rx.el.dd(state.made_login, class_name="num strong"),
            rx.el.dt("One-time password"),
            rx.el.dd(state.made_password, class_name="code strong"),
            class_name="facts",
        ),
        c.dialog_actions(
            c.copy_button(state.made_password, "Copy password"),
            c.button(
                "Done", look="primary", on_click=state.forget, custom_attrs={"data-closes": ""}
            ),
            cancel="",
        ),
    )
