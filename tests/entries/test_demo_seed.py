"""The demo's story: what it leaves behind, and when it refuses."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from luckychit.core import clock
from luckychit.core.errors import NotAllowed
from luckychit.core.ids import new_id
from luckychit.core.settings import settings
from luckychit.domain.chits import queries
from luckychit.domain.fairness import queries as proofs
from luckychit.domain.fairness import service as fairness
from luckychit.domain.lottery import queries as lottery
from luckychit.domain.lottery import rules
from luckychit.domain.rooms import queries as rooms
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.users import queries as user_queries
from luckychit.domain.users import service as users
from luckychit.domain.wallet.queries import audit
from luckychit.jobs import demo
from luckychit.jobs.demo import games, story
from tests.helpers.circle import clock_at, with_setting
from tests.helpers.lottery import days

NOW = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)


@pytest.fixture(scope="class")
def manager(database):
    """Return the demo's manager. One seed for all who only look: it takes ten seconds."""
    database.empty()
    with database.in_use(), clock_at(NOW):
        welcome = demo.seed(NOW)
        login = welcome.sign_ins[0]
        signed_in = users.sign_in(login=login.login, password=login.password, address="127.0.0.1")
        yield signed_in.actor


class TestTheSeed:
    def test_leaves_one_circle_in_its_seventh_month_one_forming_one_done(self, manager):
        groups = queries.groups_of_manager(actor=manager, now=NOW).items
        assert {(group.status, group.instalment, group.seats_taken) for group in groups} == {
            ("active", 7, 20),
            ("forming", 0, 7),
            ("completed", 5, 5),
        }
        big = next(group for group in groups if group.status == "active")
        assert big.total_value.amount_minor == 10_000_000
        assert 0 < big.collected.amount_minor < big.expected.amount_minor
        view = queries.group_of_manager(actor=manager, group_id=big.group_id, now=NOW)
        drawn = [draw for draw in view.draws if draw.status == "drawn"]
        assert len(drawn) == 6
        assert len({draw.winner_seat_number for draw in drawn}) == 6
        assert view.books.difference.amount_minor == 0
        assert view.current_draw.locks_at > NOW
        for draw in drawn:
            assert proofs.proof(draw.draw_id).is_weak
            report = fairness.verify_bundle(text=proofs.bundle(draw.draw_id))
            assert report.outcome == "drawn", report
        assert audit() == []
        assert queries.audit() == []

    def test_gives_the_manager_things_to_do_and_a_chart(self, manager):
        page = queries.dashboard(actor=manager, now=NOW)
        assert (page.active_groups, page.total_members) == (1, 20)
        texts = [item.text for item in page.pending]
        assert any(text.startswith("Hand ₹") for text in texts)
        assert any("late" in text for text in texts)
        assert len(page.months) == 7
        assert page.months[-1].month == "Nov 2026"
        assert sum(bar.late_minor for bar in page.months) >= 5 * 200_000
        assert page.months[-2].missing_minor == 500_000

    def test_lets_members_and_admin_sign_in_without_changing_the_password(self, manager):
        for login in ("9000020001", "9000020017", "admin"):
            signed_in = users.sign_in(
                login=login, password=demo.seed(NOW).sign_ins[0].password, address="127.0.0.1"
            )
            assert not signed_in.actor.must_change_password
        late = queries.member_home(actor=_member(manager, story.MEMBERS[16][1]), now=NOW)
        assert late.owed.amount_minor == 500_000

    def test_does_nothing_a_second_time_but_names_the_sign_ins(self, manager):
        before = queries.payments_of_manager(actor=manager, search="", offset=0, limit=1).total
        again = demo.seed(NOW)
        assert "9000010001" in str(again)
        assert queries.payments_of_manager(actor=manager, search="", offset=0, limit=1).total == (
            before
        )
        assert len(user_queries.managers(actor=_admin())) == 1

    @pytest.mark.usefixtures("manager")
    def test_plays_five_daily_draws_and_leaves_todays_open(self):
        found = days()
        assert [(row.draw_date.day, row.status) for row in found] == [
            (16, "drawn"), (17, "drawn"), (18, "drawn"), (19, "drawn"), (20, "drawn"), (21, "open"),
        ]  # fmt: skip
        assert all(row.total_entries > 5 for row in found)
        for row in found[:-1]:
            report = fairness.verify_bundle(text=b"".join(tickets.bundle(row.draw_id)))
            assert report.outcome == "drawn", report
            assert row.closed_at - row.locks_at < timedelta(minutes=1)
        assert tickets.audit() == []

    def test_leaves_one_room_waiting_with_three_people_and_one_drawn(self, manager):
        player = _member(manager, story.MEMBERS[0][1])
        found = rooms.my_rooms(actor=player, now=NOW, offset=0, limit=10)
        assert [(room.status, room.participants, room.has_ticket) for room in found] == [
            ("waiting", 3, True), ("drawn", 4, True),
        ]  # fmt: skip
        view = lottery.today(actor=player, now=NOW)
        assert 0 < view.odds.mine < view.odds.total
        assert view.latest.status == "drawn"
        assert view.balance.amount_minor > 0

    @pytest.mark.usefixtures("manager")
    def test_puts_clock_and_settings_right_again(self):
        assert abs((clock.now() - NOW).total_seconds()) < 120
        assert "BEACON" in os.environ
        assert settings().beacon == "none"


