"""How people come into a group that is forming: one by one, or as a pasted list."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from luckychit.core import errors
from luckychit.domain.chits import queries as chits
from luckychit.domain.chits import service
from luckychit.domain.chits.queries.views import AddedMember, PastedLine
from luckychit.ui import errors as ui_errors
from luckychit.ui import orders, session, text, toasts
from luckychit.ui.pages.manage_group.state import GroupState
from luckychit.ui.pages.manage_shared import words
from luckychit.ui.pages.manage_shared.slips import Slip, Slips
from luckychit.ui.paging import Formed


@dataclass
class Pasted:
    """One line of a pasted list with what is wrong with it, ready to draw."""

    number: str = ""
    typed: str = ""
    name: str = ""
    mobile: str = ""
    seats: str = ""
    problem: str = ""


class JoiningState(Slips, Formed, rx.State):
    """Adds people, and shows their first passwords once."""

    shown_id: str = ""
    pasted: list[Pasted] = []
    pasted_good: int = 0
    pasted_bad: int = 0
    pasted_summary: str = ""
    _list: str = ""

    @rx.event
    async def load(self) -> None:
        """Forget what belongs to another group."""
        await session.actor(self, "manager")
        group_id = session.route_text(self, "group_id")
        if group_id != self.shown_id:
            self.shown_id = group_id
            self._drop_list()
            self.problems, self.slips, self.slips_text = {}, [], ""

    @rx.event
    async def add(self, form: dict[str, Any]) -> Any:
        """Give one person a seat, or several."""
        actor = await session.actor(self, "manager")
        seats = session.typed_text(form, "seats", 4)
        try:
            added = await session.call(
                service.add_member,
                actor=actor,
                key=session.typed_text(form, "key"),
                group_id=session.route_id(self, "group_id"),
                full_name=session.typed_text(form, "full_name"),
                mobile_number=session.typed_text(form, "mobile_number"),
                seats=int(seats) if seats.isascii() and seats.isdigit() else 0,
            )
        except errors.InvalidInput as exc:
            return self._mark(exc)
        self.problems = {}
        self._show_slips(_slips([added]))
        numbers = _seats_of(added)
        return [
            orders.done("add-one"),
            toasts.success(f"{added.full_name} has {numbers}."),
            GroupState.load,
        ]

    @rx.event
    async def check(self, form: dict[str, Any]) -> Any:
        """Show the pasted list line by line, with what is wrong; adds nobody."""
        actor = await session.actor(self, "manager")
        typed = form.get("pasted", "") if isinstance(form, dict) else ""
        try:
            seen = await session.call(
                chits.preview_members,
                actor=actor,
                group_id=session.route_id(self, "group_id"),
                pasted=typed,
            )
        except errors.InvalidInput as exc:
            self._drop_list()
            return self._mark(exc)
        self.problems = {}
        self._list = typed
        self._show_lines(seen)
        return ui_errors.idle()

    @rx.event
    async def add_all(self, form: dict[str, Any]) -> Any:
        """Add everybody on the list that was checked: all or nobody."""
        actor = await session.actor(self, "manager")
        added = await session.call(
            service.add_members,
            actor=actor,
            key=session.typed_text(form, "key"),
            group_id=session.route_id(self, "group_id"),
            pasted=self._list,
        )
        self._drop_list()
        self._show_slips(_slips(added))
        people = text.count(len(added), "person", "people")
        return [
            orders.done("paste-list"),
            toasts.success(f"{people} added."),
            GroupState.load,
        ]

    def _drop_list(self) -> None:
        self._list, self.pasted, self.pasted_summary = "", [], ""
        self.pasted_good = self.pasted_bad = 0

    def _show_lines(self, seen: list[PastedLine]) -> None:
        self.pasted = [_pasted(line) for line in seen]
        self.pasted_bad = sum(bool(line.problem) for line in seen)
        self.pasted_good = len(seen) - self.pasted_bad
        seats = sum(line.seats for line in seen if not line.problem)
        good = text.count(self.pasted_good, "person", "people")
        self.pasted_summary = f"{good}, {text.count(seats, 'seat')}"


def _pasted(line: PastedLine) -> Pasted:
    return Pasted(
        number=str(line.line_number),
        typed=line.typed,
        name=line.full_name,
        mobile=words.said_mobile(line.mobile_number),
        seats=str(line.seats),
        problem=line.problem,
    )


def _seats_of(added: AddedMember) -> str:
    numbers = ", ".join(str(number) for number in added.seat_numbers)
    return f"seat {numbers}" if len(added.seat_numbers) == 1 else f"seats {numbers}"


def _slips(added: list[AddedMember]) -> list[Slip]:
    return [
        Slip(
            name=one.full_name,
            login=one.mobile_number,
            password=one.one_time_password,
            seats=_seats_of(one).capitalize(),
        )
        for one in added
        if one.one_time_password
    ]
