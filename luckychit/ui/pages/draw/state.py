"""What the page of one draw knows."""

import reflex as rx

from luckychit.core import errors
from luckychit.domain.users.service import Actor
from luckychit.ui import session
from luckychit.ui.pages.draw.finding import Finding
from luckychit.ui.pages.draw.words import DrawText, LogText, read_draw


class DrawState(Finding, rx.State):
    """One draw, followed live from its seal to its result."""

    is_ready: bool = False
    missing: bool = False
    draw: DrawText = DrawText()
    log: list[LogText] = []
    plays: bool = False

    @rx.event
    async def load(self) -> None:
        """Read the draw; a result that arrives while somebody watches is played."""
        draw_id = session.route_text(self, "draw_id")
        who: Actor | None = await session.visitor(self)
        try:
            draw, log = await session.call(read_draw, draw_id, who)
        except errors.NotFound:
            self.missing, self.draw, self.log = True, DrawText(), []
            return
        is_same = self.draw.draw_id == draw.draw_id
        if not is_same:
            self.problems = {}
        if draw.status == "drawn" and is_same and self.draw.status in {"committed", "locked"}:
            self.plays = True
        elif not is_same:
            self.plays = False
        self.missing, self.draw, self.log, self.is_ready = False, draw, log, True

    def _searched(self) -> str:
        return self.draw.draw_id
