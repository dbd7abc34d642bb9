"""What entries may see of the circles: frozen, chosen field by field."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from luckychit.core.money import Money

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class TermsView:
    """The arithmetic of a group before it exists."""

    total_value: Money
    commission: Money  # of a full month
    gst: Money
    prize: Money
    first_draw_at: datetime
    last_draw_at: datetime
    net_cost_per_seat: Money  # what each seat pays over the whole term, prize included


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One line of a pasted member list, and what is wrong with it (or "")."""

    line_number: int
    typed: str
    full_name: str
    mobile_number: str
    seats: int
    problem: str


@dataclass(frozen=True, slots=True)
class AddedMember:
    """A person who got seats; the one-time password is shown this once, or is None."""

    user_id: uuid.UUID
    full_name: str
    mobile_number: str
    seat_numbers: tuple[int, ...]
    one_time_password: str | None


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
    state: str  # paid | part | late | due | ahead  (ahead = future, unpaid)
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
class DueRow:
    """What one seat owes for one instalment."""

    due_id: uuid.UUID
    group_id: uuid.UUID
    group_name: str
    seat_number: int
    full_name: str
    instalment: int
    due_on: date
    amount: Money
    paid: Money
    remaining: Money
    is_late: bool


@dataclass(frozen=True, slots=True)
class DrawRow:
    """The draw of one instalment."""

    monthly_draw_id: uuid.UUID
    group_id: uuid.UUID
    group_name: str
    instalment: int
    draw_id: str  # of the public proof: /draws/<draw_id>
    status: str  # open | locked | drawn
    scheduled_at: datetime
    locks_at: datetime
    beacon_at: datetime | None  # when the public randomness is born (None: weak mode)
    is_weak: bool
    held_over_reason: str
    eligible_count: int | None
    winner_seat_number: int | None
    winner_name: str | None  # for the manager and for members of the group only
    pot: Money
    commission: Money
    gst: Money
    prize: Money
    paid_out: Money
    drawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment or reversal."""

    payment_id: uuid.UUID
    group_id: uuid.UUID
    group_name: str
    seat_number: int
    full_name: str
    amount: Money  # negative for a reversal
    method: str
    reference: str
    receipt_number: int
    receipt_code: str
    received_at: datetime
    is_reversal: bool
    is_reversed: bool
    reason: str
    instalments: tuple[int, ...]  # which dues it went to


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """Money handed to a winner."""

    payout_id: uuid.UUID
    gross: Money
    deductions: Money
    net: Money
    method: str
    reference: str
    paid_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PrizeRow:
    """One won prize: what is promised, what was handed over, what is left."""

    draw: DrawRow
    left: Money
    payouts: tuple[PayoutRow, ...]


@dataclass(frozen=True, slots=True)
class BooksView:
    """The group's sums from the ledger; ``difference`` is zero or it is a bug."""

    received: Money  # from members
    prizes: Money
    commission: Money
    gst: Money
    held: Money  # still in pots
    advanced: Money  # by the foreman, not yet repaid
    difference: Money


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
class MyGroup:
    """A group as its member sees it on the first page."""

    group_id: uuid.UUID
    name: str
    status: str
    seat_numbers: tuple[int, ...]
    won_instalments: tuple[int, ...]
    instalment: int
    duration_months: int
    monthly_installment: Money  # per seat
    owed: Money
    prize: Money
    next_draw_at: datetime | None
    draw_status: str  # open | locked | drawn | ""


@dataclass(frozen=True, slots=True)
class MemberHome:
    """The member's first page."""

    dues: tuple[DueRow, ...]  # owed by now, and the next one coming, oldest first
    owed: Money | None  # None when in no group
    next_due: DueRow | None
    groups: tuple[MyGroup, ...]


@dataclass(frozen=True, slots=True)
class MySeat:
    """A member's own seat, with the phrase that is mixed into the draws."""

    seat_id: uuid.UUID
    seat_number: int
    client_seed: str
    won_instalment: int | None
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class MemberGroupView:
    """A group as its member sees it: own money in full, others' only as paid or won."""

    group: MyGroup
    manager_name: str
    commission_bps: int
    currency: str
    total_value: Money
    seats: tuple[MySeat, ...]
    others: tuple[SeatRow, ...]  # owed and paid_total are zeroed
    draws: tuple[DrawRow, ...]
    current_draw: DrawRow | None
    prizes: tuple[PrizeRow, ...]  # the member's own


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt for whoever holds its link: no mobile number, no account."""

    receipt_number: int
    receipt_code: str
    group_name: str
    manager_name: str
    payer_name: str
    seat_number: int
    amount: Money
    amount_in_words: str
    method: str
    reference: str
    received_at: datetime
    recorded_at: datetime
    instalments: tuple[tuple[int, Money], ...]
    is_reversal: bool
    reason: str
    reversed_by_code: str | None
    reverses_code: str | None
    time_zone: str


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a longer list."""

    items: tuple[Item, ...]
    total: int
