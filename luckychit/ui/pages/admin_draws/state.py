"""What the administrator's page of draws knows."""

import reflex as rx

from luckychit.core import clock
from luckychit.domain.lottery import queries as lottery
from luckychit.ui import session, text
from luckychit.ui.pages.admin_draws.lines import DrawLine, draw_line


class AdminDrawsState(rx.State):
    """The newest daily draws with their steps."""

    is_ready: bool = False
    draws: list[DrawLine] = []
    late_text: str = ""

    @rx.event
    async def load(self) -> None:
        """Read the draws; runs at open and after each piece of news of a draw."""
        actor = await session.actor(self, "admin")
        found = await session.call(lottery.admin_draws, actor=actor, now=clock.now())
        self.draws = [draw_line(item, is_newest=not place) for place, item in enumerate(found)]
        late = sum(
            step.late_s > 0 and step.happened_at is None for item in found for step in item.steps
        )
        self.late_text = f"{text.count(late, 'step')} late" if late else ""
        self.is_ready = True
