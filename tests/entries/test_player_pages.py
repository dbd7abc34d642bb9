"""What players and visitors are told of daily draws, tickets and draws of rooms."""

from datetime import timedelta

import pytest
import reflex as rx

from luckychit.core import clock, errors
from luckychit.domain.lottery import rules, service
from luckychit.domain.safety import service as safety
from luckychit.domain.tickets import errors as tickets
from luckychit.domain.users.service import Actor
from luckychit.domain.wallet.errors import InsufficientFunds
from luckychit.ui.pages.draw.finding import ticket_typed
from luckychit.ui.pages.draw.words import read_draw
from luckychit.ui.pages.draws.lines import DAILY, latest_lines
from luckychit.ui.pages.home import state as home
from luckychit.ui.pages.member_lottery.daily import read_daily
from luckychit.ui.pages.member_lottery.playing import PlayState, refusal_of
from luckychit.ui.pages.ticket.words import read_ticket
from tests.helpers import people
from tests.helpers.circle import a_circle, clock_at
from tests.helpers.events import a_browser, full_name, order
from tests.helpers.lottery import DAY, MORNING, a_player, balance, buy, days
from tests.helpers.people import a_member, mobile_of, with_password
from tests.helpers.rooms import a_started_room

TODAY, TOMORROW = "DDL-20270301", "DDL-20270302"
LOTTERY = "/app/lottery"


@pytest.fixture(autouse=True)
def _in_the_morning(db):
    with clock_at(MORNING):
        service.advance()
        yield


def midnight() -> None:
    """Go past the next midnight, and let the job do all that is due."""
    clock.set_start(rules.midnight(rules.day_at(clock.now()) + DAY) + timedelta(seconds=1))
    while service.advance():
        pass


def seen_by(player: Actor):
    return read_daily(player, clock.now())


def cookie_of(player: Actor) -> str:
    return people.sign_in(mobile_of(with_password(player))).token


class TestToday:
    def test_shows_the_pot_the_clock_and_the_rules(self):
        buy(a_player(), 4)
        today = seen_by(a_player(coins=7)).today
        assert (today.gate, today.draw_id, today.prize) == ("open", TODAY, "$3.80")
        assert (today.entry_count, today.mine, today.most) == (4, 0, 100)
        assert (today.balance, today.balance_minor) == ("$7.00", 700)
        assert today.share == "Of each $1.00, $0.95 goes to the winner."
        assert today.locks_ms == clock.to_ms(rules.midnight(MORNING.date() + DAY))
        assert len(today.commit_hash) == 64

    def test_shows_own_tickets_and_nobody_elses(self):
        player = a_player()
        buy(a_player(), 2)
        buy(player, 3, seed="mine")
        found = seen_by(player)
        assert [stub.number for stub in found.stubs] == ["00005", "00004", "00003"]
        assert {stub.phrase for stub in found.stubs} == {"mine"}
        assert found.stubs[0].href == f"/tickets/{TODAY}-00005"
        assert (found.today.mine, found.today.entry_count) == (3, 5)

    def test_asks_for_more_when_there_are_more(self):
        player = a_player(coins=40)
        buy(player, 30)
        found = seen_by(player)
        assert (len(found.stubs), found.more_stubs) == (20, f"{TODAY}-00011")
        assert len(read_daily(player, clock.now(), stubs=60).stubs) == 30

    def test_offers_no_more_than_is_left_to_buy(self, monkeypatch):
        monkeypatch.setattr("luckychit.ui.pages.member_lottery.daily.MOST_AT_ONCE", 2)
        assert seen_by(a_player()).today.most == 2

    def test_closes_kindly_for_who_takes_a_break(self):
        player = a_player()
        safety.exclude_self(actor=player, days=7)
        today = seen_by(player).today
        assert today.gate == "break"
        assert today.gate_words == ("You are taking a break from games until 8 Mar 2027, 1:30 pm.")

    def test_between_two_days_no_draw_sells(self):
        clock.set_start(rules.midnight(MORNING.date() + DAY))
        found = seen_by(a_player())
        assert (found.today.gate, found.today.draw_id) == ("between", "")


