"""Mixins of page states: longer lists by pages, forms with sentences beside their fields."""

from typing import Any

import reflex as rx

from luckychit.core import errors
from luckychit.domain.chits.queries.views import Page
from luckychit.ui import session
from luckychit.ui.errors import idle

PAGE_SIZE = 20


class Paged(rx.State, mixin=True):
    """Search, sort and pages. The state that mixes it in has a handler ``load``."""

    search: str = ""
    sort: str = ""
    offset: int = 0
    total: int = 0
    page_text: str = ""
    has_previous: bool = False
    has_next: bool = False

    @rx.event
    async def find(self, form: dict[str, Any]) -> Any:
        """Search from the first page."""
        self.search = session.typed_text(form, "search", 80)
        self.offset = 0
        return self._reload()

    @rx.event
    async def sort_by(self, column: str) -> Any:
        """Sort from the first page; the service knows which words are columns."""
        self.sort = column if isinstance(column, str) else ""
        self.offset = 0
        return self._reload()

    @rx.event
    async def next_page(self) -> Any:
        """Go on by one page."""
        self.offset = min(self.offset + PAGE_SIZE, max(self.total - 1, 0))
        return self._reload()

    @rx.event
    async def previous_page(self) -> Any:
        """Go back by one page."""
        self.offset = max(self.offset - PAGE_SIZE, 0)
        return self._reload()

    def _reload(self) -> Any:
        # load asks who is there; nothing is shown before it has.
        return type(self).load  # type: ignore[attr-defined]

    def _show_page(self, page: Page[Any], *, one: str, many: str = "") -> None:
        """Say which part of the list ``page`` is: ``21 to 40 of 83 members``."""
        self.total = page.total
        shown = len(page.items)
        first = min(self.offset + 1, page.total)
        name = one if page.total == 1 else many or one + "s"
        whole = self.offset == 0 and shown == page.total
        self.page_text = (
            f"{page.total} {name}"
            if whole
            else f"{first} to {self.offset + shown} of {page.total} {name}"
        )
        self.has_previous = self.offset > 0
        self.has_next = self.offset + shown < page.total


class Formed(rx.State, mixin=True):
    """Sentences beside the fields of a form: ``field(..., error=State.problems["name"])``."""

    problems: dict[str, str] = {}  # noqa: RUF012 - a Reflex var

    def _mark(self, exc: errors.InvalidInput) -> Any:
        """Put each sentence beside its field and free the waiting button; return the event."""
        self.problems = dict(exc.fields)
        return idle()
