"""Monthly draws, prizes and payouts, as entries may see them."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from luckychit.core.money import Money


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
