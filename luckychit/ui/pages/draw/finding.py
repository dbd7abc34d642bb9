"""Finding a ticket or a draw by its printed number."""

import re
from typing import Any

import reflex as rx

from luckychit.core import errors
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.tickets.views import ticket_id_of
from luckychit.domain.users.service import Actor
from luckychit.ui import components as c
from luckychit.ui import errors as ui_errors
from luckychit.ui import session
from luckychit.ui.paging import Formed

LONGEST = 48
_TICKET = re.compile(r"((?:DDL-[0-9]{8}|LOBBY-[0-9A-Z]{4,16})-[0-9]{5,9})", re.ASCII)
_POSITION = re.compile(r"[0-9]{1,9}", re.ASCII)


class Finding(Formed, rx.State, mixin=True):
    """A search for a ticket. ``_searched`` names the draw that a bare position is of."""

    @rx.event
    async def find(self, form: dict[str, Any]) -> Any:
        """Go to the page of the ticket with this number, or say that there is none."""
        who = await session.visitor(self)
        typed = session.typed_text(form, "ticket", LONGEST)
        ticket_id = ticket_typed(typed, self._searched())
        if not await session.call(_exists, ticket_id, who):
            self.problems = {"ticket": "There is no ticket with this number."}
            return ui_errors.idle()
        self.problems = {}
        return [ui_errors.idle(), rx.redirect(f"/tickets/{ticket_id}")]

    def _searched(self) -> str:
        return ""


def ticket_typed(typed: str, draw_id: str = "") -> str:
    """Return the number of the ticket that was typed, or "" when it is none.

    Args:
        typed: A whole number in any case, with or without blanks; or, within a draw, a
            position such as ``42``.
        draw_id: The draw a position is of; "" when none is meant.
    """
    joined = re.sub(r"\s+", "", typed).upper()
    if draw_id and _POSITION.fullmatch(joined):
        return ticket_id_of(draw_id, int(joined))
    return joined if _TICKET.fullmatch(joined) else ""


def _exists(ticket_id: str, who: Actor | None) -> bool:
    if not ticket_id:
        return False
    try:
        tickets.public_ticket(ticket_id, who)
    except errors.NotFound:
        return False
    return True


def ticket_search(state: Any, label: str, example: str) -> rx.Component:
    """Draw the search; ``state`` mixes in :class:`Finding`.

    Args:
        state: The page's state.
        label: Of the field.
        example: What could be typed.
    """
    return c.form(
        rx.el.div(
            c.field(
                label,
                "ticket",
                placeholder=example,
                required=True,
                max_length=LONGEST,
                auto_complete="off",
                auto_capitalize="characters",
                spell_check=False,
                error=state.problems["ticket"],
            ),
            c.submit("Find", look=""),
            class_name="find-line",
        ),
        on_submit=state.find,
    )
