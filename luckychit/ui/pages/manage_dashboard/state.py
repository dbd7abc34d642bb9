"""What the manager's first page knows."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from luckychit.core import clock
from luckychit.core.money import Money
from luckychit.domain.chits import queries as chits
from luckychit.domain.chits.queries.views import DashboardView, MonthBar
from luckychit.domain.notify import queries as notify
from luckychit.ui import session, text

NEWS_SHOWN = 12


@dataclass
class MonthText:
    """One month of collections as a line of the table beside the chart."""

    month: str = ""
    paid: str = ""
    late: str = ""
    missing: str = ""


@dataclass
class Todo:
    """Something to do, and where."""

    text: str = ""
    href: str = ""


class DashboardState(rx.State):
    """Cards, what to do, the chart of collections, what happened."""

    is_ready: bool = False
    active_groups: int = 0
    total_members: int = 0
    collected: str = ""
    collected_note: str = ""
    pending_count: int = 0
    pending: list[Todo] = []
    bars: list[dict[str, str | float]] = []
    months: list[MonthText] = []
    has_months: bool = False
    has_groups: bool = False
    news: list[text.NewsText] = []

    @rx.event
    async def load(self) -> None:
        """Read everything the page shows."""
        actor = await session.actor(self, "manager")
        now = clock.now()
        seen = await session.call(chits.dashboard, actor=actor, now=now)
        news = await session.call(
            notify.recent_for, actor=actor, group_ids=list(seen.group_ids), limit=2 * NEWS_SHOWN
        )
        # A result and its prize are one piece of news to the manager.
        told = [item for item in news if item.kind != "prize_won"][:NEWS_SHOWN]
        self.news = [text.feed_line(item, viewer_id=actor.user_id, now=now) for item in told]
        self._show(seen)
        self.is_ready = True

    def _show(self, seen: DashboardView) -> None:
        self.active_groups, self.total_members = seen.active_groups, seen.total_members
        self.collected = seen.collected_this_month.text()
        expected = seen.expected_this_month
        self.collected_note = f"of {expected.text()} due" if expected else "Nothing due this month"
        self.pending = [Todo(item.text, item.href) for item in seen.pending]
        self.pending_count = len(seen.pending)
        currency = expected.currency
        self.bars = [_bar(bar) for bar in seen.months]
        self.months = [_month(bar, currency) for bar in reversed(seen.months)]
        self.has_months = any(
            bar.paid_minor or bar.late_minor or bar.missing_minor for bar in seen.months
        )
        self.has_groups = bool(seen.group_ids)


def _bar(bar: MonthBar) -> dict[str, Any]:
    # A picture may round: whole units of money.
    return {
        "month": bar.month.split(" ")[0],
        "Paid": bar.paid_minor / 100,
        "Late": bar.late_minor / 100,
        "Missing": bar.missing_minor / 100,
    }


def _month(bar: MonthBar, currency: str) -> MonthText:
    def said(amount_minor: int) -> str:
        return Money(amount_minor, currency).text()

    return MonthText(bar.month, said(bar.paid_minor), said(bar.late_minor), said(bar.missing_minor))
