"""Turns what is known of a group into the texts of its page."""

from datetime import datetime, time, timedelta

from luckychit.core import clock
from luckychit.core.money import Money
from luckychit.core.settings import settings
from luckychit.domain.chits.queries.views import DrawRow, DueRow, GroupView, PaymentRow, SeatRow
from luckychit.ui import text
from luckychit.ui.pages.manage_group.texts import (
    BooksText,
    DrawLine,
    DueLine,
    Head,
    PaymentLine,
    Present,
    SeatLine,
)
from luckychit.ui.pages.manage_shared import words

POLICIES = {
    "collected": "The winner gets what was collected, the rest as late money comes.",
    "foreman_advances": "You advance what is missing, so the winner gets all at once.",
}


def head_of(view: GroupView) -> Head:
    """Return the head of the page."""
    row = view.row
    free = row.max_members - row.seats_taken
    expected = row.expected.amount_minor
    tax = f", GST {view.gst_bps / 100:g} % of it" if view.gst_bps else ""
    return Head(
        name=row.name,
        status=row.status,
        status_text=text.STATUSES[row.status],
        seats=row.max_members,
        taken=row.seats_taken,
        taken_text=f"{row.seats_taken} of {row.max_members}",
        free_text=f"{text.count(free, 'seat')} free" if free else "Every seat is taken",
        is_full=free == 0,
        month_text=f"{row.instalment} of {row.duration_months}",
        terms=(
            f"{text.count(row.max_members, 'seat')} {words.TIMES} "
            f"{row.monthly_installment.text()} a month, "
            f"{row.duration_months} months"
        ),
        collected=row.collected.text(),
        expected=row.expected.text(),
        share=row.collected.amount_minor * 100 // expected if expected else 0,
        attention=row.needs_attention,
        prize=view.prize.text(),
        prize_words=view.prize.words(),
        commission=f"{view.commission.text()} ({view.commission_bps / 100:g} %{tax})",
        gst=f"{view.gst_bps / 100:g} %" if view.gst_bps else "",
        total=row.total_value.text(),
        instalment=row.monthly_installment.text(),
        draw_rule=_draw_rule(view),
        starts=view.starts_on.strftime("%B %Y"),
        policy=POLICIES.get(view.short_collection, ""),
        ring_label=_ring_label(view),
    )


def _draw_rule(view: GroupView) -> str:
    at = text.time_of_day(time.fromisoformat(view.draw_time))
    zone = "" if view.time_zone == text.DEFAULT_ZONE else f" ({view.time_zone})"
    return f"Day {view.draw_day} of the month, {at}{zone}"


def _ring_label(view: GroupView) -> str:
    won = sum(seat.won_instalment is not None for seat in view.seats)
    taken = f"{view.row.seats_taken} of {view.row.max_members} seats are taken"
    return f"{taken}, {won} have won." if won else f"{taken}."


def ring_of(view: GroupView) -> list[str]:
    """Return one mark for each seat: paid this month, won, late."""
    by_number = {seat.seat_number: seat for seat in view.seats}
    is_forming = view.row.status == "forming"
    marks = []
    for number in range(1, view.row.max_members + 1):
        seat = by_number.get(number)
        if seat is None:
            marks.append("")
        elif is_forming:
            marks.append("paid")
        else:
            marks.append(_mark(seat, view.row.instalment))
    return marks


def _mark(seat: SeatRow, instalment: int) -> str:
    if seat.won_instalment is not None:
        return "won"
    state = next((cell.state for cell in seat.cells if cell.instalment == instalment), "")
    return state if state in {"paid", "late"} else ""


