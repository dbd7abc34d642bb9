"""What the administrator's page of the trail knows."""

from typing import Any, ClassVar

import reflex as rx

from luckychit.core import clock
from luckychit.domain.audit import queries, rules
from luckychit.ui import session, text
from luckychit.ui.pages.trail_shared.state import Trail

ZONE = "UTC"


class AdminTrailState(Trail, rx.State):
    """Everything that was done, and whether its chain holds."""

    whose: ClassVar[str] = "admin"

    csv_href: str = ""
    json_href: str = ""
    is_checking: bool = False
    check_share: int = 0
    check_text: str = ""
    check_tone: str = ""  # good or bad, once it is known
    head: str = ""
    _checked: str = ""
    _count: int = 0

    @rx.event
    async def load(self) -> None:
        """Read one page."""
        actor = await session.actor(self, "admin")
        page = await session.call(
            queries.search, actor=actor, wanted=self.wanted.filter(ZONE), before=self._before()
        )
        self._show(page, actor, ZONE)
        self.csv_href = self.wanted.file_href("csv", ZONE)
        self.json_href = self.wanted.file_href("json", ZONE)

    @rx.event
    async def check(self) -> Any:
        """Begin to recompute the chain."""
        actor = await session.actor(self, "admin")
        self._count = await session.call(queries.sealed_count, actor=actor)
        self._checked, self.is_checking = str(rules.START), True
        self.check_share, self.check_tone, self.head = 0, "", ""
        self.check_text = f"Checking {text.count(self._count, 'seal')}"
        return AdminTrailState.check_on

    @rx.event
    async def check_on(self) -> Any:
        """Recompute the next portion; each is an event of its own, so that Stop gets in."""
        actor = await session.actor(self, "admin")
        after = rules.read_seal(self._checked)
        if not self.is_checking or after is None:
            return None
        part = await session.call(queries.check_part, actor=actor, after=after, now=clock.now())
        self._checked = str(part.head)
        if not part.is_end:
            done = part.head.seq
            self.check_share = min(99, 100 * done // max(self._count, 1))
            self.check_text = f"{text.number(done)} of {text.count(self._count, 'seal')} checked"
            return AdminTrailState.check_on
        self.is_checking, self.check_share = False, 100
        if part.problem:
            self.check_tone, self.check_text = "bad", part.problem.sentence
            return None
        self.check_tone, self.head = "good", str(part.head)
        self.check_text = f"The trail holds: {text.count(part.head.seq, 'entry', 'entries')} sealed"
        return None

    @rx.event
    async def stop(self) -> None:
        """Leave the check where it is."""
        await session.actor(self, "admin")
        self.is_checking, self.check_text, self.check_tone = False, "", ""
