"""What the public start knows: the latest draws, live."""

import reflex as rx

from luckychit.ui import session
from luckychit.ui.pages.draws.lines import DrawLine, latest_lines

LATEST = 5


class HomeState(rx.State):
    """The latest draws, and the newest of them as a ring of seats."""

    is_ready: bool = False
    lines: list[DrawLine] = []
    newest: DrawLine = DrawLine()
    ring: list[str] = []

    @rx.event
    async def load(self) -> None:
        """Read the latest draws."""
        self.lines = await session.call(latest_lines, "", LATEST)
        drawn = [line for line in self.lines if line.winner_seat]
        self.newest = drawn[0] if drawn else DrawLine()
        self.ring = [
            "won" if seat == self.newest.winner_seat else "paid"
            for seat in range(1, self.newest.seats + 1)
        ]
        self.is_ready = True
