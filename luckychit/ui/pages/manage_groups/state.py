"""What the list of groups knows."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from luckychit.core import clock
from luckychit.core.money import Money
from luckychit.domain.chits import queries as chits
from luckychit.domain.chits.queries.views import GroupRow
from luckychit.ui import session, text
from luckychit.ui.pages.manage_shared import words
from luckychit.ui.paging import PAGE_SIZE, Paged


@dataclass
class GroupLine:
    """One group, ready to draw."""

    group_id: str = ""
    href: str = ""
    name: str = ""
    terms: str = ""
    status: str = ""
    status_text: str = ""
    month: str = ""
    next_draw: str = ""
    collected: str = ""
    expected: str = ""
    share: int = 0
    attention: str = ""


class GroupsState(Paged, rx.State):
    """The manager's groups, by pages."""

    is_ready: bool = False
    has_any: bool = False
    rows: list[GroupLine] = []
    collected_sum: str = ""
    expected_sum: str = ""

    @rx.event
    async def load(self) -> None:
        """Read one page of groups."""
        actor = await session.actor(self, "manager")
        now = clock.now()
        page = await session.call(
            chits.groups_of_manager,
            actor=actor,
            now=now,
            search=self.search,
            sort=self.sort or "newest",
            offset=self.offset,
            limit=PAGE_SIZE,
        )
        self.rows = [_line(row) for row in page.items]
        self.has_any = bool(page.total) or bool(self.search)
        self.collected_sum = _sum([row.collected for row in page.items])
        self.expected_sum = _sum([row.expected for row in page.items])
        self._show_page(page, one="group")
        self.is_ready = True

    @rx.event
    async def clear(self) -> Any:
        """Show all groups again."""
        await session.actor(self, "manager")
        self.search, self.offset = "", 0
        return GroupsState.load


def _sum(amounts: list[Money]) -> str:
    """Add up what has one currency; different currencies have no sum."""
    if len({amount.currency for amount in amounts}) != 1:
        return ""
    return sum(amounts[1:], amounts[0]).text()


def _line(row: GroupRow) -> GroupLine:
    is_forming = row.status == "forming"
    expected = row.expected.amount_minor
    return GroupLine(
        group_id=str(row.group_id),
        href=f"/manage/groups/{row.group_id}",
        name=row.name,
        terms=f"{row.max_members} {words.TIMES} {row.monthly_installment.text()}",
        status=row.status,
        status_text=text.STATUSES[row.status],
        month=(
            f"{row.seats_taken} of {row.max_members} seats"
            if is_forming
            else f"Month {row.instalment} of {row.duration_months}"
        ),
        next_draw=text.short_day(row.next_draw_at) if row.next_draw_at else words.NONE,
        collected=words.NONE if is_forming else row.collected.text(),
        expected=row.expected.text(),
        share=row.collected.amount_minor * 100 // expected if expected else 0,
        attention=row.needs_attention,
    )