class TestResult:
    def test_says_who_won_and_lost(self):
        players = [a_player(), a_player()]
        for player in players:
            buy(player, 2)
        midnight()
        won = [seen_by(player).latest for player in players]
        assert sorted(one.outcome for one in won) == ["lost", "won"]
        for one in won:
            assert (one.kind, one.prize, one.entry_words) == ("drawn", "$3.80", "4 tickets")
            assert one.head == f"/api/draws/{TODAY}/head"
            assert ("You" in one.names) == (one.outcome == "won")
            assert len(one.lock_hash) == 64
        assert {one.words for one in won} == {
            "You won. The prize is in your wallet.",
            "Another ticket won this time.",
        }

    def test_of_a_day_without_tickets_is_called_off(self):
        midnight()
        latest = seen_by(a_player()).latest
        assert (latest.kind, latest.prize) == ("void", "")
        assert latest.words == "No winner: nobody bought a ticket."

    def test_lists_the_days_before_once_with_own_part(self):
        player = a_player()
        buy(player, 2)
        midnight()
        buy(a_player())
        midnight()
        found = seen_by(player)
        assert found.latest.draw_id == TOMORROW
        assert found.latest.words == "You had no ticket in this draw."
        (day,) = found.past
        assert (day.title, day.is_mine, day.prize) == ("Mon 1 Mar", True, "$1.90")
        assert day.winner.startswith("You won with ticket 0000")

    async def test_is_played_only_for_whom_was_waiting(self):
        player = a_player()
        buy(player)
        cookie = cookie_of(player)
        async with a_browser() as browser:
            waiting = browser.use(cookie)
            await waiting.send(full_name(PlayState, "load"), route=LOTTERY)
            midnight()
            said = await waiting.send(full_name(PlayState, "load"), route=LOTTERY)
            assert "'plays_rx_state_': True" in said
            said = await browser.use(cookie).send(full_name(PlayState, "load"), route=LOTTERY)
            assert "'plays_rx_state_': True" not in said


class TestBuying:
    async def ask(self, player: Actor, **form: str) -> str:
        async with a_browser() as browser:
            tab = browser.use(cookie_of(player))
            sent = {"quantity": "1", "client_seed": "luck"} | form
            return await tab.send(full_name(PlayState, "ask"), {"form": sent}, route=LOTTERY)

    async def send(self, player: Actor, **form: str) -> str:
        async with a_browser() as browser:
            tab = browser.use(cookie_of(player))
            sent = {"draw_id": TODAY, "quantity": "1", "client_seed": "luck", "key": "k"} | form
            return await tab.send(full_name(PlayState, "buy"), {"form": sent}, route=LOTTERY)

    async def test_is_asked_about_in_words_first(self):
        player = a_player(coins=20)
        said = await self.ask(player, quantity="12")
        assert "Twelve dollars" in said
        assert order("open", "buy") in said
        assert balance(player) == 2_000

    @pytest.mark.parametrize(
        ("form", "words"),
        [
            ({"quantity": "21"}, "There is not enough in your wallet for that."),
            ({"quantity": "0"}, "Choose 1 to 100 tickets."),
            ({"quantity": "101"}, "Choose 1 to 100 tickets."),
            ({"quantity": "²"}, "Choose 1 to 100 tickets."),
            ({"client_seed": "नमस्ते"}, "Use 1 to 64 plain letters"),
            ({"client_seed": ""}, "Use 1 to 64 plain letters"),
            ({"client_seed": "x" * 65}, "Use 1 to 64 plain letters"),
        ],
    )
    async def test_says_beforehand_what_will_not_do(self, form, words):
        said = await self.ask(a_player(coins=20), **form)
        assert words in said
        assert order("open") not in said

    async def test_gives_the_tickets_and_the_way_to_them(self):
        player = a_player(coins=20)
        said = await self.send(player, quantity="3", client_seed="rain")
        assert "Tickets 00001 to 00003 are yours." in said
        assert f"/tickets/{TODAY}-00001" in said
        assert balance(player) == 1_700
        assert {stub.phrase for stub in seen_by(player).stubs} == {"rain"}

    async def test_sent_twice_buys_once(self):
        player = a_player(coins=20)
        await self.send(player, quantity="3")
        await self.send(player, quantity="3")
        assert balance(player) == 1_700

    async def test_after_midnight_buys_nothing_of_the_next_day(self):
        player = a_player(coins=20)
        buy(a_player())
        midnight()
        said = await self.send(player)
        assert "That draw closed before this came in" in said
        assert balance(player) == 2_000

    async def test_too_late_is_still_said_on_the_page_of_the_next_day(self):
        player = a_player(coins=20)
        buy(a_player())
        load, send = (full_name(PlayState, name) for name in ("load", "buy"))
        form = {"draw_id": TODAY, "quantity": "1", "client_seed": "luck", "key": "k"}
        async with a_browser(cookie_of(player)) as browser:

            async def refusal() -> str:
                token = rx.BaseStateToken(ident=browser.token, cls=PlayState)
                root = await browser.states.get_state(token)
                return (await root.get_state(PlayState)).refusal.kind

            await browser.send(load, route=LOTTERY)
            # In the first second no job has run: the day is closed, and the next not open.
            clock.set_start(rules.midnight(MORNING.date() + DAY))
            await browser.send(send, {"form": form}, route=LOTTERY)
            assert await refusal() == "closed"
            clock.set_start(clock.now() + timedelta(seconds=1))
            while service.advance():
                pass
            await browser.send(load, route=LOTTERY)
            assert await refusal() == "closed"
            midnight()
            await browser.send(load, route=LOTTERY)
            assert await refusal() == ""

    @pytest.mark.parametrize(
        ("refusal", "kind", "words"),
        [
            (InsufficientFunds(), "funds", "not enough in your wallet"),
            (tickets.DrawClosed(), "closed", "nothing was bought"),
            (tickets.KeyReused(), "again", "See your tickets below"),
            (tickets.LimitReached(limit=5), "no", "at most 5 tickets"),
            (tickets.SelfExcluded(), "no", "taking a break"),
        ],
    )
    def test_each_refusal_has_its_own_words(self, refusal, kind, words):
        found = refusal_of(refusal)
        assert found.kind == kind
        assert words in found.words


