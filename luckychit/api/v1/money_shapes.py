"""Shapes of a circle's money and draws in the API: the public promise."""

import uuid
from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from luckychit.api.shapes import Moment, MoneyOut, money
from luckychit.api.v1.group_shapes import PERSON
from luckychit.domain.chits.queries.views import BooksView, DueRow, PaymentRow, PayoutRow
from luckychit.domain.chits.queries.views.whole import GroupStatement, HeldDraw

Method = Literal["cash", "bank", "upi"]


class DueOut(BaseModel):
    """What one seat owes for one instalment."""

    due_id: uuid.UUID
    seat_number: int = Field(examples=[3])
    full_name: str = Field(examples=[PERSON])
    instalment: int = Field(examples=[1])
    due_on: date = Field(examples=["2027-01-05"])
    amount: MoneyOut
    paid: MoneyOut
    remaining: MoneyOut
    is_late: bool


class PaymentOut(BaseModel):
    """A payment, or the reversal of one with the opposite amount."""

    payment_id: uuid.UUID
    group_id: uuid.UUID
    seat_number: int = Field(examples=[3])
    full_name: str = Field(examples=[PERSON])
    amount: MoneyOut
    method: Method
    reference: str = Field(examples=["UTR 4471"])
    receipt_number: int = Field(examples=[17])
    receipt_code: str = Field(
        description="Of the receipt's page: /receipts/{receipt_code}.", examples=["7KQ2M9XDRT4H"]
    )
    received_at: Moment
    is_reversal: bool
    is_reversed: bool
    reason: str | None = Field(examples=["Recorded for the wrong seat"])
    instalments: list[int] = Field(description="Whose dues it went to.", examples=[[1, 2]])


class PayoutOut(BaseModel):
    """Money handed to a winner; ``confirmed_at`` is when the winner said: received."""

    payout_id: uuid.UUID
    gross: MoneyOut
    deductions: MoneyOut
    net: MoneyOut
    method: Method
    reference: str = Field(examples=["UTR 4471"])
    paid_at: Moment
    confirmed_at: Moment | None


class MonthlyDrawOut(BaseModel):
    """The draw of one instalment; its proof is at /draws/{draw_id}."""

    monthly_draw_id: uuid.UUID
    instalment: int = Field(examples=[1])
    draw_id: str = Field(examples=["CHIT-1A2B3C4D-202701"])
    status: Literal["open", "locked", "drawn"]
    scheduled_at: Moment
    locks_at: Moment
    beacon_at: Moment | None
    is_weak: bool
    held_over_reason: str | None
    eligible_count: int | None = Field(examples=[20])
    winner_seat_number: int | None = Field(examples=[3])
    winner_name: str | None = Field(examples=[PERSON])
    pot: MoneyOut
    commission: MoneyOut
    gst: MoneyOut
    prize: MoneyOut
    paid_out: MoneyOut
    drawn_at: Moment | None
    payouts: list[PayoutOut] = Field(description="A member sees those of own prizes only.")


class BooksOut(BaseModel):
    """The sums of the circle from the ledger; ``difference`` is zero."""

    received: MoneyOut
    prizes: MoneyOut
    commission: MoneyOut
    gst: MoneyOut
    held: MoneyOut
    advanced: MoneyOut
    difference: MoneyOut


class SeatAccountOut(BaseModel):
    """What one seat has paid, and owes by now."""

    seat_number: int = Field(examples=[3])
    full_name: str = Field(examples=[PERSON])
    paid: MoneyOut
    owed: MoneyOut


class GroupStatementOut(BaseModel):
    """The sums of a circle: the manager sees all, a member the own seats and no books."""

    group_id: uuid.UUID
    currency: str = Field(examples=["INR"])
    books: BooksOut | None
    seats: list[SeatAccountOut]


def due_out(row: DueRow) -> DueOut:
    """Return a due as the API writes it."""
    return DueOut(
        due_id=row.due_id,
        seat_number=row.seat_number,
        full_name=row.full_name,
        instalment=row.instalment,
        due_on=row.due_on,
        amount=money(row.amount),
        paid=money(row.paid),
        remaining=money(row.remaining),
        is_late=row.is_late,
    )


def payment_out(row: PaymentRow) -> PaymentOut:
    """Return a payment as the API writes it."""
    return PaymentOut(
        payment_id=row.payment_id,
        group_id=row.group_id,
        seat_number=row.seat_number,
        full_name=row.full_name,
        amount=money(row.amount),
        method=row.method,
        reference=row.reference,
        receipt_number=row.receipt_number,
        receipt_code=row.receipt_code,
        received_at=row.received_at,
        is_reversal=row.is_reversal,
        is_reversed=row.is_reversed,
        reason=row.reason or None,
        instalments=list(row.instalments),
    )


def payout_out(row: PayoutRow) -> PayoutOut:
    """Return a payout as the API writes it."""
    return PayoutOut(
        payout_id=row.payout_id,
        gross=money(row.gross),
        deductions=money(row.deductions),
        net=money(row.net),
        method=row.method,
        reference=row.reference,
        paid_at=row.paid_at,
        confirmed_at=row.confirmed_at,
    )


def draw_out(held: HeldDraw) -> MonthlyDrawOut:
    """Return a monthly draw as the API writes it."""
    row = held.row
    return MonthlyDrawOut(
        monthly_draw_id=row.monthly_draw_id,
        instalment=row.instalment,
        draw_id=row.draw_id,
        status=row.status,
        scheduled_at=row.scheduled_at,
        locks_at=row.locks_at,
        beacon_at=row.beacon_at,
        is_weak=row.is_weak,
        held_over_reason=row.held_over_reason or None,
        eligible_count=row.eligible_count,
        winner_seat_number=row.winner_seat_number,
        winner_name=row.winner_name,
        pot=money(row.pot),
        commission=money(row.commission),
        gst=money(row.gst),
        prize=money(row.prize),
        paid_out=money(row.paid_out),
        drawn_at=row.drawn_at,
        payouts=[payout_out(item) for item in held.payouts],
    )


def statement_out(found: GroupStatement) -> GroupStatementOut:
    """Return the sums of a circle as the API writes them."""
    return GroupStatementOut(
        group_id=found.group_id,
        currency=found.currency,
        books=found.books and _books(found.books),
        seats=[
            SeatAccountOut(
                seat_number=seat.seat_number,
                full_name=seat.full_name,
                paid=money(seat.paid),
                owed=money(seat.owed),
            )
            for seat in found.seats
        ],
    )


def _books(books: BooksView) -> BooksOut:
    return BooksOut(
        received=money(books.received),
        prizes=money(books.prizes),
        commission=money(books.commission),
        gst=money(books.gst),
        held=money(books.held),
        advanced=money(books.advanced),
        difference=money(books.difference),
    )
