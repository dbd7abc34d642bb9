"""First passwords of new members: shown once, to copy, print, and hand over."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from luckychit.core.settings import settings
from luckychit.ui import components as c
from luckychit.ui import session


@dataclass
class Slip:
    """One person's sign-in, ready to draw."""

    name: str = ""
    login: str = ""
    password: str = ""
    seats: str = ""
    address: str = ""


class Slips(rx.State, mixin=True):
    """Holds the one-time passwords of this tab until they are put away."""

    slips: list[Slip] = []
    slips_text: str = ""

    @rx.event
    async def forget(self) -> None:
        """Take the one-time passwords off the screen; they are never seen again."""
        await session.actor(self, "manager")
        self.slips, self.slips_text = [], ""

    def _show_slips(self, slips: Iterable[Slip]) -> None:
        """Add people whose password was made just now."""
        address = settings().origin
        self.slips = [*(replace(slip, address=address) for slip in slips), *self.slips]
        self.slips_text = "\n".join(
            f"{slip.name}: sign in at {address} with {slip.login}, "
            f"one-time password {slip.password}"
            for slip in self.slips
        )


def slips_card(state: Any) -> rx.Component:
    """Draw the slips while there are any; printing prints only them."""
    return rx.cond(
        state.slips.length() > 0,
        rx.el.section(
            rx.el.div(
                rx.el.div(
                    rx.el.h2("One-time passwords"),
                    rx.el.p(
                        "Shown this once. Give each person their own slip: it works for seven "
                        "days, and they choose a new password at the first sign-in.",
                        class_name="quiet small prose",
                    ),
                    class_name="stack gap-1",
                ),
                rx.el.div(
                    c.copy_button(state.slips_text, "Copy all"),
                    c.button("Print", small=True, custom_attrs={"data-prints": ""}),
                    c.button("Put away", small=True, look="primary", on_click=state.forget),
                    class_name="row gap-2 no-print",
                ),
                class_name="between top",
            ),
            rx.el.ul(rx.foreach(state.slips, _slip), class_name="slips"),
            class_name="card stack slips-card",
            role="status",
        ),
        rx.fragment(),
    )


def _slip(slip: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(slip.name, class_name="strong"),
        rx.el.span(slip.login, class_name="num small"),
        rx.el.span(slip.password, class_name="code slip-password"),
        rx.el.span(
            "Sign in at ",
            slip.address,
            rx.cond(slip.seats != "", f" · {slip.seats}", ""),
            class_name="quiet tiny",
        ),
        key=slip.login,
        class_name="slip",
    )