class TestTicketPage:
    def test_tells_anyone_all_but_the_owner(self):
        player = a_player(full_name="Sita Secret")
        buy(a_player(), 4)
        buy(player, seed="my words")
        found = read_ticket(f"{TODAY}-00005", a_member())
        assert (found.number, found.place) == ("00005", "Number 5, of 5 so far")
        assert (found.phrase, found.price) == ("my words", "$1.00")
        assert found.bought == "1 Mar 2027, 08:00:00 UTC"
        assert found.seal_words.startswith("Intact.")
        assert not found.is_mine
        assert (found.owner_id, found.salt) == ("", "")
        assert len(found.owner) == 64
        assert "Sita" not in repr(found)
        assert str(player.user_id) not in repr(found)

    def test_gives_its_owner_what_opens_the_mark(self):
        player = a_player()
        buy(player)
        found = read_ticket(f"{TODAY}-00001", player)
        assert (found.is_mine, found.owner_id) == (True, str(player.user_id))
        assert len(found.salt) == 32

    def test_says_when_its_place_can_be_proved(self):
        player = a_player()
        buy(player, 2)
        found = read_ticket(f"{TODAY}-00001", None)
        assert not found.has_file
        assert "frozen at 00:00 UTC" in found.later
        midnight()
        found = read_ticket(f"{TODAY}-00001", None)
        assert (found.has_file, found.later) == (True, "")
        assert found.file == f"/api/tickets/{TODAY}-00001/file"
        assert found.command == f"python3 verify.py {TODAY}-00001.json"
        assert found.place == "Number 1 of 2"

    def test_names_what_came_of_it(self):
        player = a_player()
        buy(player, 2)
        midnight()
        both = [read_ticket(f"{TODAY}-0000{place}", player) for place in (1, 2)]
        won = next(one for one in both if one.outcome == "won")
        lost = next(one for one in both if one.outcome == "lost")
        assert (won.prize, won.chip) == ("$1.90", "won")
        assert "in your wallet" in won.outcome_words
        assert lost.outcome_words == f"Ticket {won.number} won this draw."
        assert "its owner" in read_ticket(won.ticket_id, None).outcome_words

    @pytest.mark.parametrize("number", ["", "nonsense", f"{TODAY}-00002", "DDL-20990101-00001"])
    def test_of_no_ticket_is_not_there(self, number):
        buy(a_player())
        with pytest.raises(errors.NotFound):
            read_ticket(number, None)


