"""Shapes of circles in the API: the public promise."""

import uuid
from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from luckychit.api.shapes import Moment, MoneyOut, PageOut, money
from luckychit.domain.chits.queries.seen import GroupDetail, SeatHolder
from luckychit.domain.chits.queries.views import AddedMember
from luckychit.domain.chits.queries.views.whole import EligibleView, GroupLine, PlannedMonth

NAME = "Lakshmi Circle"
PERSON = "Ravi Kumar"
Status = Literal["forming", "active", "completed"]
Role = Literal["manager", "member"]


class GroupLineOut(BaseModel):
    """A circle in the caller's list; ``instalment`` is 0 while it forms."""

    group_id: uuid.UUID
    name: str = Field(examples=[NAME])
    status: Status
    role: Role = Field(description="What the caller is in it.")
    my_seat_numbers: list[int] = Field(examples=[[3]])
    monthly_installment: MoneyOut
    total_value: MoneyOut
    seats_taken: int = Field(examples=[20])
    max_members: int = Field(examples=[20])
    instalment: int = Field(examples=[4])
    duration_months: int = Field(examples=[20])
    next_draw_at: Moment | None


class SeatOut(BaseModel):
    """Who holds a seat; ``mobile_masked`` is for the manager only, and null for members."""

    seat_number: int = Field(examples=[3])
    user_id: uuid.UUID
    full_name: str = Field(examples=[PERSON])
    mobile_masked: str | None = Field(examples=["+91 ******3210"])
    is_mine: bool
    won_instalment: int | None = Field(examples=[2])


class GroupOut(BaseModel):
    """A circle with its terms and seats; ``collected`` and ``expected`` are the manager's."""

    group_id: uuid.UUID
    name: str = Field(examples=[NAME])
    status: Status
    role: Role = Field(description="What the caller is in it.")
    manager_name: str = Field(examples=["Meera Rao"])
    currency: str = Field(examples=["INR"])
    monthly_installment: MoneyOut
    total_value: MoneyOut
    max_members: int = Field(examples=[20])
    seats_taken: int = Field(examples=[20])
    duration_months: int = Field(examples=[20])
    commission_bps: int = Field(examples=[500])
    gst_bps: int = Field(examples=[0])
    draw_day: int = Field(examples=[5])
    draw_time: str = Field(examples=["18:00"])
    time_zone: str = Field(examples=["Asia/Kolkata"])
    starts_on: date = Field(examples=["2027-01-01"])
    short_collection: Literal["collected", "foreman_advances"]
    commission: MoneyOut = Field(description="Of a month in which everybody paid.")
    prize: MoneyOut = Field(description="Of a month in which everybody paid.")
    instalment: int = Field(description="The present one; 0 while forming.", examples=[4])
    next_draw_at: Moment | None
    collected: MoneyOut | None
    expected: MoneyOut | None
    created_at: Moment
    started_at: Moment | None
    completed_at: Moment | None
    seats: list[SeatOut]


class JoinedOut(BaseModel):
    """The seats somebody got; the one-time password of a new person is shown this once."""

    user_id: uuid.UUID
    full_name: str = Field(examples=[PERSON])
    mobile_number: str = Field(examples=["+919876543210"])
    seat_numbers: list[int] = Field(examples=[[3]])
    one_time_password: str | None = Field(
        description="Null for somebody who has an account, and for a repeat.",
        examples=["7KQ2-M9XD-RT4H"],
    )


class PlannedOut(BaseModel):
    """One instalment of the plan; ``draw_id`` is null until its draw opens."""

    instalment: int = Field(examples=[1])
    due_on: date = Field(examples=["2027-01-05"])
    draw_at: Moment
    amount: MoneyOut = Field(description="Of one seat.")
    draw_id: str | None = Field(examples=["CHIT-1A2B3C4D-202701"])
    status: Literal["planned", "open", "locked", "drawn"]
    winner_seat_number: int | None = Field(examples=[3])