def present_of(view: GroupView, now: datetime) -> Present:
    """Return the draw that is open or under way; ``exists`` is False when there is none."""
    draw = view.current_draw
    if draw is None:
        return Present(advice=view.draw_advice)
    is_locked = draw.status == "locked"
    soon = timedelta(seconds=settings().notice_s + 3)
    beacon_ms = clock.to_ms(draw.beacon_at) if draw.beacon_at else 0
    return Present(
        exists=True,
        draw_id=draw.draw_id,
        href=f"/draws/{draw.draw_id}",
        title=f"Draw of month {draw.instalment}",
        status=draw.status,
        status_text=text.STATUSES[draw.status],
        when=text.moment(draw.scheduled_at, view.time_zone),
        locks_ms=0 if is_locked else clock.to_ms(draw.locks_at),
        beacon_ms=beacon_ms if is_locked else 0,
        is_called=is_locked or draw.locks_at - now <= soon,
        held_over=draw.held_over_reason,
        can_draw=view.can_draw,
        advice=view.draw_advice,
        act=f"Draw month {draw.instalment}",
    )


def draw_line(draw: DrawRow, zone: str) -> DrawLine:
    """Return one month's draw as a line."""
    is_drawn = draw.status == "drawn"
    left = draw.prize - draw.paid_out
    winner = f"{draw.winner_name} · seat {draw.winner_seat_number}" if is_drawn else ""
    return DrawLine(
        monthly_draw_id=str(draw.monthly_draw_id),
        month=str(draw.instalment),
        when=text.day(draw.drawn_at or draw.scheduled_at, zone),
        status=draw.status,
        status_text=text.STATUSES[draw.status],
        winner=winner,
        pot=draw.pot.text() if is_drawn else "",
        prize=draw.prize.text() if is_drawn else "",
        left=left.text() if is_drawn and left else "",
        handed=draw.paid_out.text() if is_drawn else "",
        href=f"/draws/{draw.draw_id}",
    )


def due_line(due: DueRow) -> DueLine:
    """Return what a seat owes for a month as a line."""
    is_open = bool(due.remaining)
    status = "late" if due.is_late else "part" if due.paid else "due"
    status = status if is_open else "paid"
    return DueLine(
        due_id=str(due.due_id),
        seat=str(due.seat_number),
        name=due.full_name,
        month=str(due.instalment),
        day=text.day(due.due_on),
        amount=due.amount.text(),
        remaining=due.remaining.text() if is_open else "",
        status=status,
        status_text=text.STATUSES[status],
        is_open=is_open,
    )


def seat_line(seat: SeatRow) -> SeatLine:
    """Return a seat as a line."""
    return SeatLine(
        number=seat.seat_number,
        name=seat.full_name,
        initials=text.initials(seat.full_name),
        mobile=seat.mobile_masked,
        paid=seat.paid_total.text(),
        owed=seat.owed.text() if seat.owed else "",
        won=f"Month {seat.won_instalment}" if seat.won_instalment else "",
    )


def payment_line(row: PaymentRow, zone: str) -> PaymentLine:
    """Return a payment or a reversal as a line."""
    status = "bad" if row.is_reversal or row.is_reversed else ""
    state = "Reversal" if row.is_reversal else "Reversed" if row.is_reversed else ""
    months = ", ".join(str(number) for number in row.instalments)
    return PaymentLine(
        payment_id=str(row.payment_id),
        receipt=f"No. {row.receipt_number}",
        href=f"/receipts/{row.receipt_code}",
        name=f"{row.full_name} · seat {row.seat_number}",
        amount=row.amount.text(),
        tone="bad" if row.is_reversal else "quiet" if row.is_reversed else "",
        how=" · ".join(filter(None, (text.method(row.method), row.reference))),
        when=text.moment(row.received_at, zone),
        months=months,
        can_reverse=not (row.is_reversal or row.is_reversed),
        status=status,
        status_text=state,
    )


def books_of(view: GroupView) -> BooksText:
    """Return the sums of the group."""
    books = view.books

    def told(amount: Money) -> str:
        return amount.text()

    return BooksText(
        received=told(books.received),
        prizes=told(books.prizes),
        commission=told(books.commission),
        gst=told(books.gst) if books.gst else "",
        held=told(books.held),
        advanced=told(books.advanced) if books.advanced else "",
        difference=told(books.difference),
        is_balanced=not books.difference,
    )
