"""Plays the demo's story through the services, each act at the moment it happened."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from luckychit.core import clock
from luckychit.core.errors import NotAllowed
from luckychit.core.ids import new_id
from luckychit.core.settings import settings
from luckychit.domain.chits import queries as chit_queries
from luckychit.domain.chits import service as chits
from luckychit.domain.chits.queries.views import DrawRow
from luckychit.domain.users import queries as user_queries
from luckychit.domain.users import service as users
from luckychit.domain.users.service import Actor
from luckychit.jobs.demo import games, story
from luckychit.jobs.demo.story import Calendar, Coming

# Printed at every start of the demo and written in the README: it guards nothing.
DEMO_PASSWORD = "lucky-demo-circle"  # noqa: S105
BIG, FORMING, SMALL = "Lakshmi Twenty", "Diwali Circle", "Neighbours Five"


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """Somebody who can sign in to the demo."""

    role: str
    full_name: str
    login: str
    password: str
    look_at: str  # where to look first


@dataclass(frozen=True, slots=True)
class Welcome:
    """Who can sign in; its text is printed when the demo starts."""

    sign_ins: tuple[DemoSignIn, ...]

    def __str__(self) -> str:
        """Return the sign-ins, a line each; empty when there is no demo here."""
        if not self.sign_ins:
            return ""
        lines = [
            f"  {item.role:<8} {item.login:<14} {item.password}   {item.full_name}: {item.look_at}"
            for item in self.sign_ins
        ]
        return "\n".join(["Sign in as", *lines, "  anyone   /draws shows every finished draw."])


def seed(now: datetime | None = None) -> Welcome:
    """Invent the demo's people and circles, once; return who can sign in.

    Does nothing where a manager exists. Draws are weak ones, because a public random
    number of the past cannot be committed to.

    Args:
        now: The present moment the story ends at; the app's clock when not given.

    Raises:
        NotAllowed: Live mode.
    """
    if settings().is_live:
        raise NotAllowed
    present = now or clock.now()
    managers = user_queries.managers(actor=_acting("admin", new_id(), story.ADMIN))
    if managers:
        is_ours = any(manager.mobile_number == story.MANAGER[1] for manager in managers)
        return Welcome(_sign_ins() if is_ours else ())
    with _weak_draws(), _own_clock():
        _Story(present).play()
    return Welcome(_sign_ins())


class _Story:
    """The acts of the story, collected first and then played in the order of time."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.acts: list[tuple[datetime, Callable[[], object]]] = []
        self.big_dates, self.small_dates = story.big_calendar(now), story.small_calendar(now)
        self.people: dict[str, UUID] = {}  # by mobile number
        self.groups: dict[str, UUID] = {}  # by name

    def play(self) -> None:
        beginning = min(self.big_dates.draw_at(1), self.small_dates.draw_at(1))
        clock.set_start(beginning - timedelta(days=30))
        self._invent_people()
        self._tell_big()
        self._tell_small()
        self._tell_forming()
        self.acts += games.acts(self.now, self._member)
        for at, act in sorted(self.acts, key=lambda item: item[0]):
            clock.set_start(at)
            act()

    def _at(self, moment: datetime, act: Callable[[], object]) -> None:
        if moment < self.now:
            self.acts.append((moment, act))

    def _invent_people(self) -> None:
        admin = users.create_admin(
            full_name=story.ADMIN, username=story.ADMIN_USERNAME, password=DEMO_PASSWORD
        )
        name, mobile = story.MANAGER
        made = users.create_manager(
            actor=_acting("admin", admin.user_id, admin.full_name),
            full_name=name,
            mobile_number=mobile,
        )
        self.manager = _acting("manager", made.user_id, made.full_name)
        # At once, so that whoever is printed can sign in even if the story is cut short.
        users.set_demo_passwords(user_ids=[made.user_id], password=DEMO_PASSWORD)

    def _tell_big(self) -> None:
        dates = self.big_dates
        beginning = dates.draw_at(1) - timedelta(days=24)
        everybody = range(1, len(story.MEMBERS) + 1)
        self._at(beginning, lambda: self._create(BIG, dates, 500_000, 20))
        self._at(beginning + timedelta(hours=2), lambda: self._fill(BIG, everybody))
        self._at(beginning + timedelta(days=1), lambda: self._start(BIG))
        for seat, phrase in story.PHRASES.items():
            self._at(beginning + timedelta(days=2), partial(self._phrase, seat, phrase))
        for coming in story.payments_of_big(dates, self.now):
            self._at(max(coming.at, beginning + timedelta(days=2)), self._paying(BIG, coming))
        for month in range(1, story.MONTHS_DRAWN + 1):
            self._tell_prize(BIG, dates, month, is_last=month == story.MONTHS_DRAWN)

    def _tell_small(self) -> None:
        dates = self.small_dates
        beginning = dates.draw_at(1) - timedelta(days=23)
        self._at(beginning, lambda: self._create(SMALL, dates, 200_000, 5))
        self._at(beginning + timedelta(hours=2), lambda: self._fill(SMALL, range(1, 6)))
        self._at(beginning + timedelta(days=1), lambda: self._start(SMALL))
        for coming in story.payments_of_small(dates):
            self._at(max(coming.at, beginning + timedelta(days=2)), self._paying(SMALL, coming))
        for month in range(1, 6):
            self._tell_prize(SMALL, dates, month, is_last=False)

    def _tell_forming(self) -> None:
        dates = Calendar(story.forming_month(self.now), 15)
        beginning = self.now - timedelta(days=3)
        self._at(beginning, lambda: self._create(FORMING, dates, 1_000_000, 10))
        self._at(beginning + timedelta(hours=3), lambda: self._fill(FORMING, (2, 5, 9, 11)))
        self._at(beginning + timedelta(days=1), lambda: self._fill(FORMING, (13, 18, 20)))

    def _tell_prize(self, name: str, dates: Calendar, month: int, *, is_last: bool) -> None:
        draw_at = dates.draw_at(month)
        self._at(draw_at + timedelta(seconds=1), chits.advance_draws)
        paid_at = draw_at + timedelta(hours=20)
        half = 5_000_000 if is_last or (name, month) == (BIG, 3) else None
        self._at(paid_at, lambda: self._pay_out(name, month, half))
        if not is_last:
            self._at(paid_at + timedelta(days=8), lambda: self._pay_out(name, month, None))
        self._at(paid_at + timedelta(days=1, hours=2), lambda: self._confirm(name, month))

    def _create(self, name: str, dates: Calendar, instalment_minor: int, seats: int) -> None:
        self.groups[name] = chits.create_group(
            actor=self.manager,
            key=_key(),
            name=name,
            monthly_installment_minor=instalment_minor,
            max_members=seats,
            commission_bps=500,
            draw_day=dates.draw_day,
            starts_on=dates.starts_on,
            draw_time=story.DRAW_TIME,
        )

    def _fill(self, name: str, members: range | tuple[int, ...]) -> None:
        lines = [", ".join(story.MEMBERS[number - 1]) for number in members]
        added = chits.add_members(
            actor=self.manager, key=_key(), group_id=self.groups[name], pasted="\n".join(lines)
        )
        self.people |= {person.mobile_number: person.user_id for person in added}
        new = [person.user_id for person in added if person.one_time_password]
        if new:
            users.set_demo_passwords(user_ids=new, password=DEMO_PASSWORD)
        games.say_ages(self._member(seat) for seat in members if seat not in story.NEWCOMERS)

    def _start(self, name: str) -> None:
        chits.start_group(actor=self.manager, group_id=self.groups[name])

    def _phrase(self, seat: int, phrase: str) -> None:
        member = self._member(seat)
        group = chit_queries.member_group(actor=member, group_id=self.groups[BIG], now=clock.now())
        chits.set_client_seed(actor=member, seat_id=group.seats[0].seat_id, phrase=phrase)

    def _paying(self, name: str, coming: Coming) -> Callable[[], object]:
        def pay() -> None:
            paid = chits.record_payment(
                actor=self.manager,
                key=_key(),
                group_id=self.groups[name],
                seat_number=coming.seat,
                amount_minor=coming.amount_minor,
                method=coming.method,
                reference=coming.reference,
            )
            if coming.is_mistake:
                chits.reverse_payment(
                    actor=self.manager,
                    key=_key(),
                    payment_id=paid.payment_id,
                    reason="Written down for the wrong seat",
                )

        return pay

    def _pay_out(self, name: str, month: int, amount_minor: int | None) -> None:
        if (draw := self._draw(name, month)).prize > draw.paid_out:
            chits.record_payout(
                actor=self.manager,
                key=_key(),
                monthly_draw_id=draw.monthly_draw_id,
                amount_minor=amount_minor,
                method="bank",
                reference=f"NEFT{draw.draw_id[-6:]}{month:03d}",
            )

    def _confirm(self, name: str, month: int) -> None:
        seat = self._draw(name, month).winner_seat_number
        if seat is None:
            return
        winner = self._member(seat)
        group = chit_queries.member_group(actor=winner, group_id=self.groups[name], now=clock.now())
        for prize in group.prizes:
            for payout in prize.payouts:
                if payout.confirmed_at is None:
                    chits.confirm_payout(actor=winner, payout_id=payout.payout_id)

    def _draw(self, name: str, month: int) -> DrawRow:
        group = chit_queries.group_of_manager(
            actor=self.manager, group_id=self.groups[name], now=clock.now()
        )
        return next(draw for draw in group.draws if draw.instalment == month)

    def _member(self, seat: int) -> Actor:
        full_name, mobile = story.MEMBERS[seat - 1]
        return _acting("member", self.people[mobile], full_name)


