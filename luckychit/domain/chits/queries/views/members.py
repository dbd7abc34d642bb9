"""Groups and money, as a member sees them."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from luckychit.core.money import Money
from luckychit.domain.chits.queries.views.draws import DrawRow, PrizeRow
from luckychit.domain.chits.queries.views.groups import GridCell, SeatRow
from luckychit.domain.chits.queries.views.money import DueRow


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
