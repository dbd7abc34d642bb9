"""Buying in the daily draw, and what players, visitors and admins are told of it."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.errors import InvalidInput, NotAllowed, SignInNeeded
from luckychit.domain.fairness import queries as proofs
from luckychit.domain.lottery import queries, rules, service
from luckychit.domain.lottery.service import calendar
from luckychit.domain.safety.models import SelfExclusion
from luckychit.domain.tickets import errors
from luckychit.domain.tickets.models import Draw
from luckychit.domain.users import service as users
from luckychit.domain.wallet.errors import InsufficientFunds
from luckychit.ui.pages.draw.words import read_draw
from tests.helpers.circle import clock_at, with_setting
from tests.helpers.lottery import DAY, MORNING, a_player, balance, buy, days
from tests.helpers.people import a_manager, an_admin

FIRST, SECOND = "DDL-20270301", "DDL-20270302"
MIDNIGHT = datetime(2027, 3, 2, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def today(db):
    with clock_at(MORNING):
        service.advance()
        yield


def next_day() -> None:
    clock.set_start(rules.locks_at(rules.day_at(clock.now())))
    service.advance()


class TestBuying:
    def test_gives_tickets_in_order_and_takes_the_price(self):
        player, other = a_player(10), a_player(10)
        first, second, third = buy(player, 2), buy(other), buy(player, 3)
        assert first.ticket_ids == [f"{FIRST}-00001", f"{FIRST}-00002"]
        assert second.ticket_ids == [f"{FIRST}-00003"]
        assert (third.first_position, third.total_entries_at_purchase) == (4, 6)
        assert balance(player) == 500
        assert third.balance.amount_minor == 500

    def test_again_with_the_same_key_gives_the_same_tickets(self):
        player = a_player(10)
        sold = buy(player, 2, key="k")
        again = buy(player, 2, key="k")
        assert again.is_repeat
        assert again.ticket_ids == sold.ticket_ids
        assert balance(player) == 800

    def test_is_for_members_only(self):
        for actor in (a_manager(), an_admin()):
            with pytest.raises(NotAllowed):
                buy(actor)
        with pytest.raises(SignInNeeded):
            buy(None)

    @pytest.mark.parametrize("quantity", [0, -1, 101, True, 1.0, "1", None])
    def test_refuses_an_odd_quantity(self, quantity):
        with pytest.raises(InvalidInput) as refusal:
            buy(a_player(), quantity)
        assert set(refusal.value.fields) == {"quantity"}

    @pytest.mark.parametrize("seed", ["", "x" * 65, 'a"b', "a\\b", "é", "\n", None, 7])
    def test_refuses_an_odd_phrase(self, seed):
        with pytest.raises(InvalidInput) as refusal:
            buy(a_player(), seed=seed)
        assert set(refusal.value.fields) == {"client_seed"}

    @pytest.mark.parametrize("key", ["x" * 81, 'a"', "é", "\0", 7])
    def test_refuses_an_odd_key(self, key):
        with pytest.raises(InvalidInput) as refusal:
            buy(a_player(), key=key)
        assert set(refusal.value.fields) == {"key"}

    @pytest.mark.parametrize(
        "draw_id", ["LOBBY-ABCDEF", "DDL-2027", "DDL-20270231", "DDL-20280101"]
    )
    def test_refuses_what_is_no_daily_draw(self, draw_id):
        with pytest.raises(errors.DrawUnknown):
            buy(a_player(), draw_id=draw_id)

    def test_has_a_refusal_for_each_reason(self, monkeypatch):
        with pytest.raises(InsufficientFunds):
            buy(a_player(1), 2)
        resting = a_player()
        with transaction() as session:
            now = clock.now()
            session.add(SelfExclusion(user_id=resting.user_id, until=now + DAY, created_at=now))
        with pytest.raises(errors.SelfExcluded):
            buy(resting)
        player = a_player(20)
        buy(player, 1, key="once")
        with pytest.raises(errors.KeyReused):
            buy(player, 2, key="once")
        next_day()
        with pytest.raises(errors.DrawClosed):
            buy(player, draw_id=FIRST)
        with with_setting(monkeypatch, DRAW_TICKETS_PER_PERSON="3"):
            next_day()
        buy(player, 2)
        with pytest.raises(errors.LimitReached) as refusal:
            buy(player, 2)
        assert "at most 3" in refusal.value.message

    async def test_can_be_waited_for_without_a_thread(self):
        player = a_player()
        sold = await service.submit_async(
            actor=player, key="k", draw_id=FIRST, quantity=1, client_seed="luck"
        )
        assert sold.ticket_ids == [f"{FIRST}-00001"]


class TestToday:
    def test_tells_how_the_odds_stand_now(self):
        player = a_player(10)
        buy(player, 3)
        buy(a_player(10), 4)
        view = queries.today(actor=player, now=clock.now())
        assert (view.odds.mine, view.odds.total) == (3, 7)
        assert view.draw.draw_id == FIRST
        assert view.draw.prize.amount_minor == 665
        assert (view.balance.amount_minor, view.left_to_buy) == (700, 997)
        assert (view.excluded_until, view.latest, view.my_latest_outcome) == (None, None, "")

    def test_tells_what_became_of_the_day_before(self):
        winner, loser, watcher = a_player(), a_player(), a_player(0)
        for player in (winner, loser):
            buy(player)
        next_day()
        if days()[0].winner_id == loser.user_id:
            winner, loser = loser, winner
        found = {
            player.user_id: queries.today(actor=player, now=clock.now())
            for player in (winner, loser, watcher)
        }
        outcomes = [found[p.user_id].my_latest_outcome for p in (winner, loser, watcher)]
        assert outcomes == ["won", "lost", ""]
        latest = found[loser.user_id].latest
        assert (latest.draw_id, latest.status, latest.winner_id) == (FIRST, "drawn", None)
        assert latest.winning_ticket_id.startswith(FIRST)
        assert found[watcher.user_id].draw.draw_id == SECOND

    def test_tells_of_a_day_paid_back(self, monkeypatch):
        with with_setting(monkeypatch, DRAW_FEWEST_ENTRIES="2"):
            next_day()
        player = a_player()
        buy(player)
        next_day()
        view = queries.today(actor=player, now=clock.now())
        assert (view.latest.status, view.my_latest_outcome) == ("void", "refunded")

    def test_tells_until_when_a_break_lasts(self):
        player, now = a_player(), clock.now()
        with transaction() as session:
            for ahead in (1, 7):
                until = now + ahead * DAY
                session.add(SelfExclusion(user_id=player.user_id, until=until, created_at=now))
        view = queries.today(actor=player, now=now)
        assert view.excluded_until == now + 7 * DAY
        assert queries.today(actor=player, now=now + 8 * DAY).excluded_until is None

    def test_has_no_draw_between_two_days(self):
        view = queries.today(actor=a_player(), now=MIDNIGHT)
        assert (view.draw, view.odds.total, view.left_to_buy) == (None, 0, 0)
        assert view.balance.currency == "USD"

    def test_is_for_members_only(self):
        with pytest.raises(NotAllowed):
            queries.today(actor=an_admin(), now=clock.now())


class TestOwnTickets:
    def test_come_newest_first_in_pages(self):
        player = a_player(20)
        buy(player, 3)
        next_day()
        buy(player, 2)
        page = queries.my_tickets(actor=player, limit=3)
        assert [item.ticket_id[-5:] for item in page.items] == ["00002", "00001", "00003"]
        rest = queries.my_tickets(actor=player, limit=3, after=page.after)
        assert [item.ticket_id[-5:] for item in rest.items] == ["00002", "00001"]
        assert rest.after is None
        assert {item.outcome for item in rest.items} <= {"won", "lost"}
        of_first = queries.my_tickets(actor=player, draw_id=FIRST)
        assert len(of_first.items) == 3
        assert sum(item.outcome == "won" for item in of_first.items) == 1

    def test_are_nobody_elses(self):
        buy(a_player())
        assert queries.my_tickets(actor=a_player()).items == ()

    def test_make_a_list_of_draws(self):
        player = a_player(20)
        buy(player, 3)
        next_day()
        next_day()
        buy(a_player())
        buy(player)
        found = queries.my_draws(actor=player, limit=10)
        assert [(item.draw.draw_id, item.mine, item.outcome) for item in found] == [
            ("DDL-20270303", 1, "waiting"), (FIRST, 3, "won"),
        ]  # fmt: skip
        assert found[1].prize.amount_minor == 285
        assert [item.draw.winner_id for item in found] == [None, None]
        assert len(queries.my_draws(actor=player, limit=1)) == 1
        assert queries.my_draws(actor=a_player(), limit=5) == []


class TestThePublic:
    def test_sees_todays_pot_and_the_last_winner_and_nobody(self):
        assert queries.last_winner() is None
        player = a_player(20)
        buy(player, 2)
        next_day()
        buy(player, 4)
        view = queries.public_today(clock.now())
        assert (view.draw.draw_id, view.draw.total_entries) == (SECOND, 4)
        assert view.last_winner == queries.last_winner()
        assert view.last_winner.winning_ticket_id.startswith(FIRST)
        for told in (view, *queries.history(), *queries.my_draws(actor=player)):
            said = repr(dataclasses.asdict(told))
            assert str(player.user_id) not in said
            assert player.full_name not in said

    def test_sees_a_winner_by_the_name_the_winner_chose(self):
        player = a_player(10)
        buy(player)
        next_day()
        assert queries.last_winner().winner_name == ""
        users.update_profile(actor=player, public_name="Ravi K.")
        assert queries.last_winner().winner_name == "Ravi K."
        assert [day.winner_name for day in queries.history()] == ["Ravi K."]
        said, _ = read_draw(FIRST, None)
        assert said.winner_name == "Ravi K."

    def test_pages_through_history(self):
        player = a_player(20)
        for day in range(4):
            if day % 2:
                buy(player)
            next_day()
        found = queries.history(limit=3)
        assert [(item.draw_id[-2:], item.status) for item in found] == [
            ("04", "drawn"), ("03", "void"), ("02", "drawn"),
        ]  # fmt: skip
        rest = queries.history(after=found[-1].draw_id)
        assert [item.draw_id for item in rest] == [FIRST]
        assert queries.history(after=FIRST) == []
        assert len(queries.history(after="nonsense")) == 4


class TestTheAdmin:
    def told(self, **moment):
        return queries.admin_draws(actor=an_admin(), now=clock.now(), **moment)

    def steps(self, place=0):
        return {step.name: step for step in self.told()[place].steps}

    def test_sees_steps_that_came_in_time(self):
        buy(a_player(), 3)
        next_day()
        draw = self.told()[1]
        assert [step.name for step in draw.steps] == ["COMMIT", "LOCK", "RESULT"]
        assert {(step.late_s, step.why) for step in draw.steps} == {(0, "")}
        hashes = {entry.type: entry.hash for entry in proofs.log(FIRST)}
        assert [step.log_hash for step in draw.steps] == [hashes[s.name] for s in draw.steps]
        assert (draw.sold.amount_minor, draw.fee.amount_minor, draw.players) == (300, 15, 1)

    def test_sees_what_is_still_to_come(self):
        steps = self.steps()
        assert steps["COMMIT"].happened_at is not None
        assert steps["LOCK"].happened_at is None
        assert steps["LOCK"].was_due_at == MIDNIGHT
        assert steps["RESULT"].late_s == 0

    def test_sees_what_is_late_and_why(self):
        buy(a_player())
        clock.set_start(MIDNIGHT + timedelta(hours=2))
        late = self.steps()
        assert 7200 <= late["LOCK"].late_s < 7260
        assert "as soon as" in late["LOCK"].why
        service.advance()
        done = self.steps(1)
        assert 7200 <= done["LOCK"].late_s < 7260
        assert "not running" in done["LOCK"].why
        assert 7200 <= self.steps(0)["COMMIT"].late_s < 7260

    def test_sees_a_day_that_was_slept_through(self):
        clock.set_start(MIDNIGHT + timedelta(days=1, hours=2))
        service.advance()
        (step,) = self.told()[1].steps
        assert (step.name, step.why) == ("VOID", "The server was not running on this day.")

    def test_sees_who_waits_for_the_public_random_number(self, monkeypatch):
        with with_setting(monkeypatch, BEACON="drand"):
            next_day()
            buy(a_player())
            next_day()
        beacon_at = proofs.proof(SECOND).beacon_at
        clock.set_start(beacon_at + timedelta(minutes=5))
        steps = self.steps(1)
        assert list(steps) == ["COMMIT", "LOCK", "BEACON", "RESULT"]
        assert steps["BEACON"].was_due_at == beacon_at
        assert steps["BEACON"].late_s >= 300
        assert "relay" in steps["BEACON"].why
        assert "public random number" in steps["RESULT"].why

    def test_sees_how_far_paying_back_is(self, monkeypatch):
        with with_setting(monkeypatch, DRAW_FEWEST_ENTRIES="9"):
            next_day()
        players = [a_player() for _ in range(3)]
        for player in players:
            buy(player, 2)
        with monkeypatch.context() as stopped:
            stopped.setattr(calendar.tickets, "refund", lambda **_: 0)
            next_day()
        middle = sorted(player.user_id for player in players)[1]
        void = self.told()[1]
        assert (void.players, void.refunded_players) == (3, 0)
        clock.set_start(clock.now() + timedelta(minutes=1))
        assert "0 of 3" in self.steps(1)["REFUND"].why
        service.advance()
        void = self.told()[1]
        assert (void.players, void.refunded_players) == (3, 3)
        assert self.steps(1)["REFUND"].happened_at is not None
        with transaction() as session:
            assert session.get_one(Draw, SECOND).refund_cursor >= middle

    def test_is_the_only_one_who_sees_them(self):
        for actor in (a_player(0), a_manager()):
            with pytest.raises(NotAllowed):
                queries.admin_draws(actor=actor, now=clock.now())


class TestTheDrawToBuyIn:
    def test_is_the_one_that_sells_or_the_one_the_key_bought_in(self):
        player = a_player()
        assert queries.draw_to_buy(actor=player, key="k", now=clock.now()) == FIRST
        buy(player, key="k")
        next_day()
        assert queries.draw_to_buy(actor=player, key="k", now=clock.now()) == FIRST
        assert queries.draw_to_buy(actor=player, key="new", now=clock.now()) == SECOND
        assert queries.draw_to_buy(actor=player, key="new", now=clock.now() + DAY) is None

    def test_is_still_the_first_when_the_server_slept_for_days(self):
        player = a_player()
        buy(player, key="k")
        clock.set_start(MORNING + 4 * DAY)
        service.advance()
        assert queries.draw_to_buy(actor=player, key="k", now=clock.now()) == FIRST


class TestATicket:
    def test_can_be_checked_by_anybody(self):
        sold = buy(a_player(), 3)
        before = queries.check_ticket(sold.ticket_ids[1])
        assert (before.is_seal_intact, before.is_in_locked_list) == (True, None)
        next_day()
        after = queries.check_ticket(sold.ticket_ids[1])
        assert (after.is_seal_intact, after.is_in_locked_list) == (True, True)
        assert (after.inclusion.index, after.inclusion.n) == (1, 3)
        assert after.inclusion.root == proofs.proof(FIRST).root
        with pytest.raises(errors.TicketUnknown):
            queries.check_ticket(f"{FIRST}-00004")

    def test_has_the_seal_that_is_stored(self):
        player = a_player()
        sold = buy(player, 3)
        fresh = queries.fresh_seals(actor=player, sold=sold)
        assert fresh == queries.stored_seals(sold=sold)
        assert len(set(fresh)) == 3
