"""What the list of draws knows."""

from typing import Any

import reflex as rx

from luckychit.ui import session
from luckychit.ui.pages.draws.lines import DrawLine, latest_lines

PAGE_SIZE = 20


class DrawsState(rx.State):
    """Finished draws, by pages from the newest."""

    is_ready: bool = False
    lines: list[DrawLine] = []
    after: str = ""
    has_older: bool = False

    @rx.event
    async def load(self) -> None:
        """Read one page of finished draws."""
        found = await session.call(latest_lines, self.after, PAGE_SIZE + 1)
        self.has_older = len(found) > PAGE_SIZE
        self.lines = found[:PAGE_SIZE]
        self.is_ready = True

    @rx.event
    async def older(self) -> Any:
        """Go on to older draws."""
        if self.lines:
            self.after = self.lines[-1].draw_id
        return DrawsState.load

    @rx.event
    async def newest(self) -> Any:
        """Go back to the newest draws."""
        self.after = ""
        return DrawsState.load
