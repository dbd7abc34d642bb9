"""What the page of one group knows, and what its manager does there."""

import json
from typing import Any

import reflex as rx

from luckychit.core import clock, errors
from luckychit.core.money import Money
from luckychit.domain.chits import queries as chits
from luckychit.domain.chits import service
from luckychit.domain.chits.queries.views import DrawRow, GroupView
from luckychit.ui import components as c
from luckychit.ui import errors as ui_errors
from luckychit.ui import orders, session, toasts
from luckychit.ui.pages.manage_group import lines
from luckychit.ui.pages.manage_group.texts import (
    BooksText,
    DrawLine,
    DueLine,
    Head,
    Present,
    SeatLine,
)
from luckychit.ui.pages.manage_shared.handing import Handing
from luckychit.ui.pages.manage_shared.paying import Paying

# The replay is drawn by then.
_DRAWN_MS = 200
VIEWS = ("months", "dues", "draws", "seats", "payments", "books")


class GroupState(Paying, Handing, rx.State):
    """One group of the manager's own."""

    is_ready: bool = False
    missing: bool = False
    shown_id: str = ""
    view: str = "months"
    head: Head = Head()
    present: Present = Present()
    ring: list[str] = []
    months: list[str] = []
    grid: list[c.GridRow] = []
    dues: list[DueLine] = []
    draws: list[DrawLine] = []
    seats: list[SeatLine] = []
    books: BooksText = BooksText()
    dues_open: int = 0
    dues_sum: str = ""
    paid_sum: str = ""
    owed_sum: str = ""
    leaver: int = 0
    leaver_name: str = ""
    replay_src: str = ""
    replay_names: str = ""
    replay_title: str = ""
    replay_prize: str = ""
    replay_draw: str = ""
    replay_left: bool = False  # something of that prize is still to be handed over
    _watched: str = ""  # the draw that was open or under way when the page was last filled

    @rx.event
    async def load(self) -> Any:
        """Read the group; starts afresh when the address names another one."""
        actor = await session.actor(self, "manager")
        group = session.route_text(self, "group_id")
        if self.shown_id != group:
            # Another group's page must not stay in sight while this one is read.
            self._start_afresh(group)
            return GroupState.load
        try:
            group_id = session.as_id(group)
            found = await session.call(
                chits.group_of_manager, actor=actor, group_id=group_id, now=clock.now()
            )
        except errors.NotFound:
            self.missing = True
            return None
        played = self.replay_src
        self._show(found)
        self.missing, self.is_ready = False, True
        if self.replay_src == played:
            return None
        return orders.to_middle("replay", wait_ms=_DRAWN_MS)

    @rx.event
    async def show(self, view: str) -> None:
        """Turn to another part of the page."""
        await session.actor(self, "manager")
        if view in VIEWS:
            self.view = view

    @rx.event
    async def start(self, _form: dict[str, Any]) -> Any:
        """Start the group: dues are made, the first draw opens."""
        actor = await session.actor(self, "manager")
        group_id = session.route_id(self, "group_id")
        await session.call(service.start_group, actor=actor, group_id=group_id)
        self.view = "dues"
        # The news of it is the notice.
        return [ui_errors.done("start"), GroupState.load]

    @rx.event
    async def ask_removal(self, seat_number: int) -> Any:
        """Ask before a seat is taken back."""
        await session.actor(self, "manager")
        held = next((seat for seat in self.seats if seat.number == seat_number), None)
        if held is None:
            return None
        self.leaver, self.leaver_name = held.number, held.name
        return orders.open_dialog("remove")

    @rx.event
    async def remove(self, _form: dict[str, Any]) -> Any:
        """Take a seat back while the group is forming."""
        actor = await session.actor(self, "manager")
        await session.call(
            service.remove_seat,
            actor=actor,
            group_id=session.route_id(self, "group_id"),
            seat_number=self.leaver,
        )
        freed = toasts.success(f"Seat {self.leaver} is free again.")
        return [ui_errors.done("remove"), freed, GroupState.load]

    @rx.event
    async def draw(self, _form: dict[str, Any]) -> Any:
        """Do what the draw button says; the page then follows by itself."""
        actor = await session.actor(self, "manager")
        group_id = session.route_id(self, "group_id")
        await session.call(service.conduct_draw, actor=actor, group_id=group_id)
        return [ui_errors.done("draw"), GroupState.load]

    @rx.event
    async def ask_payment(self, seat_number: int) -> Any:
        """Open the payment dialog for a seat, filled with what is to pay."""
        found = await self._read()
        seat = next((one for one in found.seats if one.seat_number == seat_number), None)
        if seat is None:
            return None
        owed = Money(0, found.currency)
        for due in found.dues:
            owed = owed + due.remaining if due.seat_number == seat.seat_number else owed
        return self._ask_payment(
            seat=(found.row.group_id, seat.seat_number),
            name=seat.full_name,
            where=f"{found.row.name}, seat {seat.seat_number}",
            owed=owed or found.row.monthly_installment,
        )

    @rx.event
    async def ask_handover(self, monthly_draw_id: str) -> Any:
        """Open the payout dialog for a won prize, filled with what is left."""
        found = await self._read()
        won = next(
            (one for one in found.draws if str(one.monthly_draw_id) == monthly_draw_id), None
        )
        if won is None or won.winner_name is None or won.prize == won.paid_out:
            return None
        return self._ask_handover(
            draw=won.monthly_draw_id,
            name=won.winner_name,
            where=f"{won.group_name}, month {won.instalment}, seat {won.winner_seat_number}",
            left=won.prize - won.paid_out,
        )

    async def _read(self) -> GroupView:
        actor = await session.actor(self, "manager")
        group_id = session.route_id(self, "group_id")
        return await session.call(
            chits.group_of_manager, actor=actor, group_id=group_id, now=clock.now()
        )

    def _start_afresh(self, group: str) -> None:
        self.shown_id, self.view = group, "months"
        self.is_ready = self.missing = False
        self._watched = self.replay_src = self.replay_draw = ""

    def _show(self, found: GroupView) -> None:
        self.head = lines.head_of(found)
        self.present = lines.present_of(found, clock.now())
        self.ring = lines.ring_of(found)
        self.months = [str(month) for month in range(1, found.row.duration_months + 1)]
        self.grid = c.grid_rows(found.seats, present=found.row.instalment)
        self.dues = [lines.due_line(due) for due in found.dues]
        self.draws = [lines.draw_line(draw, found.time_zone) for draw in found.draws]
        self.seats = [lines.seat_line(seat) for seat in found.seats]
        self.books = lines.books_of(found)
        self._add_up(found)
        self._follow(found)
        self.replay_left = any(
            line.left and line.monthly_draw_id == self.replay_draw for line in self.draws
        )

    def _add_up(self, found: GroupView) -> None:
        nothing = Money(0, found.currency)
        left = sum((due.remaining for due in found.dues), nothing)
        self.dues_open = sum(bool(due.remaining) for due in found.dues)
        self.dues_sum = left.text()
        self.paid_sum = sum((seat.paid_total for seat in found.seats), nothing).text()
        self.owed_sum = sum((seat.owed for seat in found.seats), nothing).text()

    def _follow(self, found: GroupView) -> None:
        """Play the pick when the draw that was watched here has just ended."""
        ended = next(
            (row for row in found.draws if str(row.monthly_draw_id) == self._watched), None
        )
        if ended and ended.status == "drawn":
            self._play(ended, found)
        current = found.current_draw
        self._watched = str(current.monthly_draw_id) if current else ""

    def _play(self, ended: DrawRow, found: GroupView) -> None:
        self.replay_src = f"/api/draws/{ended.draw_id}/bundle"
        self.replay_title = f"Month {ended.instalment} is drawn"
        self.replay_prize = ended.prize.text()
        self.replay_draw = str(ended.monthly_draw_id)
        self.replay_names = json.dumps(
            {f"{ended.draw_id}-{seat.seat_number:05d}": seat.full_name for seat in found.seats}
        )
