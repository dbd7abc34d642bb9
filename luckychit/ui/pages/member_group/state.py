"""What the page of one circle knows."""

from typing import Any

import reflex as rx

from luckychit.core import clock, errors
from luckychit.domain.chits import service
from luckychit.ui import components as c
from luckychit.ui import errors as ui_errors
from luckychit.ui import orders, session
from luckychit.ui.pages.member_group.texts import (
    DrawnText,
    FactText,
    GroupText,
    HandedText,
    OwnSeat,
    WonText,
    read_circle,
)


class MemberGroupState(rx.State):
    """One circle: own money in full, others only as paid or won."""

    is_ready: bool = False
    missing: bool = False
    head: GroupText = GroupText()
    seats: list[OwnSeat] = []
    months: list[str] = []
    grid: list[c.GridRow] = []
    won: list[WonText] = []
    draws: list[DrawnText] = []
    terms: list[FactText] = []
    handed: HandedText = HandedText()

    @rx.event
    async def load(self) -> None:
        """Read the circle of the address."""
        actor = await session.actor(self, "member")
        try:
            group_id = session.route_id(self, "group_id")
            if self.head.group_id != str(group_id):
                self.is_ready = False
            circle = await session.call(read_circle, actor, group_id, clock.now())
        except errors.NotFound:
            self.missing, self.is_ready, self.head = True, False, GroupText()
            return
        self.head, self.seats, self.won = circle.head, circle.seats, circle.won
        self.months, self.grid = circle.months, circle.grid
        self.draws, self.terms = circle.draws, circle.terms
        self.missing, self.is_ready = False, True

    @rx.event
    async def choose(self, payout_id: str) -> Any:
        """Ask whether one of the handed amounts on the page was really received."""
        await session.actor(self, "member")
        for prize in self.won:
            for handed in prize.handed:
                if handed.payout_id == payout_id:
                    self.handed = handed
                    return orders.open_dialog("received")
        raise errors.NotFound(payout_id=str(payout_id)[:64])

    @rx.event
    async def confirm(self, _form: dict[str, Any]) -> Any:
        """Note that the chosen amount was received."""
        actor = await session.actor(self, "member")
        await session.call(
            service.confirm_payout, actor=actor, payout_id=session.as_id(self.handed.payout_id)
        )
        # The news of it says so, on every open page of this person's.
        return [ui_errors.done("received"), MemberGroupState.load]
