"""What a group will be, and who joins it: before the first payment."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from luckychit.core.money import Money

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class TermsView:
    """The arithmetic of a group before it exists."""

    total_value: Money
    commission: Money  # of a full month
    gst: Money
    prize: Money
    first_draw_at: datetime
    last_draw_at: datetime
    net_cost_per_seat: Money  # what each seat pays over the whole term, prize included


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One line of a pasted member list, and what is wrong with it (or "")."""

    line_number: int
    typed: str
    full_name: str
    mobile_number: str
    seats: int
    problem: str


@dataclass(frozen=True, slots=True)
class AddedMember:
    """A person who got seats; the one-time password is shown this once, or is None."""

    user_id: uuid.UUID
    full_name: str
    mobile_number: str
    seat_numbers: tuple[int, ...]
    one_time_password: str | None


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a longer list."""

    items: tuple[Item, ...]
    total: int
