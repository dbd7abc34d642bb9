"""What the wallet's page, breaks and balances say, and what their handlers do."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from luckychit.core import clock
from luckychit.core.money import Money
from luckychit.domain.safety import queries as safety_queries
from luckychit.domain.safety import service as safety
from luckychit.domain.wallet import queries as wallet
from luckychit.domain.wallet import service
from luckychit.domain.wallet.views import StatementLine, WalletView
from luckychit.ui import live
from luckychit.ui.pages.member_home import state as home
from luckychit.ui.pages.member_play.breaks import break_text
from luckychit.ui.pages.member_play.state import PlayRulesState
from luckychit.ui.pages.member_play.texts import read_play
from luckychit.ui.pages.member_shared.balance import read_balance
from luckychit.ui.pages.member_shared.references import read_reference
from luckychit.ui.pages.member_wallet.history import HEIGHT, WIDTH, history_text
from luckychit.ui.pages.member_wallet.state import WalletState
from luckychit.ui.pages.member_wallet.texts import line_texts, read_wanted, wallet_text
from tests.helpers import people
from tests.helpers.circle import clock_at
from tests.helpers.events import Namespace, a_browser, full_name, order
from tests.helpers.people import a_manager, a_member, mobile_of, with_password
from tests.helpers.rooms import a_player, a_room, a_started_room, credit

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def _world(db, monkeypatch):
    monkeypatch.setattr(live.sockets, "namespace", Namespace, raising=False)
    with clock_at():
        yield


def cookie_of(actor):
    return people.sign_in(mobile_of(with_password(actor))).token


def a_line(amount_minor=-300, balance_minor=700, **changed):
    given = {
        "entry_id": 1,
        "transaction_id": uuid4(),
        "kind": "ticket_purchase",
        "status": "completed",
        "amount": Money(amount_minor, "USD"),
        "balance_after": Money(balance_minor, "USD"),
        "reference": "DDL-20261121-00042 to 00044",
        "happened_at": NOW,
    }
    return StatementLine(**{**given, **changed})


class TestAReference:
    @pytest.mark.parametrize(
        ("reference", "tickets", "href"),
        [
            ("DDL-20261121", 0, "/draws/DDL-20261121"),
            ("DDL-20261121-00042", 1, "/tickets/DDL-20261121-00042"),
            ("DDL-20261121-00042 to 00044", 3, "/tickets/DDL-20261121-00042"),
            ("DDL-20261121-99999 to 100001", 3, "/tickets/DDL-20261121-99999"),
            ("LOBBY-ABCD2345", 0, "/app/rooms/ABCD2345"),
            ("LOBBY-ABCD2345-00002", 1, "/app/rooms/ABCD2345"),
        ],
    )
    def test_leads_to_its_ticket_draw_or_room(self, reference, tickets, href):
        found = read_reference(reference)
        assert found is not None
        assert (found.tickets, found.href) == (tickets, href)

    @pytest.mark.parametrize(
        "reference", ["", "a payout", "DDL-2026", "/draws/x", "DDL-20261121-1"]
    )
    def test_of_anything_else_leads_nowhere(self, reference):
        assert read_reference(reference) is None


class TestTheStatement:
    @pytest.mark.parametrize(
        ("changed", "title", "amount", "words"),
        [
            ({}, "3 tickets in the daily draw", "\N{MINUS SIGN}$3.00", "leaves $7.00"),
            (
                {"kind": "prize_win", "amount_minor": 950, "reference": "LOBBY-ABCD2345-00002"},
                "Prize of a room",
                "+$9.50",
                "makes $7.00",
            ),
            (
                {"kind": "refund", "amount_minor": 100, "reference": "DDL-20261121"},
                "Paid back for the daily draw",
                "+$1.00",
                "makes $7.00",
            ),
            (
                {"kind": "play_credit", "amount_minor": 500, "reference": ""},
                "Play credit added",
                "+$5.00",
                "makes $7.00",
            ),
            (
                {"kind": "something_new", "reference": ""},
                "Something new",
                "\N{MINUS SIGN}$3.00",
                "leaves $7.00",
            ),
        ],
    )
    def test_says_each_movement_with_sign_and_word(self, changed, title, amount, words):
        (line,) = line_texts([a_line(**changed)])
        assert (line.title, line.amount, line.words) == (title, amount, words)

    def test_names_each_day_once_in_the_readers_zone(self):
        late = a_line(entry_id=3, happened_at=NOW + timedelta(hours=12))
        lines = line_texts([late, a_line(entry_id=2), a_line(entry_id=1)])
        assert [line.day for line in lines] == ["22 Nov 2026", "21 Nov 2026", ""]

    def test_marks_what_was_taken_back(self):
        (line,) = line_texts([a_line(status="reversed")])
        assert line.remark == "Was taken back"


class TestWhatIsWanted:
    def test_means_the_last_day_whole(self):
        wanted, problems = read_wanted("prize_win", "2026-11-01", "2026-11-21", "00042")
        assert problems == {}
        found = wanted.filter()
        assert found.kinds == ("prize_win",)
        assert found.since is not None
        assert found.until is not None
        assert found.since.astimezone(UTC) == datetime(2026, 10, 31, 18, 30, tzinfo=UTC)
        assert found.until.astimezone(UTC) == datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
        assert wanted.words() == ("Prizes of draws, from 1 Nov 2026, to 21 Nov 2026, with “00042”")

    def test_is_exported_as_it_is_shown(self):
        wanted, _ = read_wanted("refund", "2026-11-01", "", "a&b")
        asked = parse_qs(urlsplit(wanted.export_href("USD")).query)
        assert asked == {
            "currency": ["USD"],
            "kind": ["refund"],
            "since": ["2026-11-01T00:00:00+05:30"],
            "text": ["a&b"],
        }

    @pytest.mark.parametrize(
        ("since", "until", "field"),
        [
            ("yesterday", "", "since"),
            ("", "9999-12-31", "until"),
            ("0001-01-01", "", "since"),
            ("2026-11-02", "2026-11-01", "until"),
        ],
    )
    def test_gets_a_sentence_when_it_cannot_be(self, since, until, field):
        _, problems = read_wanted("", since, until, "")
        assert set(problems) == {field}

    def test_of_an_unknown_kind_is_everything(self):
        wanted, _ = read_wanted("robbery", "", "", "")
        assert (wanted.words(), wanted.filter().kinds) == ("", ())


class TestTheWallet:
    @pytest.mark.usefixtures("_world")
    def test_tells_play_credit_from_money(self):
        actor = a_player(minor=0)
        (view,) = wallet.wallets_of(actor)
        shown = wallet_text(view)
        assert (shown.title, shown.balance, shown.pending) == ("Play credit", "$0.00", "")
        assert "It is not money" in shown.words
        money = WalletView("INR", Money(500_000, "INR"), Money(20_000, "INR"), False, False)
        shown = wallet_text(money)
        assert (shown.title, shown.balance) == ("Your money", "₹5,000")
        assert shown.pending == "₹200 is on its way out to you."

    def test_draws_how_the_balance_went(self):
        lines = [
            a_line(-100, 900, entry_id=2, happened_at=NOW - timedelta(days=5)),
            a_line(1000, 1000, entry_id=1, happened_at=NOW - timedelta(days=10)),
        ]
        picture = history_text(lines, NOW)
        assert picture.line.startswith(f"M0 {HEIGHT - 3:.1f}H0.0V3.0H{WIDTH / 2:.1f}V")
        assert picture.line.endswith(f"H{WIDTH}")
        assert picture.since == "10 days ago"
        assert picture.label == (
            "Balance since 11 Nov 2026: 2 movements, at most $10.00, now $9.00"
        )

    def test_draws_nothing_of_too_little(self):
        assert history_text([a_line()], NOW).line == ""

    def test_draws_an_empty_wallet_flat(self):
        lines = [a_line(-100, 0, entry_id=2), a_line(100, 0, entry_id=1)]
        assert "nan" not in history_text(lines, NOW).line


@pytest.mark.usefixtures("_world")
class TestHandlers:
    async def test_credit_is_asked_for_twice_and_added_once(self):
        actor = a_player(minor=0)
        async with a_browser(cookie_of(actor)) as browser:
            ask, add = (full_name(WalletState, name) for name in ("ask_credit", "add_credit"))
            said = await browser.send(ask, {"form": {"amount": "own", "own": "12.50"}})
            assert "twelve dollars and fifty cents" in said
            for _ in range(2):
                said = await browser.send(add, {"form": {"key": "same"}})
                assert "Play credit added: $12.50." in said
        assert wallet.balance_for(actor, "USD").text() == "$12.50"

    @pytest.mark.parametrize("typed", ["", "much", "-5", "1.005"])
    async def test_an_amount_that_is_none_gets_its_sentence(self, typed):
        async with a_browser(cookie_of(a_player(minor=0))) as browser:
            ask = full_name(WalletState, "ask_credit")
            said = await browser.send(ask, {"form": {"amount": "own", "own": typed}})
            assert "Please give an amount" in said
            assert "confirm-credit" not in said

    @pytest.mark.parametrize("typed", ["0", "0.99", "100.01", "1000000"])
    async def test_an_amount_beyond_the_limit_is_told_at_its_field(self, typed):
        actor = a_player(minor=0)
        async with a_browser(cookie_of(actor)) as browser:
            ask, add = (full_name(WalletState, name) for name in ("ask_credit", "add_credit"))
            said = await browser.send(ask, {"form": {"amount": "own", "own": typed}})
            assert "from 1.00 to 100.00" in said
            assert "confirm-credit" not in said
            # Only somebody who writes events by hand gets here; nothing was asked for.
            said = await browser.send(add, {"form": {"key": "k"}})
            assert "'amount':" in said
            assert order("open", "credit") in said
        assert not wallet.balance_for(actor, "USD")

    async def test_pages_run_back_and_forth(self):
        actor = a_player(minor=0)
        for number in range(30):
            credit(actor, 100 + number)
        async with a_browser(cookie_of(actor)) as browser:

            async def send(name):
                return await browser.send(full_name(WalletState, name))

            said = await send("load")
            assert "+$1.29" in said
            assert "+$1.00" not in said
            said = await send("older")
            assert "+$1.00" in said
            assert "'has_newer_rx_state_': True" in said
            assert "'has_older_rx_state_': False" in said
            said = await send("newer")
            assert "+$1.29" in said

    async def test_a_filter_holds_for_list_and_file_until_it_is_taken_away(self):
        room = a_started_room(guests=1)
        draw = room.drawn()
        winner = next(one for one in (room.host, *room.guests) if one.user_id == draw.winner_id)
        async with a_browser(cookie_of(winner)) as browser:
            find = full_name(WalletState, "find")
            said = await browser.send(find, {"form": {"kind": "prize_win"}})
            assert "Prize of a room" in said
            assert "ticket in" not in said
            assert "kind=prize_win" in said
            said = await browser.send(full_name(WalletState, "show_all"))
            assert "1 ticket in a room" in said

    async def test_shows_nobody_elses_wallet(self):
        rich = a_player("Rich Person", minor=77_700)
        assert wallet.balance_for(rich, "USD").text() == "$777.00"
        async with a_browser(cookie_of(a_player(minor=0))) as browser:
            await browser.send(full_name(WalletState, "load"))
            said = await browser.send(full_name(WalletState, "show"), {"currency": "INR"})
            assert "777" not in said
            assert [type(one).__name__ for one in browser.failures] == ["NotFound"]


@pytest.mark.usefixtures("_world")
class TestABreak:
    async def test_is_asked_for_twice_and_says_until_when(self):
        actor = a_member()
        until = break_text(7, clock.now()).until
        async with a_browser(cookie_of(actor)) as browser:
            ask, take = (full_name(PlayRulesState, name) for name in ("ask_break", "take_break"))
            said = await browser.send(ask, {"form": {"days": "7"}})
            assert until in said
            said = await browser.send(take, {"_form": {}})
            assert f"No games until {until}." in said
        found = safety_queries.excluded_until(actor)
        assert found is not None
        assert timedelta() <= clock.now() + timedelta(days=7) - found < timedelta(minutes=1)
        assert read_play(actor, clock.now()).break_until == until

    async def test_is_never_made_shorter(self):
        actor = a_member()
        safety.exclude_self(actor=actor, days=30)
        async with a_browser(cookie_of(actor)) as browser:
            ask = full_name(PlayRulesState, "ask_break")
            said = await browser.send(ask, {"form": {"days": "7"}})
            assert "never made shorter" in said
            assert "confirm-break" not in said

    async def test_of_another_length_is_not_offered(self):
        actor = a_member()
        async with a_browser(cookie_of(actor)) as browser:
            ask, take = (full_name(PlayRulesState, name) for name in ("ask_break", "take_break"))
            await browser.send(ask, {"form": {"days": "2"}})
            await browser.send(take, {"_form": {}})
        assert safety_queries.excluded_until(actor) is None

    def test_closes_the_counter_of_a_room(self):
        from luckychit.ui.pages.member_room.texts import read_room  # noqa: PLC0415

        room = a_room(guests=1)
        guest = room.guests[0]
        safety.exclude_self(actor=guest, days=1)
        page = read_room(guest, room.code, clock.now())
        assert not page.room.can_buy
        assert page.room.no_ticket.startswith("You are taking a break from games until ")

    async def test_closes_the_way_into_other_rooms(self):
        from luckychit.ui.pages.member_room.texts import read_invitation  # noqa: PLC0415
        from luckychit.ui.pages.member_rooms.state import RoomsState  # noqa: PLC0415

        room, actor = a_room(), a_player()
        safety.exclude_self(actor=actor, days=1)
        until = "You are taking a break from games until "
        assert read_invitation(actor, room.code).problem.startswith(until)
        async with a_browser(cookie_of(actor)) as browser:
            plan, create = (full_name(RoomsState, name) for name in ("plan", "create"))
            assert until in await browser.send(full_name(RoomsState, "load"))
            form = {"name": "Mine", "price": "1.00", "most": "5"}
            await browser.send(plan, {"form": form})
            said = await browser.send(create, {"form": {"key": "k"}})
            assert "and from rooms too" in said
            assert order("done", "confirm-room") in said


@pytest.mark.usefixtures("_world")
class TestTheQuietLine:
    def test_stands_on_home_and_profile(self):
        actor = a_member(a_manager())
        service.add_play_credit(actor=actor, key="k", amount_minor=500)
        assert home._read(actor, clock.now()).balance.amount == "$5.00"
        assert read_balance(actor).amount == "$5.00"
