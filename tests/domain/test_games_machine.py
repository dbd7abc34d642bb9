"""Random histories of wallets, daily draws and rooms against a plain model.

Goal: whatever players do and whatever time does, in whatever order, every purse, pot and
the house hold exactly what the model says, every draw stands where the model says, and
both audits find nothing. Method: Hypothesis plays purchases, repeats, rooms, midnights (also
missed ones), single steps of the jobs and single portions of refunds through the services,
on a clock that moves a millisecond at a look; each act must have the model's outcome.
"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import select

from luckychit.core.db import reading, transaction
from luckychit.core.settings import settings as read_settings
from luckychit.domain.lottery import service as lottery
from luckychit.domain.lottery.rules import day_at, draw_id_of, locks_at
from luckychit.domain.lottery.service import calendar
from luckychit.domain.rooms import errors, service
from luckychit.domain.rooms.service import steps
from luckychit.domain.tickets import errors as tickets_errors
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.tickets.operations import refunds
from luckychit.domain.wallet import queries
from luckychit.domain.wallet import service as wallet
from luckychit.domain.wallet.errors import InsufficientFunds, PlayCreditLimit
from luckychit.domain.wallet.models import LedgerAccount
from luckychit.domain.wallet.rules import MOST_BY_PLAY_CREDIT_MINOR
from tests.helpers.circle import BEGINNING, with_setting
from tests.helpers.database import Database
from tests.helpers.games_model import (
    CLOSED,
    DRAWN,
    LOCKED,
    OPEN,
    VOID,
    Model,
    ModelDraw,
    ModelRoom,
    Time,
    frozen_clock,
    outcome,
)
from tests.helpers.people import a_member
from tests.helpers.rooms import a_key

EXAMPLES = 8
STEPS = 30
PEOPLE = 4
MOST_A_DAY = 6
MOST_ROOMS = 10
WHO = st.integers(0, PEOPLE - 1)
WHICH = st.integers(0, 7)
PRICE = st.sampled_from([1, 33, 100, 333])
ENDS = st.sampled_from(["draw", "call off", "expire", "job"])


class GamesMachine(RuleBasedStateMachine):
    """Four players. Rules that cannot act now do nothing."""

    monkeypatch: pytest.MonkeyPatch
    database: Database

    @initialize()
    def begin(self):
        # There is one calendar, so each history needs an empty database.
        self.database.empty()
        self.time = Time(BEGINNING)
        frozen_clock(self.monkeypatch, self.time)
        self.people = [a_member(full_name=f"Player {number}") for number in range(PEOPLE)]
        self.model = Model()
        self.receipts = []  # (what buys it again, its first position)
        self.turn_calendar()
        for person in range(PEOPLE):
            self.add_credit(person, 2_000)

    @rule(person=WHO, amount=st.integers(100, 10_000))
    def add_credit(self, person, amount):
        actor, held_now = self.people[person], self.model.purse[self.people[person].user_id]
        given = outcome(
            lambda: wallet.add_play_credit(actor=actor, key=a_key(), amount_minor=amount)
        )
        if held_now + amount > MOST_BY_PLAY_CREDIT_MINOR:
            assert given is PlayCreditLimit
            return
        assert given.amount_minor == amount
        self.model.credit(actor.user_id, amount)

    @rule(person=WHO, quantity=st.integers(1, 4), phrase=st.sampled_from(["river", "a b"]))
    def buy_daily(self, person, quantity, phrase):
        actor, draw = self.people[person], self.model.days[-1]
        asked = {
            "actor": actor,
            "key": a_key(),
            "draw_id": draw.draw_id,
            "quantity": quantity,
            "client_seed": phrase,
        }
        mine = draw.owners.count(actor.user_id)
        self.expect_sale(
            lambda: lottery.buy(**asked),
            draw,
            actor.user_id,
            quantity,
            closed=tickets_errors.DrawClosed,
            full=tickets_errors.LimitReached if mine + quantity > MOST_A_DAY else None,
        )

    def expect_sale(self, buy, draw, user_id, quantity, *, closed, full):
        """Buy, and check that it ends as the model says."""
        is_selling = draw.status == OPEN and self.time.moment < draw.locks_at
        given = outcome(buy)
        if not is_selling:
            assert given is closed
        elif full is not None:
            assert given is full
        elif self.model.purse[user_id] < quantity * draw.price:
            assert given is InsufficientFunds
        else:
            assert given.first_position == len(draw.owners) + 1
            assert given.cost.amount_minor == quantity * draw.price
            self.model.sell(draw, user_id, quantity)
            assert given.balance.amount_minor == self.model.purse[user_id]
            self.receipts.append((buy, given.first_position))

    @rule(which=st.integers(0, 40))
    def send_a_purchase_again(self, which):
        if not self.receipts:
            return
        buy, first_position = self.receipts[which % len(self.receipts)]
        again = buy()
        assert (again.first_position, again.is_repeat) == (first_position, True)

    @rule(person=WHO, price=PRICE, places=st.integers(2, 4))
    def create_room(self, person, price, places):
        if len(self.model.rooms) >= MOST_ROOMS:
            return
        host = self.people[person]
        code = service.create_room(
            actor=host,
            key=a_key(),
            name="A room",
            price_minor=price,
            max_participants=places,
        )
        draw = tickets.draw(f"LOBBY-{code}")
        hours = timedelta(hours=read_settings().room_hours)
        assert abs(draw.locks_at - self.time.moment - hours) < timedelta(seconds=1)
        model = ModelDraw(draw.draw_id, price, read_settings().room_fee_bps, 2, draw.locks_at)
        self.model.rooms.append(ModelRoom(code, host.user_id, places, model, [host.user_id]))

    def room_of(self, which):
        """Choose a room, one of the latest."""
        return self.model.rooms[-8:][which % len(self.model.rooms[-8:])]

    def closed_kind(self, room):
        """How a room refuses at this moment, if it does."""
        now = self.time.moment
        if room.is_selling(now):
            return None
        return errors.RoomLocked if room.is_locked_at(now) else errors.RoomClosed

    @rule(which=WHICH, person=WHO)
    def join(self, which, person):
        if not self.model.rooms:
            return
        room, actor = self.room_of(which), self.people[person]
        expected = self.closed_kind(room)
        if expected is None and len(room.members) >= room.places:
            expected = errors.RoomFull
        if actor.user_id in room.members:
            expected = None
        given = outcome(lambda: service.join(actor=actor, code=room.code))
        assert given == (expected or room.code)
        if expected is None and actor.user_id not in room.members:
            room.members.append(actor.user_id)

    @rule(which=WHICH, person=WHO)
    def leave(self, which, person):
        if not self.model.rooms:
            return
        room, actor = self.room_of(which), self.people[person]
        expected = None
        if room.host == actor.user_id:
            expected = errors.HostStays
        elif actor.user_id not in room.members:
            expected = errors.RoomNotFound
        elif actor.user_id in room.draw.owners:
            expected = errors.HasTicket
        assert outcome(lambda: service.leave(actor=actor, code=room.code)) is expected
        if expected is None:
            room.members.remove(actor.user_id)

    @rule(which=WHICH, person=WHO)
    def buy_in_a_room(self, which, person):
        if not self.model.rooms:
            return
        room, actor = self.room_of(which), self.people[person]
        key = a_key()

        def buy():
            return service.buy(actor=actor, key=key, code=room.code, client_seed="river")

        if actor.user_id not in room.members:
            assert outcome(buy) is errors.RoomNotFound
            return
        has_one = actor.user_id in room.draw.owners
        self.expect_sale(
            buy,
            room.draw,
            actor.user_id,
            1,
            closed=self.closed_kind(room),
            full=errors.AlreadyHasTicket if has_one else None,
        )

    @rule(which=WHICH, buyers=st.lists(WHO, min_size=1, max_size=PEOPLE))
    def some_come_and_buy(self, which, buyers):
        for person in buyers:
            self.join(which, person)
            self.buy_in_a_room(which, person)

    @rule(
        person=WHO,
        price=PRICE,
        which=WHICH,
        buyers=st.lists(WHO, min_size=1, max_size=PEOPLE),
        end=ENDS,
    )
    def a_room_lives(self, person, price, which, buyers, end):
        """Go forward by what a lively room does, so that many reach their end."""
        self.create_room(person, price, PEOPLE)
        self.some_come_and_buy(which, buyers)
        if not self.model.rooms:
            return
        if end != "expire":
            self.host_acts(which, service.start)
        if end == "call off":
            self.host_acts(which, service.cancel)
            return
        self.time.go(2 if end == "draw" else 26)
        if end == "draw":
            self.host_acts(which, service.execute)
        else:
            self.one_step_of_a_room(which)

    @rule(quantities=st.lists(st.integers(0, MOST_A_DAY + 1), min_size=PEOPLE, max_size=PEOPLE))
    def a_day_is_played(self, quantities):
        """Do the same for a day: everybody buys, midnight passes."""
        for person, quantity in enumerate(quantities):
            if quantity:
                self.buy_daily(person, quantity, "river")
        self.midnights_pass(1)
        self.turn_calendar()

    @rule(which=WHICH, act=st.sampled_from([service.start, service.cancel, service.execute]))
    def host_acts(self, which, act):
        if not self.model.rooms:
            return
        room = self.room_of(which)
        host = next(person for person in self.people if person.user_id == room.host)
        expected = {
            service.start: self.start_refused,
            service.cancel: self.cancel_refused,
            service.execute: self.execute_refused,
        }[act](room)
        assert outcome(lambda: act(actor=host, code=room.code)) is expected
        if expected is not None:
            return
        if act is service.start and not room.is_started:
            room.is_started = True
            room.draw.locks_at = tickets.draw(room.draw.draw_id).locks_at
            assert room.draw.locks_at > self.time.moment
        elif act is service.cancel:
            room.draw.status = VOID
            self.model.pay_back(room.draw)
        elif act is service.execute:
            self.step_of(room)
            self.step_of(room)
            self.pay_back_void(room.draw)

    def start_refused(self, room):
        if room.is_started:
            return None
        few = errors.TooFewTickets if len(room.draw.owners) < 2 else None
        return self.closed_kind(room) or few

    def cancel_refused(self, room):
        return None if room.draw.status == VOID else self.closed_kind(room)

    def execute_refused(self, room):
        return errors.TooEarly if room.is_selling(self.time.moment) else None

    @rule(which=WHICH, person=WHO, act=st.sampled_from([service.start, service.cancel]))
    def a_guest_plays_the_host(self, which, person, act):
        if not self.model.rooms:
            return
        room, actor = self.room_of(which), self.people[person]
        if actor.user_id != room.host:
            is_in = actor.user_id in room.members
            refused = outcome(lambda: act(actor=actor, code=room.code))
            assert refused is (errors.NotHost if is_in else errors.RoomNotFound)

    @rule(hours=st.integers(1, 30))
    def pass_time(self, hours):
        self.time.go(hours)

    @rule(days=st.integers(1, 4))
    def midnights_pass(self, days):
        """Pass one midnight, or sleep through several."""
        self.time.go(24 * days - self.time.moment.hour)

    @rule()
    def turn_calendar(self):
        calendar._turn_calendar()
        today, days = day_at(self.time.moment), self.model.days
        if days and days[-1].draw_id == draw_id_of(today):
            return
        if days and days[-1].status == OPEN:
            last = days[-1]
            last.status = LOCKED if len(last.owners) >= last.fewest else VOID
        day = day_at(days[-1].locks_at) if days else today
        own = read_settings()
        while day <= today:
            draw = ModelDraw(
                draw_id_of(day),
                own.draw_price_minor,
                own.draw_fee_bps,
                own.draw_fewest_entries,
                locks_at(day),
                OPEN if day == today else VOID,
            )
            days.append(draw)
            day += timedelta(days=1)

    @rule(which=WHICH)
    def one_result_of_a_day(self, which):
        locked = [draw for draw in self.model.days if draw.status == LOCKED]
        if locked:
            draw = locked[which % len(locked)]
            assert calendar._settle(draw.draw_id) == 1
            self.note_winner(draw)

    def note_winner(self, draw):
        self.model.pay_prize(draw, tickets.draw(draw.draw_id).winning_position)

    @rule(which=WHICH)
    def one_step_of_a_room(self, which):
        if self.model.rooms:
            room = self.room_of(which)
            assert steps._step(room.code) == self.step_of(room)

    def step_of(self, room):
        """Take the model's step of a room; tell whether there was one."""
        draw = room.draw
        if draw.status == LOCKED:
            self.note_winner(draw)
            return True
        if draw.status in CLOSED or self.time.moment < draw.locks_at:
            return False
        draw.status = LOCKED if room.is_started else VOID
        return True

    @rule(which=WHICH)
    def one_portion_of_a_refund(self, which):
        owing = [draw for draw in self.model.draws if draw.status == VOID and draw.unpaid()]
        if not owing:
            return
        draw = owing[which % len(owing)]
        with transaction() as session:
            paid = refunds.pay_back_some(
                session, draw_id=draw.draw_id, now=self.time.now(), limit=1
            )
        assert paid == 1
        self.model.pay_back_one(draw)

    @rule()
    def all_jobs(self):
        lottery.advance()
        service.advance()
        self.turn_calendar()
        for draw in self.model.days:
            if draw.status == LOCKED:
                self.note_winner(draw)
        for room in self.model.rooms:
            while self.step_of(room):
                pass
        for draw in self.model.draws:
            self.pay_back_void(draw)

    def pay_back_void(self, draw):
        if draw.status == VOID:
            self.model.pay_back(draw)

    @invariant()
    def every_purse_pot_and_the_house_are_the_models(self):
        with reading() as session:
            rows = session.exec(
                select(LedgerAccount.kind, LedgerAccount.owner, LedgerAccount.balance_minor)
            ).all()
        held = {(kind, owner): balance_minor for kind, owner, balance_minor in rows}
        expected = {("clearing", "play"): -self.model.put_in}
        for actor in self.people:
            expected["wallet", str(actor.user_id)] = self.model.purse[actor.user_id]
        for draw in self.model.draws:
            expected["pot", draw.draw_id] = draw.pot()
        expected["house", "main"] = sum(draw.house() for draw in self.model.draws)
        assert sum(expected.values()) == 0
        # An account is made by its first movement.
        assert {**dict.fromkeys(expected, 0), **held} == expected

    @invariant()
    def every_draw_stands_where_the_model_says(self):
        seen = tickets.draws([draw.draw_id for draw in self.model.draws])
        for draw in self.model.draws:
            view = seen[draw.draw_id]
            assert (view.status, view.total_entries) == (draw.status, len(draw.owners))
            assert view.prize.amount_minor == draw.prize()
            assert view.is_refunded == (draw.status == VOID and not draw.unpaid())
            if draw.status == DRAWN:
                assert view.winner_id == draw.owners[view.winning_position - 1]

    @invariant()
    def both_audits_find_nothing(self):
        assert queries.audit() == []
        assert tickets.audit() == []


# Half a minute alone; much more where cores are shared.
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "own",
    [
        {"DRAW_PRICE_MINOR": "100", "DRAW_FEE_BPS": "500", "DRAW_FEWEST_ENTRIES": "1"},
        {
            "DRAW_PRICE_MINOR": "37",
            "DRAW_FEE_BPS": "777",
            "ROOM_FEE_BPS": "1234",
            "DRAW_FEWEST_ENTRIES": "3",
        },
    ],
    ids=["round", "odd"],
)
def test_random_games_keep_every_promise(db, monkeypatch, own):
    always = {"DRAW_TICKETS_PER_PERSON": str(MOST_A_DAY), "DRAW_NOTICE_S": "3600"}
    with with_setting(monkeypatch, **own, **always), monkeypatch.context() as patch:
        GamesMachine.monkeypatch, GamesMachine.database = patch, db
        run_state_machine_as_test(
            GamesMachine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
