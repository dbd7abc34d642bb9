"""A member's circle as a ring of seats and as rows of months."""

from luckychit.domain.chits.queries.views import GridCell, MemberGroupView, MySeat, SeatRow
from luckychit.ui import text


def seats_in_circle(view: MemberGroupView) -> int:
    """Return how many seats the circle has, taken or not."""
    return view.total_value.amount_minor // view.group.monthly_installment.amount_minor


def ring_of(view: MemberGroupView) -> list[str]:
    """Return the marks of the ring of seats, by seat number; open seats stay pale."""
    mine = {seat.seat_number for seat in view.seats}
    seats: list[MySeat | SeatRow] = [*view.seats, *view.others]
    marks = {seat.seat_number: _mark(seat, view) for seat in seats}
    return [
        f"{marks.get(number, '')} {'me' if number in mine else ''}".strip()
        for number in range(1, seats_in_circle(view) + 1)
    ]


def _mark(seat: MySeat | SeatRow, view: MemberGroupView) -> str:
    if seat.won_instalment:
        return "won"
    if view.group.status != "active":
        return "paid"
    state = cell_of(seat.cells, view.group.instalment).state
    return state if state in {"paid", "late"} else ""


def ring_words(view: MemberGroupView) -> str:
    """Say what the ring shows."""
    seats: list[MySeat | SeatRow] = [*view.seats, *view.others]
    won = sum(1 for seat in seats if seat.won_instalment)
    count = seats_in_circle(view)
    if view.group.status == "forming":
        return f"{len(seats)} of {count} seats taken; {own_seats(view)} yours"
    paid = sum(1 for seat in seats if cell_of(seat.cells, view.group.instalment).state == "paid")
    return f"{count} seats: {paid} paid this month, {won} won so far; {own_seats(view)} yours"


def own_seats(view: MemberGroupView) -> str:
    """Return ``seat 4`` or ``seats 4 and 9``."""
    numbers = [str(number) for number in view.group.seat_numbers]
    if len(numbers) == 1:
        return f"seat {numbers[0]}"
    return f"seats {', '.join(numbers[:-1])} and {numbers[-1]}"


def month_words(view: MemberGroupView) -> str:
    """Return ``Month 7 of 20``, or how full a forming circle is."""
    if view.group.status == "forming":
        taken = len(view.seats) + len(view.others)
        return f"{taken} of {text.count(seats_in_circle(view), 'seat')} taken"
    return f"Month {view.group.instalment} of {view.group.duration_months}"


def cell_of(cells: tuple[GridCell, ...], instalment: int) -> GridCell:
    """Return the cell of one month; one that is to come when there is none."""
    for cell in cells:
        if cell.instalment == instalment:
            return cell
    return GridCell(instalment=instalment, state="ahead", paid_minor=0, won=False)
