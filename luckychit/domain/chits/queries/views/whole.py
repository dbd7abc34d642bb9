"""What is in a group, as lists for callers that go through it page by page."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from luckychit.core.money import Money
from luckychit.domain.chits.queries.views.draws import DrawRow, PayoutRow
from luckychit.domain.chits.queries.views.groups import GroupRow
from luckychit.domain.chits.queries.views.money import BooksView


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group in the list of its manager or of somebody who sits in it.

    What ``row`` says of money collected is for the manager only.
    """

    row: GroupRow
    is_manager: bool
    my_seat_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlannedMonth:
    """One instalment in the plan of a group; ``draw_id`` is None until its draw opens."""

    instalment: int
    due_on: date
    draw_at: datetime
    amount: Money  # of one seat
    draw_id: str | None
    status: str  # planned | open | locked | drawn
    winner_seat_number: int | None


@dataclass(frozen=True, slots=True)
class HeldDraw:
    """A draw with the payouts of its prize that the reader may see."""

    row: DrawRow
    payouts: tuple[PayoutRow, ...]


@dataclass(frozen=True, slots=True)
class EligibleSeat:
    """A seat in the list of the present draw, if it were frozen now."""

    seat_number: int
    full_name: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class EligibleView:
    """Who can win the present draw as things stand."""

    group_id: uuid.UUID
    instalment: int
    draw_id: str
    status: str
    locks_at: datetime
    seats: tuple[EligibleSeat, ...]


@dataclass(frozen=True, slots=True)
class SeatAccount:
    """What one seat has paid and owes by now."""

    seat_number: int
    full_name: str
    paid: Money
    owed: Money


@dataclass(frozen=True, slots=True)
class GroupStatement:
    """The sums of a group: the books for its manager, and the accounts of the seats seen."""

    group_id: uuid.UUID
    currency: str
    books: BooksView | None
    seats: tuple[SeatAccount, ...]
