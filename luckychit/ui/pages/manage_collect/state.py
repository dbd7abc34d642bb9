"""What the collection sheet knows: who owes what now, and what came in today."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from luckychit.core import clock
from luckychit.core.money import Money
from luckychit.domain.chits import queries as chits
from luckychit.domain.chits.queries.views import DueRow
from luckychit.ui import orders, session, text
from luckychit.ui.pages.manage_shared.paying import Paying
from luckychit.ui.paging import PAGE_SIZE, Paged

# Ready for the next name; not on a phone, where it would raise the keyboard.
# After the dialog has gone, and the line that was paid.
_PUT_AWAY_MS = 300


_BLANK = "\N{NO-BREAK SPACE}"


@dataclass
class Owing:
    """One due to be collected, ready to draw."""

    due_id: str = ""
    name: str = ""
    initials: str = ""
    where: str = ""
    when: str = ""
    remaining: str = ""
    of_amount: str = ""
    status: str = ""
    status_text: str = ""


class CollectState(Paying, Paged, rx.State):
    """Today's collection sheet."""

    is_ready: bool = False
    rows: list[Owing] = []
    today_total: str = ""
    today_count: str = ""
    page_sum: str = ""
    # Of the rows on the screen: group, seat, and what is owed up to and with this due.
    _asked: dict[str, tuple[UUID, int, str, str, Money]] = {}

    @rx.event
    async def load(self) -> None:
        """Read the sheet and the running total of today."""
        actor = await session.actor(self, "manager")
        now = clock.now()
        page = await session.call(
            chits.collect_sheet,
            actor=actor,
            now=now,
            search=self.search,
            offset=self.offset,
            limit=PAGE_SIZE,
        )
        total, count = await session.call(chits.today_total, actor=actor, now=now)
        self.rows = [_owing(row) for row in page.items]
        self._asked = _asked(page.items)
        self.page_sum = _sum([row.remaining for row in page.items])
        self.today_total = total.text()
        self.today_count = f"in {text.count(count, 'payment')}" if count else "Nothing yet today"
        self._show_page(page, one="due")
        self.is_ready = True

    @rx.event
    async def ask(self, due_id: str) -> Any:
        """Open the payment dialog for a line of the sheet."""
        await session.actor(self, "manager")
        known = self._asked.get(due_id) if isinstance(due_id, str) else None
        if known is None:
            return CollectState.load
        group_id, seat, name, where, owed = known
        return self._ask_payment(seat=(group_id, seat), name=name, where=where, owed=owed)

    def _after_payment(self) -> list[Any]:
        return [orders.select_for_keyboards("search", wait_ms=_PUT_AWAY_MS)]

    @rx.event
    async def clear(self) -> Any:
        """Show everybody again."""
        await session.actor(self, "manager")
        self.search, self.offset = "", 0
        return CollectState.load


def _asked(rows: tuple[DueRow, ...]) -> dict[str, tuple[UUID, int, str, str, Money]]:
    """Add up what each seat owes, line by line: the oldest month is always paid first."""
    owed: dict[tuple[UUID, int], Money] = {}
    asked = {}
    for row in rows:
        seat = (row.group_id, row.seat_number)
        owed[seat] = owed[seat] + row.remaining if seat in owed else row.remaining
        where = f"{row.group_name}, seat {row.seat_number}"
        asked[str(row.due_id)] = (*seat, row.full_name, where, owed[seat])
    return asked


def _sum(amounts: list[Money]) -> str:
    if len({amount.currency for amount in amounts}) != 1:
        return ""
    return sum(amounts[1:], amounts[0]).text()


def _where(row: DueRow) -> str:
    """Say group, seat and month; on a phone the line breaks after the group's name."""
    whole = f"seat {row.seat_number} · month {row.instalment}".replace(" ", _BLANK)
    return f"{row.group_name}{_BLANK}· {whole}"


def _owing(row: DueRow) -> Owing:
    status = "late" if row.is_late else "part" if row.paid else "due"
    return Owing(
        due_id=str(row.due_id),
        name=row.full_name,
        initials=text.initials(row.full_name),
        where=_where(row),
        when=f"due {text.relative_day(row.due_on, clock.now())}",
        remaining=row.remaining.text(),
        of_amount=f"of {row.amount.text()}" if row.paid else "",
        status=status,
        status_text=text.STATUSES[status],
    )
