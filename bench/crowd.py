"""People who buy in the daily draw and look at pages while something else is done."""

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, Self

from luckychit.core import clock
from luckychit.domain.lottery import queries as lottery
from luckychit.domain.lottery import rules
from luckychit.domain.tickets import service
from luckychit.domain.tickets.errors import DrawClosed, DrawUnknown
from luckychit.domain.tickets.views import Order
from luckychit.domain.users.service import Actor

BUYERS, READERS = 8, 2
WARM_UP_S = 2.0  # connections are made
PAUSE_S = 0.01  # of a buyer and of a reader, between two requests


class Crowd:
    """Buyers and readers, who note how long they waited, and during what.

    Args:
        people: Members with money.
        names: Of what is done meanwhile.
    """

    def __init__(self, people: Sequence[Actor], names: Sequence[str]) -> None:
        self.memory: dict[str, int] = {}
        self._people = people
        self._what = ""
        self._is_over = threading.Event()
        self._bought: dict[str, list[float]] = {name: [] for name in names}
        self._read: dict[str, list[float]] = {name: [] for name in names}
        works = [(self._buy, self._bought)] * BUYERS + [(self._look, self._read)] * READERS
        self._threads = [
            threading.Thread(target=self._go_on, args=(number, act, noted))
            for number, (act, noted) in enumerate(works)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        time.sleep(WARM_UP_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def notes(self, what: str, act: Callable[[], Any]) -> Any:
        """Do something while the crowd notes its waits, and the process its most memory."""
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        self._what = what
        done = act()
        self._what = ""
        self.memory[what] = _status_mb("VmHWM")
        return done

    def waits(self) -> dict[str, Any]:
        """Return how many waited and how long, of purchases and of looks at pages."""
        return {
            name: {"purchase": _spread(self._bought[name]), "page": _spread(self._read[name])}
            for name in self._bought
        }

    def _go_on(
        self, number: int, act: Callable[[Actor], None], noted: dict[str, list[float]]
    ) -> None:
        chance = Random(number)
        while not self._is_over.is_set():
            what, began = self._what, time.perf_counter()
            act(chance.choice(self._people))
            # What began in one part and ended in the next counts in both.
            for name in {what, self._what} - {""}:
                noted[name].append(time.perf_counter() - began)
            time.sleep(PAUSE_S)

    @staticmethod
    def _buy(player: Actor) -> None:
        key = uuid.uuid4().hex
        while True:
            draw_id = rules.draw_id_of(rules.day_at(clock.now()))
            try:
                service.buy(Order(draw_id, player.user_id, key, 1, "a phrase"))
            except (DrawClosed, DrawUnknown):
                time.sleep(0.002)  # midnight: the next day is being opened
            else:
                return

    @staticmethod
    def _look(player: Actor) -> None:
        now = clock.now()
        lottery.public_today(now)
        lottery.today(actor=player, now=now)


def _spread(waits: list[float]) -> dict[str, Any]:
    ordered = sorted(waits) or [0.0]
    places = {"p50_ms": len(ordered) // 2, "p99_ms": len(ordered) * 99 // 100, "most_ms": -1}
    return {"count": len(waits)} | {
        name: round(ordered[place] * 1000, 1) for name, place in places.items()
    }


def _status_mb(name: str) -> int:
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines[name].split()[0]) // 1024
