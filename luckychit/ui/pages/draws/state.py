"""What the list of draws knows."""

from typing import Any

import reflex as rx

from luckychit.ui import session
from luckychit.ui.pages.draw.finding import Finding
from luckychit.ui.pages.draws.lines import KINDS, DrawLine, latest_lines

PAGE_SIZE = 20


class DrawsState(Finding, rx.State):
    """Finished draws of one kind or all, by pages from the newest."""

    is_ready: bool = False
    lines: list[DrawLine] = []
    kind: str = ""  # daily, monthly, or "" for both
    is_first: bool = True
    has_older: bool = False
    _after: dict[str, str] = {}
    _next: dict[str, str] = {}

    @rx.event
    async def load(self) -> None:
        """Read one page of finished draws."""
        kinds = (self.kind,) if self.kind else KINDS
        found = await session.call(latest_lines, dict(self._after), PAGE_SIZE, kinds)
        self.lines, self._next, self.has_older = found.items, found.after, found.has_older
        self.is_first = not self._after
        self.is_ready = True

    @rx.event
    async def show_kind(self, kind: str) -> Any:
        """Show draws of one kind, or of both with any other word."""
        self.kind = kind if kind in KINDS else ""
        self._after = {}
        return DrawsState.load

    @rx.event
    async def older(self) -> Any:
        """Go on to older draws."""
        if self.has_older:
            self._after = dict(self._next)
        return DrawsState.load

    @rx.event
    async def newest(self) -> Any:
        """Go back to the newest draws."""
        self._after = {}
        return DrawsState.load
