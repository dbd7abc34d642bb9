"""The administrator's page of daily draws: what happened, what is late, what it means."""

from datetime import UTC, datetime, timedelta

import pytest

from luckychit.core import clock
from luckychit.core.errors import NotAllowed
from luckychit.domain.lottery import queries, service
from luckychit.ui import sockets
from luckychit.ui.pages.admin_draws.lines import draw_line, said_seconds
from luckychit.ui.pages.admin_draws.state import AdminDrawsState
from tests.helpers import people
from tests.helpers.circle import clock_at, with_setting
from tests.helpers.events import Namespace, a_browser, full_name
from tests.helpers.lottery import MORNING, a_player, buy
from tests.helpers.people import a_manager, an_admin, mobile_of, with_password

LOAD = full_name(AdminDrawsState, "load")
MIDNIGHT = datetime(2027, 3, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning(db, monkeypatch):
    monkeypatch.setattr(sockets, "namespace", Namespace)
    with clock_at(MORNING):
        service.advance()
        yield


def lines():
    return [
        draw_line(item) for item in queries.admin_draws(actor=an_admin(), now=clock.now(), limit=9)
    ]


class TestTheLines:
    def test_of_a_draw_that_sells_show_what_is_to_come(self):
        buy(a_player(), 3)
        (line,) = lines()
        assert (line.day, line.status_text, line.note) == ("1 Mar 2027", "Open", "3 tickets")
        assert (line.sold, line.fee, line.prize, line.players) == ("$3.00", "$0.15", "$2.85", "1")
        assert [step.state for step in line.steps] == ["done", "waiting", "waiting"]
        assert line.steps[1].when == "due 2 Mar, 00:00:00"
        assert not line.is_late

    def test_of_a_missed_midnight_say_how_late_and_why(self):
        buy(a_player())
        clock.set_start(MIDNIGHT + timedelta(hours=3))
        (line,) = lines()
        assert line.is_late
        assert line.note == "List frozen late by 3 hours"
        assert "late" in {step.state for step in line.steps}
        service.advance()
        done = next(line for line in lines() if line.draw_id == "DDL-20270301")
        assert "was late by 3 hours" in done.note
        assert any(step.why for step in done.steps)

    def test_of_a_void_draw_show_how_far_the_money_is_back(self, monkeypatch):
        with with_setting(monkeypatch, DRAW_FEWEST_ENTRIES="5"):
            clock.set_start(MIDNIGHT)
            service.advance()
            buy(a_player(), 2)
            clock.set_start(MIDNIGHT + timedelta(days=1))
            for _ in range(3):
                service.advance()
            line = next(line for line in lines() if line.draw_id == "DDL-20270302")
        assert (line.status, line.status_text) == ("bad", "Called off")
        assert (line.refund_text, line.refund_share) == ("1 of 1 player paid back", 100)
        assert "REFUND" in {step.name for step in line.steps}

    @pytest.mark.parametrize(
        ("seconds", "said"),
        [
            (1, "1 second"),
            (119, "119 seconds"),
            (120, "2 minutes"),
            (7199, "119 minutes"),
            (7200, "2 hours"),
            (172_800, "2 days"),
        ],
    )
    def test_say_times_in_one_unit(self, seconds, said):
        assert said_seconds(seconds) == said


class TestThePage:
    async def test_is_for_admins(self):
        manager = people.sign_in(mobile_of(with_password(a_manager()))).token
        async with a_browser(manager) as browser:
            said = await browser.send(LOAD, route="/admin/draws")
            assert isinstance(browser.failures[0], NotAllowed)
        assert "DDL-" not in said