def _key() -> str:
    return f"demo:{new_id()}"


def _acting(role: str, user_id: UUID, full_name: str) -> Actor:
    return Actor(
        user_id=user_id,
        role=role,
        full_name=full_name,
        session_id=new_id(),
        must_change_password=False,
        birth_date=story.BORN_ON,
    )


def _sign_ins() -> tuple[DemoSignIn, ...]:
    def of(role: str, person: tuple[str, str], look_at: str) -> DemoSignIn:
        full_name, login = person
        return DemoSignIn(role, full_name, login.removeprefix("+91"), DEMO_PASSWORD, look_at)

    return (
        of("manager", story.MANAGER, f"open {BIG}, collect, hold the draw"),
        of("member", story.MEMBERS[0], "what is owed and paid, the daily draw, rooms; on a phone"),
        of("member", story.MEMBERS[16], "who is late with a month"),
        of("admin", (story.ADMIN, story.ADMIN_USERNAME), "managers"),
    )


@contextmanager
def _own_clock() -> Iterator[None]:
    """Let the story move the clock, and put it back; nothing else may run meanwhile."""
    before = os.environ.get(clock.OFFSET_VARIABLE)
    try:
        yield
    finally:
        os.environ.pop(clock.OFFSET_VARIABLE, None)
        if before is not None:
            os.environ[clock.OFFSET_VARIABLE] = before


@contextmanager
def _weak_draws() -> Iterator[None]:
    before = os.environ.get("BEACON")
    os.environ["BEACON"] = "none"
    settings.cache_clear()
    try:
        yield
    finally:
        os.environ.pop("BEACON")
        if before is not None:
            os.environ["BEACON"] = before
        settings.cache_clear()
