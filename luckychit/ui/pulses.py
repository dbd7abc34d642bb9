"""What this worker knows of moving pots, and the few ready-made texts it sends of them.

One small query tells of all draws that changed; a room gets what differs from what it
was sent last, at most four times a second, and less often when it is large.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from reflex.state import StateUpdate
from reflex_base.constants.state import FIELD_MARKER

from luckychit.core import clock
from luckychit.domain.tickets.views import DrawView, Pulse
from luckychit.ui import sockets, text
from luckychit.ui.live import DAILY_ROOM, POT

EVERY_S = 0.25
# A message to many costs the worker its time: from 2,500 listeners on a room waits longer.
LISTENERS_PER_S = 10_000
KEPT_DRAWS = 1000
KEPT_ARRIVALS = 20_000
_STAGES = ("open", "locked", "drawn", "void")

Values = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of a draw; the names are those of the states' variables.

    Args:
        draw_id: "" when there is none.
        status: open, locked, drawn or void.
        prize: For people: ``$95.00``.
        entry_count: Tickets sold, for people: ``1,298``.
        locks_ms: When the list freezes, in milliseconds since 1970.
    """

    draw_id: str = ""
    status: str = ""
    prize: str = ""
    entry_count: str = ""
    locks_ms: int = 0

    @property
    def progress(self) -> tuple[int, int]:
        """How far the draw is; it only ever grows."""
        stage = _STAGES.index(self.status) if self.status in _STAGES else -1
        return stage, int(self.entry_count.replace(",", "") or 0)

    @property
    def is_daily(self) -> bool:
        """True of a daily draw, false of a room's."""
        return self.draw_id.startswith("DDL-")


def shown_of(draw: DrawView | Pulse) -> Shown:
    """Return the texts of a draw."""
    return Shown(
        draw_id=draw.draw_id,
        status=draw.status,
        prize=draw.prize.text(),
        entry_count=text.number(draw.total_entries),
        locks_ms=clock.to_ms(draw.locks_at),
    )


def values_of_daily(draws: Iterable[Shown]) -> Values:
    """Return what DailyPot shows: the newest daily draw, and how the one before stands.

    Args:
        draws: Any; those of rooms are passed over.
    """
    days = sorted((draw for draw in draws if draw.is_daily), key=lambda draw: draw.locks_ms)
    today = days[-1] if days else Shown()
    before = days[-2] if len(days) > 1 else Shown()
    return asdict(today) | {"before_id": before.draw_id, "before_status": before.status}


def room_of(draw: Shown) -> str:
    """Return the room whose pages show this draw."""
    return DAILY_ROOM if draw.is_daily else f"{POT}{draw.draw_id}"


class Board:
    """The latest of every draw that moved, and what each room was sent last."""

    def __init__(self, daily_state: str, room_state: str) -> None:
        """Begin empty.

        Args:
            daily_state: Full name of the state that shows the daily draw.
            room_state: Full name of the state that shows a room's.
        """
        self._states = {True: daily_state, False: room_state}
        self._draws: OrderedDict[str, Shown] = OrderedDict()
        self._sent: dict[str, Values] = {}
        self._sent_at: dict[str, float] = {}
        self._waiting: set[str] = set()
        self._arrived: deque[tuple[float, str, str, Values]] = deque(maxlen=KEPT_ARRIVALS)

    def values(self, room: str) -> Values:
        """Return what the room's pages show, by all that is known."""
        if room == DAILY_ROOM:
            return values_of_daily(self._draws.values())
        return asdict(self._draws.get(room.removeprefix(POT), Shown()))

    def arrive(self, socket_id: str, room: str, values: Values) -> None:
        """Note what a page that just sat down was told; a change may have crossed it."""
        self._arrived.append((time.monotonic(), socket_id, room, values))

    def learn(self, draws: Iterable[Shown]) -> None:
        """Take in what was just read of some draws, by whomever; older than known is dropped."""
        for draw in draws:
            known = self._draws.get(draw.draw_id)
            if known == draw or (known is not None and known.progress > draw.progress):
                continue
            self._draws[draw.draw_id] = draw
            self._draws.move_to_end(draw.draw_id)
            self._waiting.add(room_of(draw))
        self._forget_old_rooms()

    def _forget_old_rooms(self) -> None:
        for draw_id in list(self._draws)[: max(0, len(self._draws) - KEPT_DRAWS)]:
            room = room_of(self._draws[draw_id])
            if room != DAILY_ROOM:
                del self._draws[draw_id]
                self._sent.pop(room, None)
                self._sent_at.pop(room, None)
                self._waiting.discard(room)

    async def tell(self, now: float) -> float:
        """Send what is waiting and due.

        Args:
            now: Seconds of the monotonic clock.

        Returns:
            Seconds until the next room is due; infinite when none waits.
        """
        due_in = float("inf")
        for room in list(self._waiting):
            left = self._sent_at.get(room, 0.0) + _pause_of(room) - now
            if left > 0:
                due_in = min(due_in, left)
                continue
            self._waiting.discard(room)
            values, before = self.values(room), self._sent.get(room, {})
            self._sent[room], self._sent_at[room] = values, now
            news = {name: value for name, value in values.items() if before.get(name) != value}
            if news:
                await sockets.tell(self._update(room, news), [room])
        return due_in

    async def heal(self, older_than: float) -> None:
        """Tell again who sat down while a change was on its way, and would have missed it.

        Args:
            older_than: Only who came before this moment of the monotonic clock; all
                that was committed by then has been read.
        """
        while self._arrived and self._arrived[0][0] < older_than:
            _, socket_id, room, told = self._arrived.popleft()
            values = self.values(room)
            if values["draw_id"] and values != told:
                await sockets.tell(self._update(room, values), [socket_id])

    def _update(self, room: str, values: Mapping[str, str | int]) -> StateUpdate:
        state = self._states[room == DAILY_ROOM]
        return StateUpdate(
            delta={state: {name + FIELD_MARKER: value for name, value in values.items()}}
        )


def _pause_of(room: str) -> float:
    return max(EVERY_S, sockets.count(room) / LISTENERS_PER_S)