@pytest.mark.usefixtures("db")
class TestWhereItDoesNothing:
    def test_is_where_another_manager_exists(self):
        made = users.create_admin(full_name="Real Admin", username="boss")
        users.create_manager(
            actor=_admin(made.user_id), full_name="Real Manager", mobile_number="9812345678"
        )
        welcome = demo.seed(NOW)
        assert (welcome.sign_ins, str(welcome)) == ((), "")

    def test_is_live_mode(self, monkeypatch):
        with (
            with_setting(monkeypatch, LUCKYCHIT_MODE="live", PUBLIC_URL="https://example.org"),
            pytest.raises(NotAllowed),
        ):
            demo.seed(NOW)


@pytest.mark.parametrize("day", range(1, 31))
def test_the_seventh_draw_is_ahead_and_mostly_in_the_same_month(day):
    now = datetime(2026, 11, day, 13, 0, tzinfo=UTC)
    dates = story.big_calendar(now)
    seventh = dates.draw_at(7)
    assert now < seventh
    assert dates.draw_at(6) < now
    assert seventh.month == 11 or day == 30
    assert any(item.at > dates.draw_at(6) for item in story.payments_of_big(dates, now))
    assert story.small_calendar(now).draw_at(5) < now


@pytest.mark.parametrize(
    "moment", [(0, 0, 0), (0, 0, 30), (0, 40, 0), (12, 0, 0), (23, 59, 59)], ids=str
)
def test_every_purchase_falls_on_the_day_of_its_draw_and_before_now(moment):
    now = datetime(2026, 11, 21, *moment, tzinfo=UTC)
    midnight = rules.midnight(rules.day_at(now))
    told = [item for item in games.purchases(midnight, now) if item.at < now]
    bought_on = {rules.day_at(item.at) for item in told}
    assert bought_on >= {(midnight - timedelta(days=ahead)).date() for ahead in range(1, 6)}
    assert (midnight.date() in bought_on) == (now > midnight + timedelta(seconds=10))
    for item in told:
        # Sold after the job opened the day and before it locks it.
        seconds = (item.at - rules.midnight(rules.day_at(item.at))).total_seconds()
        assert 2 < seconds < 86_399


def _admin(user_id=None):
    return users.Actor(user_id or new_id(), "admin", "Admin", new_id(), must_change_password=False)


def _member(manager, mobile):
    members = queries.members_of_manager(actor=manager, now=NOW, search="", limit=100).items
    row = next(item for item in members if item.mobile_number == mobile)
    return users.Actor(
        row.user_id,
        "member",
        row.full_name,
        new_id(),
        must_change_password=False,
        birth_date=story.BORN_ON,
    )
