"""A member's circle in words."""

from dataclasses import dataclass, field
from datetime import datetime

from luckychit.core.money import Money
from luckychit.domain.chits import queries as chits
from luckychit.domain.chits.queries.views import (
    DrawRow,
    GridCell,
    MemberGroupView,
    MySeat,
    PayoutRow,
    PrizeRow,
    SeatRow,
)
from luckychit.domain.users.service import Actor
from luckychit.ui import components as c
from luckychit.ui import text
from luckychit.ui.pages.member_shared import circles
from luckychit.ui.pages.member_shared.dues import NEAR

_STATES = {"paid": "paid", "part": "part paid", "late": "late", "due": "due", "ahead": "to come"}


@dataclass
class FactText:
    """A name and a value."""

    name: str = ""
    value: str = ""


@dataclass
class MonthText:
    """One month of an own seat, ready to draw."""

    number: str = ""
    state: str = "ahead"
    won: bool = False
    is_present: bool = False
    words: str = ""


@dataclass
class OwnSeat:
    """An own seat with its months, ready to draw."""

    seat_id: str = ""
    name: str = ""
    words: str = ""
    months: list[MonthText] = field(default_factory=list)


@dataclass
class HandedText:
    """Money that was handed over for a prize."""

    payout_id: str = ""
    amount: str = ""
    in_words: str = ""
    detail: str = ""
    is_confirmed: bool = False
    confirmed: str = ""


@dataclass
class WonText:
    """A prize of the member's own."""

    monthly_draw_id: str = ""
    title: str = ""
    prize: str = ""
    left: str = ""
    href: str = ""
    handed: list[HandedText] = field(default_factory=list)


@dataclass
class DrawnText:
    """A draw of the circle that ended."""

    draw_id: str = ""
    href: str = ""
    month: str = ""
    winner: str = ""
    prize: str = ""
    when: str = ""
    is_mine: bool = False


@dataclass
class GroupText:
    """The head of the page."""

    group_id: str = ""
    name: str = ""
    status: str = ""
    status_text: str = ""
    month: str = ""
    of_months: str = ""
    seats: str = ""
    present: str = ""
    count: int = 0
    ring: list[str] = field(default_factory=list)
    ring_words: str = ""
    next_draw: str = ""
    prize: str = ""
    owed: str = ""
    plainly: str = ""


@dataclass(frozen=True, slots=True)
class Circle:
    """Everything the page says."""

    head: GroupText
    seats: list[OwnSeat]
    months: list[str]
    grid: list[c.GridRow]
    won: list[WonText]
    draws: list[DrawnText]
    terms: list[FactText]


def read_circle(actor: Actor, group_id: object, now: datetime) -> Circle:
    """Read one circle of the actor's.

    Raises:
        NotFound: There is no such circle, or the actor has no seat in it.
    """
    view = chits.member_group(actor=actor, group_id=group_id, now=now)  # type: ignore[arg-type]
    group = view.group
    present = group.instalment if group.status == "active" else 0
    months = [str(number) for number in range(1, group.duration_months + 1)]
    return Circle(
        head=_head(view, now),
        seats=[_own_seat(seat, view, present) for seat in view.seats if seat.cells],
        months=months,
        grid=c.grid_rows(_everybody(view, actor), present) if group.status != "forming" else [],
        won=[_won(prize) for prize in view.prizes],
        draws=[_drawn(row, view, now) for row in view.draws if row.status == "drawn"],
        terms=_terms(view),
    )


def _head(view: MemberGroupView, now: datetime) -> GroupText:
    group = view.group
    at = group.next_draw_at
    next_draw = f"{text.short_day(at)}, {text.clock_time(at)}" if at else ""
    if at and group.draw_status == "open" and at - now < NEAR:
        next_draw = f"{next_draw} ({text.relative_day(at, now)})"
    return GroupText(
        group_id=str(group.group_id),
        name=group.name,
        status=group.status,
        status_text=text.STATUSES[group.status],
        month=circles.month_words(view),
        of_months=f"of {group.duration_months}",
        seats=circles.own_seats(view),
        present=str(group.instalment) if group.status == "active" else "",
        count=circles.seats_in_circle(view),
        ring=circles.ring_of(view),
        ring_words=circles.ring_words(view),
        next_draw="The draw is running" if group.draw_status == "locked" else next_draw,
        prize=group.prize.text(),
        owed=group.owed.text() if group.owed else "",
        plainly=_plainly(view),
    )


