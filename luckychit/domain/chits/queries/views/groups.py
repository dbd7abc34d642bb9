"""Groups and people, as their manager sees them."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from luckychit.core.money import Money
from luckychit.domain.chits.queries.views.draws import DrawRow
from luckychit.domain.chits.queries.views.money import BooksView, DueRow


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One line of the manager's list of groups."""

    group_id: uuid.UUID
    name: str
    status: str  # forming | active | completed
    monthly_installment: Money
    total_value: Money
    seats_taken: int
    max_members: int
    instalment: int  # the present one, 1..N; 0 while forming; N when completed
    duration_months: int
    next_draw_at: datetime | None
    collected: Money  # of the present instalment
    expected: Money  # of the present instalment
    needs_attention: str  # a short sentence, or ""


@dataclass(frozen=True, slots=True)
class GridCell:
    """One seat in one month."""

    instalment: int
    state: str  # paid | part | late | due (collected now) | ahead (not opened yet)
    paid_minor: int
    won: bool


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One seat: who holds it, what it owes, and its row of the month grid."""

    seat_id: uuid.UUID
    seat_number: int
    user_id: uuid.UUID
    full_name: str
    mobile_masked: str  # +91 ****3210 style, for screens seen by others
    won_instalment: int | None
    owed: Money  # all that is due by now and unpaid
    paid_total: Money
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as its manager sees it."""

    row: GroupRow
    currency: str
    commission_bps: int
    gst_bps: int
    draw_day: int
    draw_time: str  # "18:00"
    time_zone: str
    starts_on: date
    short_collection: str
    commission: Money  # of a full month
    prize: Money  # of a full month
    seats: tuple[SeatRow, ...]
    dues: tuple[DueRow, ...]  # of the present instalment and all older unpaid ones
    draws: tuple[DrawRow, ...]  # every instalment opened so far, newest first
    current_draw: DrawRow | None
    can_draw: bool  # the button works now
    draw_advice: str  # why it does not, or what pressing it will do
    books: BooksView


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person with seats in (or an account made by) the manager."""

    user_id: uuid.UUID
    full_name: str
    mobile_number: str
    seats: int
    groups: tuple[str, ...]
    owed: Money
    has_signed_in: bool


@dataclass(frozen=True, slots=True)
class MonthBar:
    """One month of the collection chart, minor units."""

    month: str  # "Nov 2026"
    paid_minor: int
    late_minor: int  # paid after its day
    missing_minor: int


@dataclass(frozen=True, slots=True)
class PendingAction:
    """Something the manager should do, with the page where it is done."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class DashboardView:
    """The manager's first page."""

    active_groups: int
    total_members: int
    collected_this_month: Money
    expected_this_month: Money
    pending: tuple[PendingAction, ...]
    months: tuple[MonthBar, ...]  # up to 12, oldest first
    group_ids: tuple[uuid.UUID, ...]
