"""Whether a member may play at all: what stands where one would play, and asking the age."""

from datetime import date
from typing import Any

import reflex as rx

from luckychit.core import errors
from luckychit.domain.safety import queries, service
from luckychit.ui import components as c
from luckychit.ui import errors as ui_errors
from luckychit.ui import session, toasts
from luckychit.ui.pages.profile_shared.dialogs import birth_date_field
from luckychit.ui.paging import Formed

_NO_DATE = "Please give day, month and year of your birth."


class DoorState(Formed, rx.State):
    """The door of the games: "" is open, else why it is not (``safety.queries.door``)."""

    gate: str = ""

    @rx.event
    async def load(self) -> None:
        """See whether this member may play from here."""
        actor = await session.actor(self, "member")
        self.gate = queries.door(actor)

    @rx.event
    async def declare(self, form: dict[str, Any]) -> Any:
        """Write down when the member was born."""
        actor = await session.actor(self, "member")
        try:
            born_on = date.fromisoformat(session.typed_text(form, "birth_date", 10))
        except ValueError:
            self.problems = {"birth_date": _NO_DATE}
            return ui_errors.idle()
        try:
            await session.call(service.declare_birth_date, actor=actor, birth_date=born_on)
        except errors.InvalidInput as exc:
            return self._mark(exc)
        self.problems = {}
        self.gate = queries.door(await session.actor(self, "member"))
        said = [] if self.gate else [toasts.success("Thank you. You can play now.")]
        return [ui_errors.done(), *said]


def door(within: rx.Component, *, is_in_card: bool = False) -> rx.Component:
    """Draw what a member may do in the games, or why this one may not.

    Args:
        within: The counter, the form, the button: what the door keeps.
        is_in_card: It stands in a card already.
    """
    return rx.match(
        DoorState.gate,
        ("", within),
        ("age_unknown", _asked(is_in_card=is_in_card)),
        ("too_young", _closed("Games are for people of 18 years and older.")),
        ("country_unknown", _closed("We cannot tell which country you are in.")),
        _closed("Games are not offered where you are."),
    )


def _asked(*, is_in_card: bool) -> rx.Component:
    asked = (
        rx.el.p("Games are for people of 18 years and older, so we ask everybody once."),
        c.form(
            birth_date_field(DoorState.problems["birth_date"]),
            c.submit("Go on", wide=True),
            on_submit=DoorState.declare,
        ),
    )
    if is_in_card:
        return rx.el.div(rx.el.h2("How old are you?"), *asked, class_name="stack gap-3")
    return c.card(*asked, title="How old are you?")


def _closed(why: str) -> rx.Component:
    return c.notice(
        rx.el.div(
            rx.el.p(why, class_name="strong"),
            rx.el.p(
                "Every draw and its proof stay open to you, and so do your circles.",
                class_name="small",
            ),
            class_name="stack gap-1",
        )
    )
