"""What the page of draws knows."""

from typing import Any

import reflex as rx

from luckychit.core import clock, errors
from luckychit.domain.chits import service
from luckychit.ui import errors as ui_errors
from luckychit.ui import orders, session, toasts
from luckychit.ui.pages.member_lottery.texts import (
    ArrivedText,
    PastText,
    PresentText,
    SeatText,
    read_lottery,
)
from luckychit.ui.paging import Formed

MOST_ARRIVED = 3
LONGEST_PHRASE = 64
# It begins to play once it is in sight.


class LotteryState(Formed, rx.State):
    """The draws of the member's circles, followed live."""

    is_ready: bool = False
    present: list[PresentText] = []
    past: list[PastText] = []
    arrived: list[ArrivedText] = []
    seat: SeatText = SeatText()
    _awaited: list[str] = []

    @rx.event
    async def load(self) -> Any:
        """Read the draws; a result that was waited for is put on top, to be played."""
        actor = await session.actor(self, "member")
        found = await session.call(read_lottery, actor, self._awaited, clock.now())
        new = list(found.arrivals.values())
        if new:
            self.arrived = [*new, *self.arrived][:MOST_ARRIVED]
        self._awaited = [draw.monthly_draw_id for draw in found.present]
        self.present, self.past = found.present, found.past
        self.is_ready = True
        return orders.to_top() if new else None

    @rx.event
    async def put_away(self, monthly_draw_id: str) -> None:
        """Take a result that was seen off the top of the page."""
        await session.actor(self, "member")
        self.arrived = [one for one in self.arrived if one.monthly_draw_id != monthly_draw_id]

    @rx.event
    async def choose(self, seat_id: str) -> Any:
        """Open the form for the phrase of one of the seats on the page."""
        await session.actor(self, "member")
        seats = [seat for draw in self.present for seat in draw.seats]
        for seat in seats:
            if seat.seat_id == seat_id:
                self.seat, self.problems = seat, {}
                return orders.open_dialog("phrase")
        raise errors.NotFound(seat_id=str(seat_id)[:64])

    @rx.event
    async def keep(self, form: dict[str, Any]) -> Any:
        """Change the phrase; the service refuses once the list is frozen."""
        actor = await session.actor(self, "member")
        try:
            await session.call(
                service.set_client_seed,
                actor=actor,
                seat_id=session.as_id(self.seat.seat_id),
                phrase=session.typed_text(form, "phrase", LONGEST_PHRASE + 1),
            )
        except errors.InvalidInput as exc:
            return self._mark(exc)
        self.problems = {}
        return [
            ui_errors.done("phrase"),
            toasts.success("Your phrase will be mixed into the draw."),
            LotteryState.load,
        ]
