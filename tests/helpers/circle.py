"""A running circle for tests, with a clock that goes where the test says."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.settings import settings
from luckychit.domain.chits import service
from luckychit.domain.chits.models import ChitGroup, Due, GroupMember, MonthlyDraw
from luckychit.domain.chits.operations.prizes import money_left
from luckychit.domain.chits.queries.draws import draw_rows
from luckychit.domain.chits.queries.views import DrawRow
from luckychit.domain.users.service import Actor
from luckychit.domain.wallet import accounts, queries
from luckychit.domain.wallet.accounts import AccountKey
from tests.helpers.people import a_manager, a_member, mobile_of

# Before the first draw (5 January 2027, 18:00 in India = 12:30 UTC) of every test circle.
BEGINNING = datetime(2027, 1, 1, 4, 0, tzinfo=UTC)
_keys = itertools.count(1)


def a_key() -> str:
    return f"test:{next(_keys)}"


@contextmanager
def clock_at(moment: datetime = BEGINNING) -> Iterator[None]:
    """Let the app's clock start at ``moment``; put it right afterwards."""
    before = os.environ.pop(clock.OFFSET_VARIABLE, None)
    clock.set_start(moment)
    try:
        yield
    finally:
        os.environ.pop(clock.OFFSET_VARIABLE, None)
        if before is not None:
            os.environ[clock.OFFSET_VARIABLE] = before


@dataclass
class Circle:
    """A group with its people; every act goes through the services."""

    manager: Actor
    group_id: UUID
    members: list[Actor]  # by seat number, from seat 1; a person may come twice
    instalment_minor: int
    seats: list[UUID] = field(default_factory=list)

    def group(self) -> ChitGroup:
        with reading() as session:
            return session.get_one(ChitGroup, self.group_id)

    def read_seats(self) -> None:
        """Learn the ids of the seats."""
        with reading() as session:
            self.seats = list(
                session.exec(
                    select(GroupMember.id)
                    .where(GroupMember.group_id == self.group_id)
                    .order_by(col(GroupMember.seat_number))
                )
            )

    def pay(self, seat: int, amount_minor: int | None = None, key: str | None = None):
        return service.record_payment(
            actor=self.manager,
            key=key or a_key(),
            group_id=self.group_id,
            seat_number=seat,
            amount_minor=self.instalment_minor if amount_minor is None else amount_minor,
            method="cash",
        )

    def pay_all(self, *, but: tuple[int, ...] = ()) -> None:
        for seat in range(1, len(self.members) + 1):
            if seat not in but:
                self.pay(seat)

    def draws(self) -> list[DrawRow]:
        """Every draw opened so far, the first instalment first."""
        with reading() as session:
            group = session.get_one(ChitGroup, self.group_id)
            return draw_rows(session, group)[::-1]

    def present(self) -> DrawRow:
        return self.draws()[-1]

    def go_to_lock(self, later: timedelta = timedelta(seconds=1)) -> None:
        clock.set_start(self.present().locks_at + later)

    def draw_now(self) -> DrawRow:
        """Let the job hold the present draw on its date; return it drawn."""
        instalment = self.present().instalment
        self.go_to_lock()
        service.advance_draws()
        drawn = self.draws()[instalment - 1]
        assert drawn.status == "drawn", drawn
        return drawn

    def payout(self, draw: DrawRow, amount_minor: int | None = None, key: str | None = None):
        return service.record_payout(
            actor=self.manager,
            key=key or a_key(),
            monthly_draw_id=draw.monthly_draw_id,
            amount_minor=amount_minor,
            method="upi",
        )

    def row(self, instalment: int) -> MonthlyDraw:
        with reading() as session:
            return session.exec(
                select(MonthlyDraw).where(
                    MonthlyDraw.group_id == self.group_id, MonthlyDraw.instalment == instalment
                )
            ).one()

    def dues(self, seat: int) -> list[Due]:
        with reading() as session:
            return list(
                session.exec(
                    select(Due)
                    .where(Due.seat_id == self.seats[seat - 1])
                    .order_by(col(Due.instalment))
                )
            )

    def held(self, account: AccountKey) -> int:
        return queries.balance_of(account, "INR").amount_minor

    def pot(self, instalment: int) -> int:
        return self.held(accounts.chit_pot(self.group_id, instalment))

    def prize(self, instalment: int) -> int:
        return self.held(accounts.chit_prize(self.group_id, instalment))

    def commission(self) -> int:
        return self.held(accounts.commission(self.manager.user_id))

    def gst(self) -> int:
        return self.held(accounts.gst(self.manager.user_id))

    def advanced(self) -> int:
        return -self.held(accounts.foreman_advance(self.group_id))

    def money_left(self) -> int:
        with reading() as session:
            left = money_left(session, session.get_one(ChitGroup, self.group_id))
        return sum(abs(amount) for amount in left.values())


def a_circle(
    seats: int = 4,
    *,
    instalment_minor: int = 500_000,
    commission_bps: int = 500,
    gst_bps: int = 0,
    short_collection: str = "collected",
    people: int | None = None,
    started: bool = True,
    manager: Actor | None = None,
) -> Circle:
    """A full circle whose first draw is on 5 January 2027.

    With fewer ``people`` than seats the first ones hold several; 0 leaves it empty.
    """
    manager = manager or a_manager()
    group_id = service.create_group(
        actor=manager,
        key=a_key(),
        name="Lakshmi Circle",
        monthly_installment_minor=instalment_minor,
        max_members=seats,
        commission_bps=commission_bps,
        gst_bps=gst_bps,
        draw_day=5,
        starts_on=date(2027, 1, 1),
        short_collection=short_collection,
    )
    people = seats if people is None else people
    each, more = divmod(seats, people) if people else (0, 0)
    members: list[Actor] = []
    for place in range(people):
        member = a_member(manager, full_name=f"Member {place + 1}")
        held = each + (place < more)
        service.add_member(
            actor=manager,
            key=a_key(),
            group_id=group_id,
            full_name=member.full_name,
            mobile_number=mobile_of(member),
            seats=held,
        )
        members += [member] * held
    if started:
        service.start_group(actor=manager, group_id=group_id)
    circle = Circle(manager, group_id, members, instalment_minor)
    circle.read_seats()
    return circle


@contextmanager
def with_setting(monkeypatch, **variables: str) -> Iterator[None]:
    """Read the settings again with these environment variables; put them right after."""
    with monkeypatch.context() as changed:
        for name, value in variables.items():
            changed.setenv(name, value)
        settings.cache_clear()
        yield
    settings.cache_clear()
