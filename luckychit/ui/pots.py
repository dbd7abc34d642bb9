"""Pots that move while people look: today's draw for everybody, a room's for its members.

A page reads its pot when it opens and sits down in the pot's room. From then on one
broadcaster per worker reads what changed and sends the same few texts to all in the
room. The server's own copy of these texts grows old meanwhile, which does no harm:
every load, and so every reconnect, sets and sends all of them again.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime, timedelta

import reflex as rx

from luckychit.core import clock, errors
from luckychit.domain.lottery import queries as lottery
from luckychit.domain.lottery import rules as calendar
from luckychit.domain.rooms import queries as rooms
from luckychit.domain.tickets import queries as tickets
from luckychit.ui import session, sockets
from luckychit.ui.live import DAILY_ROOM, POT, LiveState
from luckychit.ui.pulses import Board, Shown, Values, shown_of
from luckychit.ui.shared import SharedRead

LOOK_S = 0.1
HEALED_AFTER_S = 0.5


class DailyPot(rx.State):
    """Today's pot, for anybody; and how the draw before stands, which is drawn meanwhile."""

    draw_id: str = ""
    status: str = ""
    prize: str = ""
    entry_count: str = ""
    locks_ms: int = 0
    before_id: str = ""
    before_status: str = ""

    @rx.event
    async def load(self) -> None:
        """Show how it stands now, and hear of every change from here on."""
        await _sit_down(self, DAILY_ROOM)
        board.learn(await _daily.get())
        _show(self, DAILY_ROOM)


class RoomPot(rx.State):
    """The pot of one room (the page's ``code``), for its members."""

    draw_id: str = ""
    status: str = ""
    prize: str = ""
    entry_count: str = ""
    locks_ms: int = 0

    @rx.event
    async def load(self) -> None:
        """Show a member how the room's pot stands, and let the page hear of every change."""
        actor = await session.actor(self, "member")
        code = session.route_text(self, "code")
        try:
            room = await session.call(rooms.room, actor=actor, code=code, now=clock.now())
        except errors.NotFound:
            # Whoever has left hears no more; that nothing is here the page itself says.
            await _sit_down(self, "")
            _set(self, asdict(Shown()))
            return
        heard = f"{POT}{room.draw_id}"
        await _sit_down(self, heard)
        board.learn([shown_of(await session.call(tickets.draw, room.draw_id))])
        _show(self, heard)


board = Board(DailyPot.get_full_name(), RoomPot.get_full_name())


async def _sit_down(state: rx.State, room: str) -> None:
    ear = await state.get_state(LiveState)
    await ear._hear_pot(room)  # noqa: SLF001 - a public method of a state is a door


def _show(state: rx.State, room: str) -> None:
    values = board.values(room)
    _set(state, values)
    board.arrive(state.router.session.session_id, room, values)


def _set(state: rx.State, values: Values) -> None:
    # Also what looks unchanged: the page was told newer values than this state knows.
    for name, value in values.items():
        setattr(state, name, value)


def _daily_draws() -> list[Shown]:
    """Read the newest daily draw and the one of the day before it."""
    draw = lottery.public_today(clock.now()).draw
    today = calendar.day_of(draw.draw_id) if draw else calendar.day_at(clock.now())
    before = calendar.draw_id_of((today or clock.now().date()) - timedelta(days=1))
    found = [*tickets.draws([before]).values(), *([draw] if draw else [])]
    return [shown_of(item) for item in found]


_daily = SharedRead(_daily_draws)


async def _follow() -> None:
    since = clock.now()
    while True:
        if sockets.is_anybody_there():
            since = await _look(since)
        else:
            # Who opens a page after this reads all that happened until then.
            since = clock.now()
            await asyncio.sleep(LOOK_S)


async def _look(since: datetime) -> datetime:
    """Read what changed, tell the rooms, wait; returns where the next look begins."""
    began, looked_at = time.monotonic(), clock.now()
    board.learn(map(shown_of, await asyncio.to_thread(tickets.pulses, since)))
    due_in = await board.tell(time.monotonic())
    await board.heal(began - HEALED_AFTER_S)
    await asyncio.sleep(min(LOOK_S, due_in))
    return looked_at


@asynccontextmanager
async def broadcaster() -> AsyncIterator[None]:
    """Run this worker's broadcaster of pots for as long as the app runs."""
    async with sockets.kept_running(_follow):
        yield
