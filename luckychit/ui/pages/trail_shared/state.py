"""What both pages of the trail know: the filter, one page of lines, one entry."""

from typing import Any, ClassVar

import reflex as rx

from luckychit.core import errors
from luckychit.domain.audit.views import TrailPage
from luckychit.domain.users.service import Actor
from luckychit.ui import errors as ui_errors
from luckychit.ui import orders, session
from luckychit.ui.pages.trail_shared.lines import TrailLine, trail_line
from luckychit.ui.pages.trail_shared.wanted import Wanted, read_wanted
from luckychit.ui.paging import Formed


class Trail(Formed, rx.State, mixin=True):
    """Filter, pages and one entry. The state that mixes it in has ``load`` and says whose."""

    whose: ClassVar[str] = ""

    is_ready: bool = False
    lines: list[TrailLine] = []
    entry: TrailLine = TrailLine()
    wanted: Wanted = Wanted()
    wanted_words: str = ""
    has_older: bool = False
    has_newer: bool = False
    # Where each page before this one began; the last is this page's.
    _pages: list[int] = []
    _older: int = 0

    @rx.event
    async def find(self, form: dict[str, Any]) -> Any:
        """Show only what was asked for, from the newest."""
        await session.actor(self, self.whose)
        wanted, problems = read_wanted(form)
        self.problems = problems
        if problems:
            return ui_errors.idle()
        self.wanted, self._pages = wanted, []
        return [ui_errors.idle(), self._reload()]

    @rx.event
    async def show_all(self) -> Any:
        """Leave nothing out."""
        await session.actor(self, self.whose)
        self.wanted, self._pages, self.problems = Wanted(), [], {}
        return self._reload()

    @rx.event
    async def older(self) -> Any:
        """Go back in time by one page."""
        await session.actor(self, self.whose)
        if self._older:
            self._pages = [*self._pages, self._older]
        return self._reload()

    @rx.event
    async def newer(self) -> Any:
        """Return to the page before."""
        await session.actor(self, self.whose)
        self._pages = self._pages[:-1]
        return self._reload()

    @rx.event
    async def open_entry(self, entry_id: str) -> Any:
        """Show everything that is known of one of the lines."""
        await session.actor(self, self.whose)
        for line in self.lines:
            if line.entry_id == entry_id:
                self.entry = line
                return orders.open_dialog("entry")
        raise errors.NotFound(entry_id=str(entry_id)[:64])

    def _reload(self) -> Any:
        # load asks who is there; nothing is shown before it has.
        return type(self).load  # type: ignore[attr-defined]

    def _before(self) -> int | None:
        return self._pages[-1] if self._pages else None

    def _show(self, page: TrailPage, actor: Actor, zone: str) -> None:
        self.lines = [
            trail_line(item, viewer_id=actor.user_id, zone=zone, role=self.whose)
            for item in page.items
        ]
        self._older = page.before or 0
        self.has_older, self.has_newer = self._older > 0, bool(self._pages)
        self.wanted_words = self.wanted.words()
        self.is_ready = True
