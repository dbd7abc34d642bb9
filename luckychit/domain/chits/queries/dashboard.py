"""Reads for the manager's first page: cards, what to do, the chart of collections."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.actors import Actor, require
from luckychit.domain.chits.models import (
    ChitGroup,
    DrawStatus,
    Due,
    GroupStatus,
    MonthlyDraw,
)
from luckychit.domain.chits.queries.draws import rows_of
from luckychit.domain.chits.queries.dues import REMAINING, is_late
from luckychit.domain.chits.queries.views import (
    DashboardView,
    MonthBar,
    PendingAction,
)
from luckychit.domain.chits.rules import month_label
from luckychit.domain.users.models import ManagerMember

MONTHS_SHOWN = 12
PRIZES_SHOWN = 5
HOME_CURRENCY = "INR"
HOME_ZONE = "Asia/Kolkata"

# Late: received after the due's day, in the group's zone. A reversal counts against
# what it reverses, so it is as late as that payment was; it may open another due than
# that payment filled, so what is late is never more than what is paid.
_MONTHS = text(
    """
    WITH shown AS (
        SELECT d.id, d.due_on, d.amount_minor, d.paid_minor, g.time_zone
        FROM dues d JOIN chit_groups g ON g.id = d.group_id
        WHERE g.manager_id = :manager_id AND g.currency = :currency
          AND d.due_on >= CAST(:first AS date) AND d.due_on < CAST(:after AS date)
    ), received_late AS (
        SELECT s.id, sum(a.amount_minor) AS late_minor
        FROM shown s
        JOIN payment_allocations a ON a.due_id = s.id
        JOIN payments p ON p.id = a.payment_id
        LEFT JOIN payments o ON o.id = p.reverses_id
        WHERE (coalesce(o.received_at, p.received_at) AT TIME ZONE s.time_zone)::date > s.due_on
        GROUP BY s.id
    ), judged AS (
        SELECT s.*, greatest(0, least(coalesce(l.late_minor, 0), s.paid_minor)) AS late_minor
        FROM shown s LEFT JOIN received_late l ON l.id = s.id
    )
    SELECT date_trunc('month', due_on)::date AS month,
           sum(paid_minor - late_minor)::bigint AS paid_minor,
           sum(late_minor)::bigint AS late_minor,
           sum(amount_minor - paid_minor)::bigint AS missing_minor
    FROM judged GROUP BY 1 ORDER BY 1
    """
)
_READY_GROUPS = text(
    """
    SELECT g.id, g.name FROM chit_groups g
    WHERE g.manager_id = :manager_id AND g.status = 'forming'
      AND (SELECT count(*) FROM group_members m WHERE m.group_id = g.id) = g.max_members
    ORDER BY g.created_at
    """
)


def dashboard(*, actor: Actor, now: datetime) -> DashboardView:
    """Return the manager's first page: cards, what to do, the chart of collections.

    Sums are of the currency most of the manager's groups use.

    Args:
        actor: A manager.
        now: The present moment; the month is that of the newest group's zone.

    Raises:
        SignInNeeded: Nobody asks.
        NotAllowed: The actor is not a manager.
    """
    require(actor, "manager")
    with reading() as session:
        groups = session.exec(
            select(ChitGroup)
            .where(ChitGroup.manager_id == actor.user_id)
            .order_by(col(ChitGroup.created_at))
        ).all()
        currency = _usual_currency(groups)
        bars = _months(session, actor.user_id, currency, _local_month(groups, now))
        this_month = bars[-1]
        return DashboardView(
            active_groups=sum(group.status == GroupStatus.ACTIVE.value for group in groups),
            total_members=_count_members(session, actor.user_id),
            collected_this_month=Money(this_month.paid_minor + this_month.late_minor, currency),
            expected_this_month=Money(
                this_month.paid_minor + this_month.late_minor + this_month.missing_minor, currency
            ),
            pending=tuple(_pending(session, actor.user_id, currency, now)),
            months=tuple(bars),
            group_ids=tuple(group.id for group in groups),
        )


def _usual_currency(groups: Sequence[ChitGroup]) -> str:
    used = [group.currency for group in groups]
    return max(set(used), key=lambda code: (used.count(code), code)) if used else HOME_CURRENCY


def _local_month(groups: Sequence[ChitGroup], now: datetime) -> date:
    zone = groups[-1].time_zone if groups else HOME_ZONE
    return now.astimezone(ZoneInfo(zone)).date().replace(day=1)


def _months(session: Session, manager_id: uuid.UUID, currency: str, month: date) -> list[MonthBar]:
    """Return the bars from the first month with dues, 12 at most, to the present one."""
    first = _months_later(month, 1 - MONTHS_SHOWN)
    found = {
        row.month: row
        for row in session.execute(
            _MONTHS,
            {
                "manager_id": manager_id,
                "currency": currency,
                "first": first,
                "after": _months_later(month, 1),
            },
        )
    }
    bars = []
    at = min(found, default=month)
    while at <= month:
        bars.append(_bar(at, found.get(at)))
        at = _months_later(at, 1)
    return bars


def _bar(month: date, row: Any) -> MonthBar:
    return MonthBar(
        month=month_label(month),
        paid_minor=row.paid_minor if row else 0,
        late_minor=row.late_minor if row else 0,
        missing_minor=row.missing_minor if row else 0,
    )


def _months_later(month: date, count: int) -> date:
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)


def _count_members(session: Session, manager_id: uuid.UUID) -> int:
    return session.exec(
        select(func.count())
        .select_from(ManagerMember)
        .where(col(ManagerMember.manager_id) == manager_id)
    ).one()


def _pending(
    session: Session, manager_id: uuid.UUID, currency: str, now: datetime
) -> list[PendingAction]:
    todo = [
        PendingAction(f"{row.name} is full: start it.", f"/manage/groups/{row.id}")
        for row in session.execute(_READY_GROUPS, {"manager_id": manager_id})
    ]
    todo += _prizes_to_pay(session, manager_id)
    todo += _draws_held_over(session, manager_id)
    count, late_minor = _late(session, manager_id, currency, now)
    if count:
        amount = Money(late_minor, currency).text()
        many = "1 due is" if count == 1 else f"{count} dues are"
        todo.append(PendingAction(f"{many} late: {amount} to collect.", "/manage/collect"))
    return todo


def _late(session: Session, manager_id: uuid.UUID, currency: str, now: datetime) -> tuple[int, int]:
    count, late_minor = session.exec(
        select(func.count(), func.coalesce(func.sum(REMAINING), 0))
        .select_from(Due)
        .join(ChitGroup, col(ChitGroup.id) == col(Due.group_id))
        .where(ChitGroup.manager_id == manager_id, ChitGroup.currency == currency, is_late(now))
    ).one()
    return count, int(late_minor)


def _prizes_to_pay(session: Session, manager_id: uuid.UUID) -> list[PendingAction]:
    found = session.exec(
        select(MonthlyDraw, ChitGroup)
        .join(ChitGroup, col(ChitGroup.id) == col(MonthlyDraw.group_id))
        .where(
            ChitGroup.manager_id == manager_id,
            col(MonthlyDraw.paid_out_minor) < col(MonthlyDraw.prize_minor),
        )
        .order_by(col(MonthlyDraw.drawn_at))
    ).all()
    todo = [
        PendingAction(
            f"Hand {(row.prize - row.paid_out).text()} to {row.winner_name}: "
            f"month {row.instalment} of {row.group_name}.",
            "/manage/payouts",
        )
        for row in rows_of(session, found[:PRIZES_SHOWN])
    ]
    if len(found) > PRIZES_SHOWN:
        more = len(found) - PRIZES_SHOWN
        todo.append(PendingAction(f"{more} more prizes to hand over.", "/manage/payouts"))
    return todo


def _draws_held_over(session: Session, manager_id: uuid.UUID) -> list[PendingAction]:
    found = session.exec(
        select(MonthlyDraw.instalment, ChitGroup.id, ChitGroup.name)
        .join(ChitGroup, col(ChitGroup.id) == col(MonthlyDraw.group_id))
        .where(
            ChitGroup.manager_id == manager_id,
            col(MonthlyDraw.status) != DrawStatus.DRAWN.value,
            col(MonthlyDraw.held_over_reason) != "",
        )
        .order_by(col(MonthlyDraw.scheduled_at))
    )
    return [
        PendingAction(
            f"The draw of month {instalment} of {name} is held over.",
            f"/manage/groups/{group_id}",
        )
        for instalment, group_id, name in found
    ]
