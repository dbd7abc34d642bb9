"""What the manager's page of the trail knows."""

from typing import ClassVar

import reflex as rx

from luckychit.domain.audit import queries
from luckychit.ui import session
from luckychit.ui.pages.trail_shared.state import Trail
from luckychit.ui.text import DEFAULT_ZONE


class ManageTrailState(Trail, rx.State):
    """What was done in the manager's circles and to the own account."""

    whose: ClassVar[str] = "manager"

    @rx.event
    async def load(self) -> None:
        """Read one page."""
        actor = await session.actor(self, "manager")
        page = await session.call(
            queries.of_circles,
            actor=actor,
            wanted=self.wanted.filter(DEFAULT_ZONE),
            before=self._before(),
        )
        self._show(page, actor, DEFAULT_ZONE)
