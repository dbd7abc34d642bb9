"""What stands where one would play, the own rules of play, and the reminder."""

from datetime import timedelta

import pytest

from luckychit.core import clock, errors
from luckychit.domain.lottery import service as lottery
from luckychit.domain.safety import queries, service
from luckychit.domain.safety.errors import PlayLimitReached
from luckychit.ui.pages.member_lottery import playing
from luckychit.ui.pages.member_lottery.daily import read_daily
from luckychit.ui.pages.member_play.state import PlayRulesState
from luckychit.ui.pages.member_play.texts import read_play
from luckychit.ui.pages.member_shared import reality
from luckychit.ui.pages.member_shared.door import DoorState
from luckychit.ui.pages.member_shared.reality import RealityState
from luckychit.ui.pages.member_wallet.state import WalletState
from tests.helpers.circle import clock_at, with_setting
from tests.helpers.events import a_browser, full_name, order
from tests.helpers.lottery import MORNING, a_player, buy
from tests.helpers.people import BORN_ON, a_member, a_session

LOTTERY = "/app/lottery"
LOAD, DECLARE = full_name(DoorState, "load"), full_name(DoorState, "declare")
LOOK, STOP = full_name(RealityState, "load"), full_name(RealityState, "stop")


@pytest.fixture(autouse=True)
def _in_the_morning(db):
    with clock_at(MORNING):
        lottery.advance()
        yield


def later(**span) -> None:
    clock.set_start(clock.now() + timedelta(**span))


class TestTheDoor:
    async def test_asks_who_has_not_said_the_age_and_opens(self):
        member = a_member(birth_date=None)
        async with a_browser(a_session(member)) as browser:
            assert "age_unknown" in await browser.send(LOAD, route=LOTTERY)
            form = {"birth_date": BORN_ON.isoformat()}
            said = await browser.send(DECLARE, {"form": form}, route=LOTTERY)
            assert "You can play now" in said
            assert "age_unknown" not in said
            assert "age_unknown" not in await browser.send(LOAD, route=LOTTERY)

    async def test_stays_closed_to_the_young(self):
        member = a_member(birth_date=None)
        async with a_browser(a_session(member)) as browser:
            said = await browser.send(DECLARE, {"form": {"birth_date": "2012-02-29"}})
            assert "too_young" in said
            assert "You can play now" not in said

    @pytest.mark.parametrize("typed", ["", "7 May 1990", "2040-01-01", "1800-01-01"])
    async def test_says_beside_the_field_what_is_wrong(self, typed):
        member = a_member(birth_date=None)
        async with a_browser(a_session(member)) as browser:
            said = await browser.send(DECLARE, {"form": {"birth_date": typed}})
            assert "Please give" in said
            assert browser.failures == []
        assert queries.door(member) == "age_unknown"

    async def test_is_closed_where_games_are_not_offered(self, monkeypatch):
        settings = {"COUNTRY_HEADER": "CF-IPCountry", "GAMES_BLOCKED_COUNTRIES": "US"}
        with with_setting(monkeypatch, TRUSTED_PROXY_HOPS="1", **settings):
            async with a_browser(a_session(a_member())) as browser:
                # The socket of this browser came with no word of a country.
                assert "country_unknown" in await browser.send(LOAD, route=LOTTERY)


class TestTheLottery:
    def test_says_what_the_own_limit_leaves(self):
        player = a_player()
        assert read_daily(player, clock.now()).today.limit_left == ""
        service.set_limit(actor=player, kind="play", period="day", amount_minor=300)
        buy(player)
        left = read_daily(player, clock.now()).today.limit_left
        assert left == "Your limit leaves $2.00 today."

    def test_refuses_before_the_question_what_the_limit_does_not_cover(self):
        player = a_player()
        service.set_limit(actor=player, kind="play", period="week", amount_minor=300)
        assert playing._quote(player, 3, "x").total == "$3.00"
        with pytest.raises(PlayLimitReached) as refused:
            playing._quote(player, 4, "x")
        said = "The limit you set leaves $3.00 to play with this week, until 8 March, 00:00 UTC."
        assert refused.value.message == said


class TestTheWallet:
    async def test_puts_the_question_away_when_a_limit_says_no(self):
        player = a_player()
        service.set_limit(actor=player, kind="deposit", period="day", amount_minor=100)
        async with a_browser(a_session(player)) as browser:
            ask, add = (full_name(WalletState, name) for name in ("ask_credit", "add_credit"))
            await browser.send(ask, {"form": {"amount": "5"}})
            said = await browser.send(add, {"form": {"key": "one"}})
        assert "The limit you set leaves" in said
        assert "confirm-credit" in said