class EligibleSeatOut(BaseModel):
    """A seat in the list of the present draw, if it were frozen now."""

    seat_number: int = Field(examples=[3])
    full_name: str = Field(examples=[PERSON])
    is_mine: bool


class EligibleOut(PageOut[EligibleSeatOut]):
    """Who can win the present draw as things stand; the list is never longer than a page."""

    group_id: uuid.UUID
    instalment: int = Field(examples=[4])
    draw_id: str = Field(examples=["CHIT-1A2B3C4D-202704"])
    status: Literal["open", "locked"]
    locks_at: Moment


def group_line(line: GroupLine) -> GroupLineOut:
    """Return a circle of a list as the API writes it."""
    row = line.row
    return GroupLineOut(
        group_id=row.group_id,
        name=row.name,
        status=row.status,
        role="manager" if line.is_manager else "member",
        my_seat_numbers=list(line.my_seat_numbers),
        monthly_installment=money(row.monthly_installment),
        total_value=money(row.total_value),
        seats_taken=row.seats_taken,
        max_members=row.max_members,
        instalment=row.instalment,
        duration_months=row.duration_months,
        next_draw_at=row.next_draw_at,
    )


def group_out(seen: GroupDetail) -> GroupOut:
    """Return a circle as the API writes it."""
    return GroupOut(
        group_id=seen.group_id,
        name=seen.name,
        status=seen.status,
        role="manager" if seen.is_manager else "member",
        manager_name=seen.manager_name,
        currency=seen.currency,
        monthly_installment=money(seen.monthly_installment),
        total_value=money(seen.total_value),
        max_members=seen.max_members,
        seats_taken=len(seen.seats),
        duration_months=seen.duration_months,
        commission_bps=seen.commission_bps,
        gst_bps=seen.gst_bps,
        draw_day=seen.draw_day,
        draw_time=seen.draw_time,
        time_zone=seen.time_zone,
        starts_on=seen.starts_on,
        short_collection=seen.short_collection,
        commission=money(seen.commission),
        prize=money(seen.prize),
        instalment=seen.instalment,
        next_draw_at=seen.next_draw_at,
        collected=None if seen.collected is None else money(seen.collected),
        expected=None if seen.expected is None else money(seen.expected),
        created_at=seen.created_at,
        started_at=seen.started_at,
        completed_at=seen.completed_at,
        seats=[_seat(seat) for seat in seen.seats],
    )


def _seat(seat: SeatHolder) -> SeatOut:
    return SeatOut(
        seat_number=seat.seat_number,
        user_id=seat.user_id,
        full_name=seat.full_name,
        mobile_masked=seat.mobile_masked,
        is_mine=seat.is_mine,
        won_instalment=seat.won_instalment,
    )


def joined_out(added: AddedMember) -> JoinedOut:
    """Return who got which seats as the API writes it."""
    return JoinedOut(
        user_id=added.user_id,
        full_name=added.full_name,
        mobile_number=added.mobile_number,
        seat_numbers=list(added.seat_numbers),
        one_time_password=added.one_time_password,
    )


def planned_out(month: PlannedMonth) -> PlannedOut:
    """Return an instalment of the plan as the API writes it."""
    return PlannedOut(
        instalment=month.instalment,
        due_on=month.due_on,
        draw_at=month.draw_at,
        amount=money(month.amount),
        draw_id=month.draw_id,
        status=month.status,
        winner_seat_number=month.winner_seat_number,
    )


def eligible_out(view: EligibleView) -> EligibleOut:
    """Return who can win as the API writes it."""
    return EligibleOut(
        items=[
            EligibleSeatOut(
                seat_number=seat.seat_number, full_name=seat.full_name, is_mine=seat.is_mine
            )
            for seat in view.seats
        ],
        next=None,
        group_id=view.group_id,
        instalment=view.instalment,
        draw_id=view.draw_id,
        status=view.status,
        locks_at=view.locks_at,
    )
