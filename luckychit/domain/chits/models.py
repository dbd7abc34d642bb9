"""Tables of the chit circles. Private to the domain; entries use queries."""

import uuid
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from luckychit.core.ids import new_id


class GroupStatus(StrEnum):
    """Where a group stands; it only ever moves forward."""

    FORMING = "forming"
    ACTIVE = "active"
    COMPLETED = "completed"


class ShortCollection(StrEnum):
    """What the winner gets when some dues are unpaid on the day of the draw."""

    COLLECTED = "collected"
    FOREMAN_ADVANCES = "foreman_advances"


class PaymentMethod(StrEnum):
    """How money reached or left the manager."""

    CASH = "cash"
    BANK = "bank"
    UPI = "upi"


class DrawStatus(StrEnum):
    """Where the draw of an instalment stands.

    ``open``: the commitment is published and dues are collected. ``locked``: the list
    is frozen. ``drawn``: a winner is known. A draw held over goes back to ``open``
    with the next attempt's commitment.
    """

    OPEN = "open"
    LOCKED = "locked"
    DRAWN = "drawn"


def _minor() -> Column[int]:
    return Column(BigInteger, nullable=False)


class ChitGroup(SQLModel, table=True):
    """A chit circle and its terms, which do not change once it is active."""

    __tablename__ = "chit_groups"
    __table_args__ = (
        CheckConstraint("monthly_installment_minor > 0", name="chit_group_instalment_positive"),
        CheckConstraint("max_members BETWEEN 2 AND 120", name="chit_group_seats"),
        CheckConstraint("duration_months = max_members", name="chit_group_lot_duration"),
        CheckConstraint(
            "total_value_minor = monthly_installment_minor * max_members",
            name="chit_group_total",
        ),
        CheckConstraint("commission_bps BETWEEN 0 AND 10000", name="chit_group_commission"),
        CheckConstraint("gst_bps BETWEEN 0 AND 10000", name="chit_group_gst"),
        CheckConstraint("draw_day BETWEEN 1 AND 31", name="chit_group_draw_day"),
        CheckConstraint("status IN ('forming','active','completed')", name="chit_group_status"),
        CheckConstraint(
            "short_collection IN ('collected','foreman_advances')", name="chit_group_short"
        ),
        Index("chit_groups_by_manager", "manager_id", "created_at"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    manager_id: uuid.UUID = Field(foreign_key="users.id")
    name: str = Field(max_length=100)
    currency: str = Field(max_length=3)
    monthly_installment_minor: int = Field(sa_column=_minor())
    max_members: int
    duration_months: int
    total_value_minor: int = Field(sa_column=_minor())
    commission_bps: int
    gst_bps: int = 0
    draw_day: int
    starts_on: date  # first day of the month of instalment 1
    draw_time: time  # local to time_zone; the cut-off of every instalment
    time_zone: str = Field(max_length=64)
    short_collection: str = Field(max_length=20)
    status: str = Field(default=GroupStatus.FORMING.value, max_length=10)
    idempotency_key: str = Field(max_length=80, unique=True)
    created_at: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None


class GroupMember(SQLModel, table=True):
    """A seat: one numbered share of a group. A person may hold several."""

    __tablename__ = "group_members"
    __table_args__ = (
        UniqueConstraint("group_id", "seat_number", name="seat_taken_once"),
        CheckConstraint("seat_number >= 1", name="seat_number_positive"),
        CheckConstraint("length(client_seed) BETWEEN 1 AND 64", name="seat_client_seed"),
        Index("group_members_by_user", "user_id"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    group_id: uuid.UUID = Field(foreign_key="chit_groups.id")
    seat_number: int
    user_id: uuid.UUID = Field(foreign_key="users.id")
    # The member's own phrase that is mixed into every draw (fairness.md).
    client_seed: str = Field(max_length=64)
    joined_at: datetime
    # The key of the request that gave this seat; one request may give several.
    idempotency_key: str = Field(max_length=80, index=True)


class Due(SQLModel, table=True):
    """What one seat owes for one instalment."""

    __tablename__ = "dues"
    __table_args__ = (
        UniqueConstraint("seat_id", "instalment", name="due_once_per_instalment"),
        CheckConstraint("amount_minor > 0", name="due_amount_positive"),
        CheckConstraint("paid_minor BETWEEN 0 AND amount_minor", name="due_never_overpaid"),
        CheckConstraint("advanced_minor BETWEEN 0 AND amount_minor", name="due_advance_in_range"),
        CheckConstraint("(paid_at IS NOT NULL) = (paid_minor = amount_minor)", name="due_paid_at"),
        Index("dues_by_group", "group_id", "instalment"),
        Index("dues_unpaid", "due_on", postgresql_where=text("paid_at IS NULL")),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    group_id: uuid.UUID = Field(foreign_key="chit_groups.id")
    seat_id: uuid.UUID = Field(foreign_key="group_members.id")
    instalment: int
    due_on: date
    amount_minor: int = Field(sa_column=_minor())
    paid_minor: int = Field(default=0, sa_column=_minor())
    # The part the foreman's account has put into the pot in the payer's place.
    advanced_minor: int = Field(default=0, sa_column=_minor())
    paid_at: datetime | None = None  # the moment it became fully paid


class Payment(SQLModel, table=True):
    """Money received for a seat, or the opposite entry that reverses one.

    Append-only: a wrong payment is reversed by a row with the opposite amount.
    """

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("manager_id", "receipt_number", name="receipt_number_once"),
        UniqueConstraint("provider", "provider_payment_id", name="provider_payment_once"),
        CheckConstraint("amount_minor <> 0", name="payment_not_zero"),
        CheckConstraint(
            "(reverses_id IS NULL) = (amount_minor > 0)", name="payment_reversal_is_negative"
        ),
        CheckConstraint(
            "reverses_id IS NULL OR length(reason) > 0", name="payment_reversal_has_reason"
        ),
        Index("payments_by_group", "group_id", "received_at"),
        Index("payments_by_user", "user_id", "received_at"),
        Index("payments_by_manager", "manager_id", "received_at"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    group_id: uuid.UUID = Field(foreign_key="chit_groups.id")
    seat_id: uuid.UUID = Field(foreign_key="group_members.id")
    user_id: uuid.UUID = Field(foreign_key="users.id")
    manager_id: uuid.UUID = Field(foreign_key="users.id")
    amount_minor: int = Field(sa_column=_minor())
    currency: str = Field(max_length=3)
    method: str = Field(max_length=10)
    reference: str = Field(default="", max_length=100)
    provider: str | None = Field(default=None, max_length=20)
    provider_payment_id: str | None = Field(default=None, max_length=100)
    receipt_number: int
    receipt_code: str = Field(max_length=20, unique=True)
    idempotency_key: str = Field(max_length=80, unique=True)
    reverses_id: uuid.UUID | None = Field(default=None, foreign_key="payments.id", unique=True)
    reason: str = Field(default="", max_length=300)
    recorded_by: uuid.UUID = Field(foreign_key="users.id")
    received_at: datetime
    recorded_at: datetime
    transaction_id: uuid.UUID = Field(foreign_key="transactions.id")


class PaymentAllocation(SQLModel, table=True):
    """Which part of a payment went to which due (negative for a reversal)."""

    __tablename__ = "payment_allocations"
    __table_args__ = (CheckConstraint("amount_minor <> 0", name="allocation_not_zero"),)

    payment_id: uuid.UUID = Field(foreign_key="payments.id", primary_key=True)
    due_id: uuid.UUID = Field(foreign_key="dues.id", primary_key=True, index=True)
    amount_minor: int = Field(sa_column=_minor())


class ReceiptCounter(SQLModel, table=True):
    """The last receipt number of a manager; locked while one is taken, so no gaps."""

    __tablename__ = "receipt_counters"

    manager_id: uuid.UUID = Field(foreign_key="users.id", primary_key=True)
    last_number: int = 0


class MonthlyDraw(SQLModel, table=True):
    """The selection for one instalment: one row from its opening to its winner."""

    __tablename__ = "monthly_draws"
    __table_args__ = (
        UniqueConstraint("group_id", "instalment", name="one_draw_per_instalment"),
        UniqueConstraint("group_id", "winner_seat_id", name="a_seat_wins_once"),
        CheckConstraint("status IN ('open','locked','drawn')", name="monthly_draw_status"),
        CheckConstraint(
            "(status = 'drawn') = (winner_seat_id IS NOT NULL)", name="monthly_draw_winner"
        ),
        CheckConstraint(
            "pot_minor = commission_minor + gst_minor + prize_minor", name="monthly_draw_adds_up"
        ),
        CheckConstraint(
            "paid_out_minor BETWEEN 0 AND prize_minor", name="monthly_draw_prize_not_exceeded"
        ),
        Index("monthly_draws_pending", "locks_at", postgresql_where=text("status <> 'drawn'")),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    group_id: uuid.UUID = Field(foreign_key="chit_groups.id")
    instalment: int
    draw_id: str = Field(max_length=64, unique=True)  # of the present attempt
    attempt: int = 1
    status: str = Field(default=DrawStatus.OPEN.value, max_length=10)
    scheduled_at: datetime  # from the schedule; never moves
    locks_at: datetime  # of the present attempt's commitment
    held_over_reason: str = Field(default="", max_length=200)
    eligible_count: int | None = None
    winner_seat_id: uuid.UUID | None = Field(default=None, foreign_key="group_members.id")
    # What has been collected, split and promised so far; grows with late payments
    # under the ``collected`` policy.
    pot_minor: int = Field(default=0, sa_column=_minor())
    commission_minor: int = Field(default=0, sa_column=_minor())
    gst_minor: int = Field(default=0, sa_column=_minor())
    prize_minor: int = Field(default=0, sa_column=_minor())
    paid_out_minor: int = Field(default=0, sa_column=_minor())
    drawn_at: datetime | None = None


class PrizePayout(SQLModel, table=True):
    """Money handed to the winner of an instalment. Append-only but for the receipt."""

    __tablename__ = "prize_payouts"
    __table_args__ = (
        CheckConstraint("net_minor > 0", name="payout_net_positive"),
        CheckConstraint("gross_minor - deductions_minor = net_minor", name="payout_adds_up"),
        CheckConstraint("deductions_minor >= 0", name="payout_deductions"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    monthly_draw_id: uuid.UUID = Field(foreign_key="monthly_draws.id", index=True)
    gross_minor: int = Field(sa_column=_minor())  # this part of the pot
    deductions_minor: int = Field(sa_column=_minor())  # commission and tax on it
    net_minor: int = Field(sa_column=_minor())
    currency: str = Field(max_length=3)
    method: str = Field(max_length=10)
    reference: str = Field(default="", max_length=100)
    paid_at: datetime
    recorded_by: uuid.UUID = Field(foreign_key="users.id")
    recorded_at: datetime
    confirmed_at: datetime | None = None  # the winner says: received
    idempotency_key: str = Field(max_length=80, unique=True)
    transaction_id: uuid.UUID = Field(foreign_key="transactions.id")