class TestTheOwnRules:
    async def test_set_raise_and_take_back_a_limit(self):
        player = a_player()
        choose, keep, withdraw, load = (
            full_name(PlayRulesState, name) for name in ("choose", "keep", "withdraw", "load")
        )
        async with a_browser(a_session(player)) as browser:
            await browser.send(load)
            await browser.send(choose, {"name": "play-day"})
            said = await browser.send(keep, {"form": {"amount": "12.50"}})
            assert "Your limit counts from now on." in said
            await browser.send(load)
            said = await browser.send(keep, {"form": {"amount": ""}})
            assert "It will count from 2 Mar 2027" in said
            shown = read_play(player, clock.now()).plays[0]
            assert shown.words == "$0.00 of $12.50"
            assert shown.waits.startswith("No limit from 2 Mar 2027")
            await browser.send(load)
            assert "stays as it is" in await browser.send(withdraw, {"name": "play-day"})
        assert read_play(player, clock.now()).plays[0].waits == ""

    @pytest.mark.parametrize("typed", ["-5", "many", "1.555", "99999999999"])
    async def test_refuse_an_amount_that_is_none(self, typed):
        player = a_player()
        async with a_browser(a_session(player)) as browser:
            await browser.send(full_name(PlayRulesState, "load"))
            await browser.send(full_name(PlayRulesState, "choose"), {"name": "deposit-week"})
            keep = full_name(PlayRulesState, "keep")
            assert "Please give an amount" in await browser.send(keep, {"form": {"amount": typed}})
        assert all(not line.has_limit for line in read_play(player, clock.now()).deposits)

    @pytest.mark.parametrize("name", ["play-year", "", None, ["play-day"]])
    async def test_know_only_the_limits_on_the_page(self, name):
        async with a_browser(a_session(a_player())) as browser:
            await browser.send(full_name(PlayRulesState, "load"))
            await browser.send(full_name(PlayRulesState, "withdraw"), {"name": name})
            assert [type(one) for one in browser.failures] == [errors.NotFound]

    async def test_set_the_reminder(self):
        player = a_player()
        remind = full_name(PlayRulesState, "remind")
        async with a_browser(a_session(player)) as browser:
            await browser.send(remind, {"minutes": "30"})
            assert queries.reality_check_min(player) == 30
            await browser.send(remind, {"minutes": "31"})
            await browser.send(remind, {"minutes": None})
            assert [type(one) for one in browser.failures] == [errors.InvalidInput]
            assert queries.reality_check_min(player) == 30
            await browser.send(remind, {"minutes": ""})
            assert queries.reality_check_min(player) is None


class TestTheReminder:
    async def test_says_after_the_time_what_was_spent_and_not_before(self):
        player = a_player()
        buy(player, 3)
        service.set_reality_check(actor=player, minutes=15)
        later(seconds=1)
        async with a_browser(a_session(player)) as browser:
            assert "'verb': 'open'" not in await browser.send(LOOK, route=LOTTERY)
            later(minutes=10)
            buy(player, 2)
            # Whoever presses the hidden button too soon learns nothing.
            assert "'verb': 'open'" not in await browser.send(LOOK, route=LOTTERY)
            later(minutes=5)
            said = await browser.send(LOOK, route=LOTTERY)
            assert order("open", "reality") in said
            assert "15 minutes" in said
            assert "$2.00" in said
            assert "'verb': 'open'" not in await browser.send(LOOK, route=LOTTERY)
            later(minutes=15)
            assert "30 minutes" in await browser.send(LOOK, route=LOTTERY)

    async def test_is_not_given_to_who_wants_none(self):
        player = a_player()
        async with a_browser(a_session(player)) as browser:
            await browser.send(LOOK, route=LOTTERY)
            later(minutes=90)
            assert "lcReality" not in await browser.send(LOOK, route=LOTTERY)

    async def test_begins_anew_after_a_long_pause(self):
        player = a_player()
        service.set_reality_check(actor=player, minutes=60)
        async with a_browser(a_session(player)) as browser:
            await browser.send(LOOK, route=LOTTERY)
            clock.set_start(clock.now() + reality.PAUSE + timedelta(minutes=1))
            assert "'verb': 'open'" not in await browser.send(LOOK, route=LOTTERY)

    async def test_stops_for_a_day(self):
        player = a_player()
        async with a_browser(a_session(player)) as browser:
            assert "No games until" in await browser.send(STOP, {"_form": {}}, route=LOTTERY)
        until = queries.excluded_until(player)
        assert until is not None
        assert timedelta(hours=23) < until - clock.now() <= timedelta(days=1)
