"""What the page of one room knows."""

from datetime import datetime
from typing import Any

import reflex as rx

from luckychit.core import clock, errors, limits
from luckychit.domain.rooms import service
from luckychit.domain.users.service import Actor
from luckychit.ui import errors as ui_errors
from luckychit.ui import orders, session, toasts
from luckychit.ui.live import LiveState
from luckychit.ui.pages.member_room.texts import (
    SELLING,
    InviteText,
    PersonText,
    RoomRead,
    RoomText,
    ShareText,
    read_invitation,
    read_room,
)
from luckychit.ui.pages.member_shared.references import plain_code
from luckychit.ui.paging import Formed
from luckychit.ui.pots import RoomPot

LONGEST_PHRASE = 64
# The job usually draws within this of the moment; only then the host is asked to.
GRACE_MS = 1500
LONGEST_WAIT_MS = 6 * 3600 * 1000
AWAITED = frozenset({*SELLING, "locked"})
# The replay begins once it is in sight.


class RoomState(Formed, rx.State):
    """A room as one of its members sees it, or its invitation."""

    is_ready: bool = False
    missing: bool = False
    wait: str = ""  # that too many wrong codes were tried, and for how long to wait
    is_member: bool = False
    room: RoomText = RoomText()
    people: list[PersonText] = []
    share: ShareText = ShareText()
    invite: InviteText = InviteText()
    has_arrived: bool = False  # the result came while the member was looking

    @rx.event
    async def load(self) -> Any:
        """Read the room; for who is not in it, its invitation."""
        actor = await session.actor(self, "member")
        typed = session.route_text(self, "code")
        code = plain_code(typed)
        if typed != code and code:
            return rx.redirect(f"/app/rooms/{code}", replace=True)
        if code not in {self.room.code, self.invite.code}:
            self._forget()
        now = clock.now()
        try:
            found = await _read(actor, code, now)
        except (errors.NotFound, limits.TooOften) as exc:
            self._forget()
            self.missing = self.is_ready = True
            self.wait = exc.message if isinstance(exc, limits.TooOften) else ""
            return None
        self.missing, self.is_ready = False, True
        if isinstance(found, InviteText):
            self.is_member, self.invite = False, found
            return None
        is_new = self._show(found)
        return orders.to_top() if is_new else self._look_again_at_the_lock(now)

    @rx.event
    async def join(self, _form: dict[str, Any]) -> Any:
        """Enter the room whose invitation is shown."""
        actor = await session.actor(self, "member")
        try:
            async with limits.guessing(str(actor.user_id)):
                await session.call(service.join, actor=actor, code=self.invite.code)
        except errors.Refused as exc:
            return self._refused(exc)
        said = f"You are in {self.invite.name}."
        return [ui_errors.done(), toasts.success(said), *self._loads()]

    @rx.event
    async def leave(self, _form: dict[str, Any]) -> Any:
        """Leave the room without having bought."""
        actor = await session.actor(self, "member")
        try:
            await session.call(service.leave, actor=actor, code=self.room.code)
        except errors.Refused as exc:
            return self._refused(exc, "leave")
        said = f"You have left {self.room.name}."
        self._forget()
        return [ui_errors.done("leave"), toasts.success(said), rx.redirect("/app/rooms")]

    @rx.event
    async def buy(self, form: dict[str, Any]) -> Any:
        """Buy the one ticket."""
        actor = await session.actor(self, "member")
        await limits.require(limits.PURCHASES, str(actor.user_id))
        try:
            sold = await session.call(
                service.buy,
                actor=actor,
                key=session.typed_text(form, "key", 80),
                code=self.room.code,
                client_seed=session.typed_text(form, "client_seed", LONGEST_PHRASE + 1),
            )
        except errors.InvalidInput as exc:
            return self._mark(exc)
        except errors.Refused as exc:
            return self._refused(exc, "buy")
        self.problems = {}
        said = f"Your ticket: {sold.ticket_ids[0]}."
        return [ui_errors.done("buy"), toasts.success(said), *self._loads()]

    @rx.event
    async def start(self, _form: dict[str, Any]) -> Any:
        """Announce when the list closes."""
        actor = await session.actor(self, "member")
        try:
            await session.call(service.start, actor=actor, code=self.room.code)
        except errors.Refused as exc:
            return self._refused(exc, "start")
        # The clock that runs now is on top of the page.
        return [ui_errors.done("start"), orders.to_top(), *self._loads()]

    @rx.event
    async def cancel(self, _form: dict[str, Any]) -> Any:
        """Call the room off; everybody is paid back."""
        actor = await session.actor(self, "member")
        try:
            await session.call(service.cancel, actor=actor, code=self.room.code)
        except errors.Refused as exc:
            return self._refused(exc, "cancel")
        return [ui_errors.done("cancel"), *self._loads()]

    @rx.event
    async def draw_now(self, _form: dict[str, Any]) -> Any:
        """Do what the clock should have done by now."""
        actor = await session.actor(self, "member")
        await session.call(service.execute, actor=actor, code=self.room.code)
        return [ui_errors.idle(), *self._loads()]

    def _refused(self, exc: errors.Refused, dialog_id: str = "") -> list[Any]:
        """Say why not; the question is out of date, and would cover what is said."""
        return [ui_errors.done(dialog_id), *ui_errors.handle(exc), *self._loads()]

    def _show(self, found: RoomRead) -> bool:
        """Take over what was read; return whether the result has arrived just now."""
        was = self.room.status if self.room.code == found.room.code else ""
        is_new = found.room.status == "drawn" and was in AWAITED
        self.has_arrived = is_new or (self.has_arrived and found.room.status == "drawn")
        self.room, self.people, self.share = found.room, found.people, found.share
        self.is_member = True
        return is_new

    def _forget(self) -> None:
        self.room, self.people, self.share = RoomText(), [], ShareText()
        self.invite, self.problems = InviteText(), {}
        self.is_ready = self.is_member = self.missing = self.has_arrived = False

    def _look_again_at_the_lock(self, now: datetime) -> Any:
        """Read once more when the list has closed, should no news come of it."""
        wait_ms = self.room.locks_ms - clock.to_ms(now)
        if self.room.status != "starting" or not 0 < wait_ms < LONGEST_WAIT_MS:
            return None
        return orders.press_later("look-again", wait_ms=wait_ms + GRACE_MS)

    def _loads(self) -> list[Any]:
        # Who has just come in hears the room's news and its pot from now on.
        return [LiveState.enter, RoomState.load, RoomPot.load]


async def _read(actor: Actor, code: str, now: datetime) -> RoomRead | InviteText:
    """Read a room; only codes of rooms one is not in are guesses."""
    try:
        return await session.call(read_room, actor, code, now)
    except errors.NotFound:
        async with limits.guessing(str(actor.user_id)):
            return await session.call(read_invitation, actor, code)