def _plainly(view: MemberGroupView) -> str:
    cost = view.total_value - view.group.prize
    return (
        f"Over the whole circle each seat pays {view.total_value.text()} and wins "
        f"{view.group.prize.text()} once. The {cost.text()} between them is what the "
        "organiser earns; nobody gains from the draw itself but time."
    )


def _own_seat(seat: MySeat, view: MemberGroupView, present: int) -> OwnSeat:
    paid = sum(cell.paid_minor for cell in seat.cells)
    words = f"{Money(paid, view.currency).text()} paid of {view.total_value.text()}"
    return OwnSeat(
        seat_id=str(seat.seat_id),
        name=f"Seat {seat.seat_number}",
        words=words,
        months=[_month(cell, present) for cell in seat.cells],
    )


def _month(cell: GridCell, present: int) -> MonthText:
    won = ", won the draw" if cell.won else ""
    return MonthText(
        number=str(cell.instalment),
        state=cell.state,
        won=cell.won,
        is_present=cell.instalment == present,
        words=f"Month {cell.instalment}: {_STATES[cell.state]}{won}",
    )


def _everybody(view: MemberGroupView, actor: Actor) -> tuple[SeatRow, ...]:
    """Return all seats by number; the member's own are called You."""
    nothing = Money(0, view.currency)
    mine = [
        SeatRow(
            seat_id=seat.seat_id,
            seat_number=seat.seat_number,
            user_id=actor.user_id,
            full_name="You",
            mobile_masked="",
            won_instalment=seat.won_instalment,
            owed=nothing,
            paid_total=nothing,
            cells=seat.cells,
        )
        for seat in view.seats
    ]
    return tuple(sorted((*mine, *view.others), key=lambda seat: seat.seat_number))


def _won(prize: PrizeRow) -> WonText:
    row = prize.draw
    left = f"{prize.left.text()} still to come" if prize.left else ""
    return WonText(
        monthly_draw_id=str(row.monthly_draw_id),
        title=f"You won month {row.instalment}",
        prize=row.prize.text(),
        left=left,
        href=f"/draws/{row.draw_id}",
        handed=[_handed(payout) for payout in prize.payouts],
    )


def _handed(payout: PayoutRow) -> HandedText:
    how = text.method(payout.method)
    reference = f", {payout.reference}" if payout.reference else ""
    confirmed = (
        f"You confirmed it on {text.day(payout.confirmed_at)}" if payout.confirmed_at else ""
    )
    return HandedText(
        payout_id=str(payout.payout_id),
        amount=payout.net.text(),
        in_words=payout.net.words(),
        detail=f"{how}, {text.day(payout.paid_at)}{reference}",
        is_confirmed=payout.confirmed_at is not None,
        confirmed=confirmed,
    )


def _drawn(row: DrawRow, view: MemberGroupView, now: datetime) -> DrawnText:
    is_mine = row.winner_seat_number in view.group.seat_numbers
    return DrawnText(
        draw_id=row.draw_id,
        href=f"/draws/{row.draw_id}",
        month=f"Month {row.instalment}",
        winner="You won" if is_mine else f"Seat {row.winner_seat_number} · {row.winner_name}",
        prize=row.prize.text(),
        when=text.relative_day(row.drawn_at, now) if row.drawn_at else "",
        is_mine=is_mine,
    )


def _terms(view: MemberGroupView) -> list[FactText]:
    group = view.group
    facts = {
        "Organiser": view.manager_name,
        "Each seat pays": f"{group.monthly_installment.text()} a month",
        "Seats": str(circles.seats_in_circle(view)),
        "Months": str(group.duration_months),
        "Full prize": group.prize.text(),
        "Commission": f"{view.commission_bps / 100:g} %",
        "Winner": "by lot, each seat once",
    }
    return [FactText(name, value) for name, value in facts.items()]