class TestDrawPage:
    def test_follows_a_day_from_its_seal_to_its_winner(self):
        buy(a_player(), 2)
        said, log = read_draw(TODAY, None)
        assert (said.title, said.status) == ("Daily draw of 1 Mar 2027", "committed")
        assert (said.prize, said.listed, said.ticket_price) == ("$1.90", "2 tickets", "$1.00")
        assert [line.title for line in log] == ["Sealed"]
        midnight()
        said, log = read_draw(TODAY, None)
        assert said.status == "drawn"
        assert said.winner.startswith("Ticket 0000")
        assert said.winner_href.startswith(f"/tickets/{TODAY}-0000")
        assert (said.replayed, said.is_large) == (f"/api/draws/{TODAY}/bundle", False)
        assert log[-1].title == "Result"

    def test_of_a_very_long_list_reads_only_its_head(self, monkeypatch):
        monkeypatch.setattr("luckychit.ui.pages.draw.games.LARGE_LIST", 1)
        buy(a_player(), 2)
        midnight()
        said, _ = read_draw(TODAY, None)
        assert (said.replayed, said.is_large) == (f"/api/draws/{TODAY}/head", True)
        assert said.bundle == f"/api/draws/{TODAY}/bundle"

    def test_of_a_day_nobody_was_there_to_announce_says_so(self):
        clock.set_start(MORNING + 3 * DAY)
        while service.advance():
            pass
        skipped = [day.draw_id for day in days() if day.proof_id is None]
        assert skipped
        said, log = read_draw(skipped[0], None)
        assert (said.status, said.proof_id, log) == ("void", "", [])
        assert said.story == "No winner: the server was not running on this day."

    def test_of_a_room_is_one_under_both_its_numbers(self):
        room = a_started_room(guests=1)
        draw = room.drawn()
        first, second = (read_draw(number, None) for number in (draw.draw_id, draw.proof_id))
        assert draw.proof_id == f"{draw.draw_id}-2"
        assert first == second
        said, log = first
        assert (said.title, said.proof_id) == ("Draw of a private room", draw.proof_id)
        assert said.replayed == f"/api/draws/{draw.proof_id}/bundle"
        assert [line.title for line in log][:3] == ["Sealed", "Replaced", "Sealed"]
        assert log[1].words.startswith("The host started the draw")
        assert room.host.full_name not in repr(first)

    def test_of_a_circle_is_as_it_was(self):
        circle = a_circle(2)
        circle.pay_all()
        drawn = circle.draw_now()
        said, _ = read_draw(drawn.draw_id, None)
        assert (said.title, said.status, said.ticket_price) == ("Month 1 of 2", "drawn", "")


class TestLists:
    def test_show_days_and_months_together_newest_first(self):
        buy(a_player())
        midnight()
        midnight()
        found = latest_lines(limit=1)
        assert [line.draw_id for line in found.items] == [TOMORROW]
        assert (found.items[0].status_text, found.has_older) == ("Called off", True)
        older = latest_lines(found.after, limit=1)
        assert [line.draw_id for line in older.items] == [TODAY]
        assert (older.items[0].winner, older.has_older) == ("Ticket 00001", False)

    def test_page_each_kind_by_itself(self):
        circle = a_circle(2)
        circle.pay_all()
        circle.draw_now()
        buy(a_player())
        midnight()
        seen, after = [], {}
        for _ in range(20):
            page = latest_lines(after, limit=1)
            seen += [line.draw_id for line in page.items]
            after = page.after
            if not page.has_older:
                break
        assert len(seen) == len(set(seen))
        assert TODAY in seen
        assert any(number.startswith("CHIT-") for number in seen)
        assert {line.kind for line in latest_lines(kinds=(DAILY,)).items} == {DAILY}

    def test_of_winners_name_tickets_and_leave_out_days_without(self):
        buy(a_player(full_name="Wilma Winner"), 3)
        midnight()
        midnight()
        found = home._read()
        (won,) = found.winners
        assert (won.draw_id, won.prize, won.entry_words) == (TODAY, "$2.85", "3 tickets")
        assert "Wilma" not in repr(found)
        assert found.today.draw_id == "DDL-20270303"


@pytest.mark.parametrize(
    ("typed", "draw_id", "found"),
    [
        ("DDL-20270301-00042", "", "DDL-20270301-00042"),
        (" ddl-20270301-00042 ", "", "DDL-20270301-00042"),
        ("DDL-20270301 -00042", "", "DDL-20270301-00042"),
        ("42", "DDL-20270301", "DDL-20270301-00042"),
        ("00042", "LOBBY-ABC234", "LOBBY-ABC234-00042"),
        ("42", "", ""),
        ("DDL-20270301", "", ""),
        ("../../admin", "", ""),
    ],
)
def test_a_ticket_is_found_by_what_people_type(typed, draw_id, found):
    assert ticket_typed(typed, draw_id) == found
