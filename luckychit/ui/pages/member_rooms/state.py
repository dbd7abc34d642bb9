"""What the page of rooms knows."""

from datetime import datetime
from typing import Any

import reflex as rx

from luckychit.core import clock, errors, limits
from luckychit.core.money import PLAY_CREDIT, Money, parse_minor
from luckychit.core.settings import settings
from luckychit.domain.rooms import queries as rooms
from luckychit.domain.rooms import service
from luckychit.domain.safety import queries as safety
from luckychit.domain.users.service import Actor
from luckychit.ui import errors as ui_errors
from luckychit.ui import orders, session, toasts
from luckychit.ui.pages.member_rooms.texts import NewRoom, RoomLine, new_room, room_line
from luckychit.ui.pages.member_shared.balance import BalanceText, read_balance
from luckychit.ui.pages.member_shared.pause import break_words
from luckychit.ui.pages.member_shared.references import plain_code
from luckychit.ui.paging import Formed

SHOWN_AT_ONCE = 20
MOST_SHOWN = 200
LONGEST_NAME = 100
MOST_PEOPLE = 50
FEWEST_PEOPLE = 2


class RoomsState(Formed, rx.State):
    """The rooms this member is in, and the way into more."""

    is_ready: bool = False
    rooms: list[RoomLine] = []
    has_more: bool = False
    balance: BalanceText = BalanceText()
    planned: NewRoom = NewRoom()
    unit: str = ""
    pause: str = ""  # that a break from games is taken, and until when
    _shown: int = SHOWN_AT_ONCE
    _price_minor: int = 0
    _most: int = 0

    @rx.event
    async def load(self) -> None:
        """Read the newest rooms."""
        actor = await session.actor(self, "member")
        found, self.balance, self.pause = await session.call(
            _read, actor, self._shown + 1, clock.now()
        )
        self.rooms, self.has_more = found[: self._shown], len(found) > self._shown
        currency = settings().games_currency
        self.unit = f"In {'credits' if currency == PLAY_CREDIT else currency}"
        self.is_ready = True

    @rx.event
    async def show_more(self) -> Any:
        """Show older rooms too."""
        await session.actor(self, "member")
        self._shown = min(self._shown + SHOWN_AT_ONCE, MOST_SHOWN)
        return RoomsState.load

    @rx.event
    async def find(self, form: dict[str, Any]) -> Any:
        """Go to the room of a code, when there is one."""
        actor = await session.actor(self, "member")
        code = plain_code(session.typed_text(form, "code", 40))
        try:
            async with limits.guessing(str(actor.user_id)):
                await session.call(rooms.invitation, actor=actor, code=code)
        except errors.NotFound:
            self.problems = {"code": "No room has this code. Please look at it once more."}
            return ui_errors.idle()
        except limits.TooOften as exc:
            self.problems = {"code": exc.message}
            return ui_errors.idle()
        self.problems = {}
        return [ui_errors.done(), rx.redirect(f"/app/rooms/{code}")]

    @rx.event
    async def plan(self, form: dict[str, Any]) -> Any:
        """Say what the room will be, and ask."""
        await session.actor(self, "member")
        self.planned, self._price_minor = NewRoom(), 0
        name = " ".join(session.typed_text(form, "name", LONGEST_NAME + 1).split())
        currency, problems = settings().games_currency, {}
        if not 1 <= len(name) <= LONGEST_NAME:
            problems["name"] = "Please give it a name of up to 100 letters."
        try:
            price = Money(parse_minor(session.typed_text(form, "price", 32), currency), currency)
        except ValueError:
            price = Money(0, currency)
        if not price:
            problems["price_minor"] = "Please give a price, such as 1.00."
        typed = session.typed_text(form, "most", 4)
        most = int(typed) if typed.isdecimal() and typed.isascii() else 0
        if not FEWEST_PEOPLE <= most <= MOST_PEOPLE:
            problems["max_participants"] = f"From {FEWEST_PEOPLE} to {MOST_PEOPLE} people."
        self.problems = problems
        if problems:
            return ui_errors.idle()
        self._price_minor, self._most = price.amount_minor, most
        self.planned = new_room(name, price, most, settings().room_fee_bps, settings().room_hours)
        return [
            ui_errors.idle(),
            orders.close_dialog("new-room"),
            orders.open_dialog("confirm-room"),
        ]

    @rx.event
    async def create(self, form: dict[str, Any]) -> Any:
        """Make the room that was asked for, and go there."""
        actor = await session.actor(self, "member")
        try:
            code = await session.call(
                service.create_room,
                actor=actor,
                key=session.typed_text(form, "key", 80),
                name=self.planned.name,
                price_minor=self._price_minor,
                max_participants=self._most,
            )
        except errors.InvalidInput as exc:
            self.problems = dict(exc.fields)
            return [
                ui_errors.idle(),
                orders.close_dialog("confirm-room"),
                orders.open_dialog("new-room"),
            ]
        except errors.Refused as exc:
            return [ui_errors.done("confirm-room"), *ui_errors.handle(exc), RoomsState.load]
        self.problems = {}
        return [
            ui_errors.done("confirm-room"),
            ui_errors.done("new-room"),
            toasts.success(f"{self.planned.name} is open. Now share its code."),
            rx.redirect(f"/app/rooms/{code}"),
        ]


def _read(actor: Actor, limit: int, now: datetime) -> tuple[list[RoomLine], BalanceText, str]:
    rows = rooms.my_rooms(actor=actor, now=now, offset=0, limit=limit)
    pause = break_words(safety.excluded_until(actor))
    return [room_line(row) for row in rows], read_balance(actor), pause
