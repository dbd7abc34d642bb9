"""Dues, payments, receipts and books, as entries may see them."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from luckychit.core.money import Money


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
class BooksView:
    """The group's sums from the ledger; ``difference`` is zero or it is a bug."""

    received: Money  # from members
    prizes: Money
    commission: Money
    gst: Money
    held: Money  # still in pots
    advanced: Money  # by the foreman, not yet repaid
    difference: Money
