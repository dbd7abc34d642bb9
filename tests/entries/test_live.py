"""Open pages follow what happens: who hears what, and nobody else."""

import asyncio

import pytest

from luckychit.domain.notify import queries as notify
from luckychit.ui import live, sockets
from luckychit.ui.live import LiveState
from tests.helpers import people
from tests.helpers.circle import a_circle, clock_at
from tests.helpers.events import Namespace, a_browser, full_name
from tests.helpers.people import a_manager, a_member, mobile_of, with_password

ENTER = full_name(LiveState, "enter")
VISIT = full_name(LiveState, "visit")
REFRESH = full_name(LiveState, "refresh")


def token_of(person) -> str:
    return people.sign_in(mobile_of(with_password(person))).token


@pytest.fixture(autouse=True)
def socket(monkeypatch):
    made = Namespace()
    monkeypatch.setattr(sockets, "namespace", lambda: made)
    return made


@pytest.fixture(autouse=True)
def circle(db):
    with clock_at():
        yield a_circle(3)


def news_since(mark: int) -> list:
    news, _ = notify.published_since(mark)
    live.remember(news)
    return news


def rooms(socket) -> set[str]:
    return set().union(*socket.rooms.values()) if socket.rooms else set()


class TestRooms:
    async def test_of_a_member_are_the_own_one_and_those_of_own_groups(self, circle, socket):
        member = circle.members[0]
        async with a_browser(token_of(member)) as browser:
            await browser.send(ENTER, route="/verify")
        assert rooms(socket) == {
            "public",
            f"user:{member.user_id}",
            f"group:{circle.group_id}",
        }

    async def test_of_a_stranger_hold_no_group(self, socket):
        stranger = a_member()
        async with a_browser(token_of(stranger)) as browser:
            await browser.send(ENTER, route="/verify")
        assert rooms(socket) == {"public", f"user:{stranger.user_id}"}

    async def test_of_nobody_are_public(self, socket):
        async with a_browser() as browser:
            await browser.send(VISIT, route="/verify")
        assert rooms(socket) == {"public"}

    async def test_are_left_when_the_session_has_ended(self, circle, socket):
        cookie = token_of(circle.members[0])
        async with a_browser(cookie) as browser:
            await browser.send(ENTER, route="/verify")
            people.service.sign_out(token=cookie)
            await browser.send(REFRESH, {"ids": []}, route="/verify")
        assert rooms(socket) == {"public"}


class TestANudge:
    async def test_brings_a_notice_to_the_person_who_paid(self, circle):
        mark = notify.horizon()
        circle.pay(1)
        ids = [item.id for item in news_since(mark)]
        async with a_browser(token_of(circle.members[0])) as browser:
            said = await browser.send(REFRESH, {"ids": ids})
        assert "Your payment of ₹5,000 for Lakshmi Circle was received." in said

    async def test_brings_nothing_to_another_member(self, circle):
        mark = notify.horizon()
        circle.pay(1)
        ids = [item.id for item in news_since(mark)]
        async with a_browser(token_of(circle.members[1])) as browser:
            assert "₹5,000" not in await browser.send(REFRESH, {"ids": ids})

    async def test_brings_the_result_to_all_of_the_group_and_to_nobody_else(self, circle):
        circle.pay_all()
        mark = notify.horizon()
        draw = circle.draw_now()
        ids = [item.id for item in news_since(mark)]
        winner = circle.members[draw.winner_seat_number - 1]
        loser = next(member for member in circle.members if member != winner)
        async with a_browser() as first:
            to_winner = await first.use(token_of(winner)).send(REFRESH, {"ids": ids})
            to_loser = await first.use(token_of(loser)).send(REFRESH, {"ids": ids})
            to_other = await first.use(token_of(a_manager())).send(REFRESH, {"ids": ids})
            to_nobody = await first.use(None).send(REFRESH, {"ids": ids})
        assert "You won" in to_winner
        assert "The draw of month 1 in Lakshmi Circle is done." in to_loser
        assert "Lakshmi Circle" not in to_other + to_nobody

    @pytest.mark.parametrize("ids", [None, "1", [True], [{"a": 1}], [10**30], list(range(10_000))])
    async def test_survives_what_browsers_may_send(self, circle, ids):
        async with a_browser(token_of(circle.members[0])) as browser:
            await browser.send(REFRESH, {"ids": ids})
            assert browser.failures == []


class TestTheBroadcaster:
    async def test_nudges_every_room_concerned_with_numbers_only(self, circle, socket, monkeypatch):
        marks, horizon = [], notify.horizon
        monkeypatch.setattr(notify, "horizon", lambda: marks.append(horizon()) or marks[-1])
        follower = asyncio.create_task(live._follow(lambda: True))
        async with asyncio.timeout(5):
            # Of what was before its first mark it tells nobody.
            while not marks:  # noqa: ASYNC110 - set by a thread
                await asyncio.sleep(0.02)
        await asyncio.to_thread(circle.pay, 1)
        async with asyncio.timeout(5):
            while not socket.emitted:  # noqa: ASYNC110 - the namespace is a plain double
                await asyncio.sleep(0.02)
        follower.cancel()
        ((update, heard),) = socket.emitted
        assert set(heard) == {
            f"group:{circle.group_id}",
            f"user:{circle.members[0].user_id}",
            f"user:{circle.manager.user_id}",
        }
        said = str(update)
        assert "refresh" in said
        assert not any(fact in said for fact in ("Lakshmi", "Member", "5,000", "500000"))

    async def test_asks_nothing_while_nobody_is_connected(self, monkeypatch):
        asked = []
        monkeypatch.setattr(notify, "published_since", lambda mark: asked.append(mark) or ([], 1))
        follower = asyncio.create_task(live._follow(lambda: False))
        await asyncio.sleep(3 * live.PAUSE_S)
        follower.cancel()
        assert asked == []

    def test_tells_public_pages_of_draws_only(self, circle):
        mark = notify.horizon()
        circle.pay_all()
        circle.draw_now()
        public = {item.kind for item in news_since(mark) if "public" in live.rooms_of(item)}
        assert "draw_result" in public
        assert "payment_received" not in public

    def test_forgets_old_news(self, circle):
        circle.pay(1)
        live.remember(news_since(0))
        assert len(live._recent) <= live.KEPT_NEWS
