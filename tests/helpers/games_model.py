"""What a plain Python model says of wallets, daily draws and rooms: it adds and subtracts."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from luckychit.core import clock
from luckychit.core.errors import LuckyChitError

OPEN, LOCKED, DRAWN, VOID = "open", "locked", "drawn", "void"
CLOSED = (DRAWN, VOID)


class Time:
    """A clock that stands still but for a millisecond each time somebody looks at it.

    Every jump ends a minute later within its hour than all before it, so no boundary of
    anything (an event plus whole hours) ever lies within the milliseconds of one step.
    """

    def __init__(self, start: datetime) -> None:
        self.moment = start
        self.jumps = 0

    def now(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment

    def go(self, hours: int) -> None:
        """Jump at least a minute and at most ``hours`` hours and some minutes ahead."""
        self.jumps += 1
        hour = self.moment.replace(minute=0, second=0, microsecond=0)
        self.moment = hour + timedelta(hours=hours, minutes=self.jumps)


@dataclass
class ModelDraw:
    """A draw: who has which ticket, in order, and who of them has been paid back."""

    draw_id: str
    price: int
    fee_bps: int
    fewest: int
    locks_at: datetime
    status: str = OPEN
    owners: list[UUID] = field(default_factory=list)
    refunded: set[UUID] = field(default_factory=set)

    def prize(self, count: int | None = None) -> int:
        count = len(self.owners) if count is None else count
        return count * self.price * (10_000 - self.fee_bps) // 10_000

    def unpaid(self) -> list[UUID]:
        """Who still has money in it, in the order of refunds."""
        return sorted(set(self.owners) - self.refunded)

    def pot(self) -> int:
        return 0 if self.status == DRAWN else self.prize(self._count_left())

    def house(self) -> int:
        left = self._count_left()
        return left * self.price - self.prize(left)

    def _count_left(self) -> int:
        return sum(owner not in self.refunded for owner in self.owners)


@dataclass
class ModelRoom:
    """A room and who is in it, in order of joining."""

    code: str
    host: UUID
    places: int
    draw: ModelDraw
    members: list[UUID]
    is_started: bool = False

    def is_selling(self, now: datetime) -> bool:
        return self.draw.status == OPEN and now < self.draw.locks_at

    def is_locked_at(self, now: datetime) -> bool:
        """Frozen, or past its lock with the job still to come."""
        is_due = self.draw.status == OPEN and now >= self.draw.locks_at and self.is_started
        return is_due or self.draw.status == LOCKED


class Model:
    """Everybody's money, and where each draw stands."""

    def __init__(self) -> None:
        self.purse: Counter[UUID] = Counter()
        self.put_in = 0
        self.days: list[ModelDraw] = []
        self.rooms: list[ModelRoom] = []

    @property
    def draws(self) -> list[ModelDraw]:
        return [*self.days, *(room.draw for room in self.rooms)]

    def credit(self, who: UUID, amount: int) -> None:
        self.purse[who] += amount
        self.put_in += amount

    def sell(self, draw: ModelDraw, who: UUID, quantity: int) -> None:
        self.purse[who] -= quantity * draw.price
        draw.owners += [who] * quantity

    def pay_prize(self, draw: ModelDraw, position: int) -> None:
        draw.status = DRAWN
        self.purse[draw.owners[position - 1]] += draw.prize()

    def pay_back_one(self, draw: ModelDraw) -> None:
        who = draw.unpaid()[0]
        draw.refunded.add(who)
        self.purse[who] += draw.owners.count(who) * draw.price

    def pay_back(self, draw: ModelDraw) -> None:
        while draw.unpaid():
            self.pay_back_one(draw)


def outcome(act: Callable[[], object]) -> object:
    """Return what an act gave, or the kind of its refusal."""
    try:
        return act()
    except LuckyChitError as refused:
        return type(refused)


def frozen_clock(monkeypatch, time: Time) -> None:
    """Let the whole app look at this clock."""
    monkeypatch.setattr(clock, "now", time.now)
