"""Limits people set themselves: kept by every sale, for draws and rooms and deposits alike."""

from datetime import UTC, datetime, timedelta

import pytest
from psycopg import errors as pg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.errors import InvalidInput, NotAllowed, SignInNeeded
from luckychit.core.money import Money
from luckychit.domain.audit.models import AuditEntry
from luckychit.domain.safety import queries, service
from luckychit.domain.safety.errors import DepositLimitReached, PlayLimitReached
from luckychit.domain.tickets import combiner
from luckychit.domain.tickets import queries as tickets_queries
from luckychit.domain.tickets.views import Sold
from luckychit.domain.wallet.service import add_play_credit
from tests.helpers.circle import clock_at
from tests.helpers.lottery import give as give_in_game
from tests.helpers.people import a_manager, a_member
from tests.helpers.races import of_type
from tests.helpers.tickets import (
    LOCKS_AT,
    NOON,
    ROOM_ID,
    a_player,
    an_open_draw,
    an_open_room,
    an_order,
    bought,
    purse,
    sold,
    voided,
)

# NOON is on Friday, 1 January 2027.
SATURDAY = NOON + timedelta(days=1)
MONDAY = NOON + timedelta(days=3)
USD = "USD"


@pytest.fixture(autouse=True)
def _at_noon(db):
    with clock_at(NOON):
        yield
        combiner.close()


def limited(amount_minor, period="day", *, kind="play", player=None):
    player = player or a_player(100_000)
    service.set_limit(actor=player, kind=kind, period=period, amount_minor=amount_minor)
    return player


def of(player, kind="play", period="day"):
    view = queries.own_safety(actor=player, now=clock.now())
    return next(one for one in view.limits if (one.kind, one.period) == (kind, period))


def audited(action):
    with reading() as session:
        rows = session.execute(
            text("SELECT facts FROM audit_entries WHERE action = :action ORDER BY id"),
            {"action": action},
        )
        return [row.facts for row in rows]


class TestALimitToPlay:
    def test_is_used_up_to_the_last_cent_and_not_beyond(self):
        an_open_draw()
        player = limited(300)
        assert bought(player, 2).quantity == 2
        with pytest.raises(PlayLimitReached) as refused:
            bought(player, 2)
        said = "The limit you set leaves $1.00 to play with today, until 2 January, 00:00 UTC."
        assert refused.value.message == said
        assert bought(player).quantity == 1
        with pytest.raises(PlayLimitReached, match="play_limit"):
            bought(player)
        assert purse(player) == 100_000 - 300
        assert tickets_queries.audit() == []

    def test_is_one_for_the_draw_and_all_rooms(self):
        an_open_draw(), an_open_room()
        player = limited(200)
        bought(player), bought(player, draw_id=ROOM_ID)
        with pytest.raises(PlayLimitReached):
            bought(player)

    def test_counts_several_purchases_of_one_batch(self):
        an_open_draw()
        player, other = limited(300), a_player()
        answers = sold(
            [an_order(player, 2), an_order(other), an_order(player, 2), an_order(player)]
        )
        assert [type(one).__name__ for one in answers] == [
            "Sold", "Sold", "PlayLimitReached", "Sold",
        ]  # fmt: skip
        assert tickets_queries.audit() == []

    def test_leaves_everybody_else_alone(self):
        an_open_draw()
        limited(0)
        answers = sold([an_order(a_player()) for _ in range(3)])
        assert len(of_type(answers, Sold)) == 3

    def test_counts_what_was_spent_before_it_was_set(self):
        an_open_draw()
        player = a_player()
        bought(player, 5)
        limited(500, player=player)
        assert of(player).used == Money(500, USD)
        with pytest.raises(PlayLimitReached):
            bought(player)

    def test_a_repeat_of_a_known_purchase_is_answered_though_it_is_used_up(self):
        an_open_draw()
        player = limited(100)
        bought(player, key="once")
        assert bought(player, key="once").is_repeat

    def test_gives_back_what_a_draw_called_off_had_taken(self):
        an_open_draw(), an_open_room()
        player = limited(200)
        bought(player, draw_id=ROOM_ID), bought(player)
        voided(ROOM_ID, now=clock.now())
        assert of(player).used == Money(100, USD)
        bought(player)
        with pytest.raises(PlayLimitReached):
            bought(player)
        assert tickets_queries.audit() == []

    def test_begins_anew_with_the_day_the_week_and_the_month(self):
        draws = {day: f"DDL-202701{day:02d}" for day in (1, 2, 4)}
        for day, draw_id in draws.items():
            at = datetime(2027, 1, day, tzinfo=UTC)
            an_open_draw(
                draw_id,
                draw_date=at.date(),
                opens_at=at,
                locks_at=at + timedelta(days=1),
                now=NOON - timedelta(days=1),
            )
        daily = limited(100)
        weekly = limited(200, "week")
        monthly = limited(300, "month")
        for player in (daily, weekly, monthly):
            bought(player, draw_id=draws[1])
        with clock_at(SATURDAY):
            for player in (daily, weekly, monthly):
                bought(player, draw_id=draws[2])
            for player in (daily, weekly):
                with pytest.raises(PlayLimitReached):
                    bought(player, draw_id=draws[2])
        with clock_at(MONDAY):
            for player in (daily, weekly, monthly):
                bought(player, draw_id=draws[4])
            with pytest.raises(PlayLimitReached) as refused:
                bought(monthly, draw_id=draws[4])
            assert "this month, until 1 February" in refused.value.message
            assert bought(weekly, draw_id=draws[4])
            assert of(weekly, period="week").used == Money(200, USD)
            assert of(monthly, period="month").used == Money(300, USD)
        assert tickets_queries.audit() == []

    def test_the_tightest_of_several_decides(self):
        an_open_draw()
        player = limited(500)
        limited(200, "month", player=player)
        with pytest.raises(PlayLimitReached) as refused:
            bought(player, 3)
        assert "$2.00 to play with this month" in refused.value.message
        found = queries.play_left(actor=player, now=clock.now())
        assert found is not None
        assert (found.period, found.left) == ("month", Money(200, USD))

    def test_used_up_leaves_nothing_rather_than_the_next_one(self):
        an_open_draw()
        player = limited(100)
        limited(50_000, "week", player=player)
        bought(player)
        found = queries.play_left(actor=player, now=clock.now())
        assert found is not None
        assert (found.period, found.left) == ("day", Money(0, USD))
        with pytest.raises(PlayLimitReached):
            queries.check_spending(actor=player, amount=Money(100, USD), now=clock.now())


class TestReadingByTheBound:
    def test_purchases_of_long_ago_are_neither_counted_nor_lost(self):
        """Many movements before the period, of others too: the sum is that of the period."""
        an_open_draw()
        player = a_player(100_000)
        with clock_at(NOON - timedelta(hours=11)):
            bought(player, 7)
        draw = "DDL-20270102"
        an_open_draw(
            draw,
            draw_date=SATURDAY.date(),
            opens_at=LOCKS_AT,
            locks_at=LOCKS_AT + timedelta(days=1),
            now=NOON,
        )
        for _ in range(5):
            bought(a_player())
        with clock_at(LOCKS_AT + timedelta(seconds=1)):
            bought(player, 3, draw_id=draw)
            limited(400, player=player)
            assert of(player).used == Money(300, USD)
            assert of(player, period="week").used == Money(1000, USD)
        with clock_at(LOCKS_AT + timedelta(hours=20)):
            assert of(player).used == Money(300, USD)
            bought(player, draw_id=draw)
            with pytest.raises(PlayLimitReached):
                bought(player, draw_id=draw)


class TestChangingIt:
    def test_lower_counts_at_once_and_higher_a_day_later(self):
        player = limited(300)
        assert service.set_limit(actor=player, kind="play", period="day", amount_minor=200)
        assert of(player).limit == Money(200, USD)
        since = service.set_limit(actor=player, kind="play", period="day", amount_minor=900)
        assert since is not None
        assert timedelta(hours=23.9) < since - clock.now() <= timedelta(hours=24)
        shown = of(player)
        assert (shown.limit, shown.waiting) == (Money(200, USD), Money(900, USD))
        with clock_at(NOON + timedelta(hours=25)):
            assert (of(player).limit, of(player).is_waiting) == (Money(900, USD), False)

    def test_removed_a_day_later(self):
        player = limited(300)
        service.set_limit(actor=player, kind="play", period="day", amount_minor=None)
        shown = of(player)
        assert (shown.limit, shown.is_waiting, shown.waiting) == (Money(300, USD), True, None)
        with clock_at(NOON + timedelta(hours=25)):
            assert of(player).limit is None

    def test_a_raise_is_taken_back_before_it_counts(self):
        player = limited(300)
        service.set_limit(actor=player, kind="play", period="day", amount_minor=900)
        assert service.withdraw_raise(actor=player, kind="play", period="day")
        assert not service.withdraw_raise(actor=player, kind="play", period="day")
        with clock_at(NOON + timedelta(days=3)):
            assert of(player).limit == Money(300, USD)

    def test_is_written_into_the_audit_trail(self):
        limited(300, "week")
        (facts,) = audited("safety.limit_set")
        assert (facts["kind"], facts["period"], facts["amount_minor"]) == ("play", "week", 300)

    def test_to_what_it_is_writes_nothing(self):
        player = limited(300)
        assert service.set_limit(actor=player, kind="play", period="day", amount_minor=300) is None
        assert len(audited("safety.limit_set")) == 1

    @pytest.mark.parametrize(
        "wrong",
        [{"kind": "bet"}, {"period": "year"}, {"amount_minor": -1}, {"amount_minor": 1.5}],
    )
    def test_of_another_shape_is_refused(self, wrong):
        asked = {"kind": "play", "period": "day", "amount_minor": 100} | wrong
        with pytest.raises(InvalidInput):
            service.set_limit(actor=a_member(), **asked)

    def test_is_for_members_about_themselves(self):
        for actor, refusal in ((a_manager(), NotAllowed), (None, SignInNeeded)):
            with pytest.raises(refusal):
                service.set_limit(actor=actor, kind="play", period="day", amount_minor=1)
            with pytest.raises(refusal):
                service.withdraw_raise(actor=actor, kind="play", period="day")
            with pytest.raises(refusal):
                queries.own_safety(actor=actor, now=clock.now())


class TestALimitToDeposit:
    def test_is_used_up_to_the_last_cent_and_not_beyond(self):
        player = limited(1_000, kind="deposit", player=a_member())
        add_play_credit(actor=player, key="a", amount_minor=700)
        with pytest.raises(DepositLimitReached) as refused:
            add_play_credit(actor=player, key="b", amount_minor=400)
        said = "The limit you set leaves $3.00 to add today, until 2 January, 00:00 UTC."
        assert refused.value.message == said
        add_play_credit(actor=player, key="c", amount_minor=300)
        assert purse(player) == 1_000
        assert of(player, "deposit").used == Money(1_000, USD)

    def test_answers_a_known_key_though_it_is_lower_since(self):
        player = a_member()
        add_play_credit(actor=player, key="a", amount_minor=700)
        limited(100, kind="deposit", player=player)
        assert add_play_credit(actor=player, key="a", amount_minor=700) == Money(700, USD)
        with pytest.raises(DepositLimitReached):
            add_play_credit(actor=player, key="b", amount_minor=100)

    def test_counts_no_ticket_and_no_prize(self):
        an_open_draw()
        player = limited(1_000, kind="deposit", player=a_member())
        give_in_game(player, 600)
        bought(player, 2)
        assert of(player, "deposit").used == Money(600, USD)
        assert of(player, "play").used == Money(200, USD)


class TestTheDatabaseKeepsIt:
    @pytest.mark.parametrize(
        "attack",
        [
            "UPDATE play_limits SET amount_minor = 9",
            "DELETE FROM play_limits",
            "TRUNCATE play_limits",
        ],
    )
    def test_from_the_app_and_from_the_owners_mistakes(self, db, attack):
        limited(300)
        for engine, answer in (
            (db.app, pg.InsufficientPrivilege),
            (db.owner, pg.RestrictViolation),
        ):
            with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
                connection.execute(text(attack))
            assert isinstance(caught.value.orig, answer)

    def test_from_a_raise_that_comes_too_soon(self, db):
        with db.app.connect() as connection, pytest.raises(DBAPIError) as caught:
            connection.execute(
                text(
                    "INSERT INTO play_limits (user_id, kind, period, amount_minor,"
                    " takes_effect_at, created_at)"
                    " VALUES (:id, 'play', 'day', 1, now() + interval '23 hours', now())"
                ),
                {"id": a_member().user_id},
            )
        assert isinstance(caught.value.orig, pg.CheckViolation)


def test_a_break_and_a_reminder_are_written_into_the_audit_trail():
    member = a_member()
    service.exclude_self(actor=member, days=365)
    service.set_reality_check(actor=member, minutes=30)
    service.set_reality_check(actor=member, minutes=30)
    assert [facts["days"] for facts in audited("safety.break_taken")] == [365]
    assert audited("safety.reality_check_set") == [{"minutes": 30, "before": None}]
    assert queries.reality_check_min(member) == 30
    with reading() as session:
        owners = set(session.exec(select(AuditEntry.owner_id)))
    assert owners == {member.user_id}


@pytest.mark.parametrize("minutes", [0, 20, True, "30", 60.0])
def test_a_reminder_has_one_of_three_lengths(minutes):
    with pytest.raises(InvalidInput):
        service.set_reality_check(actor=a_member(), minutes=minutes)


def test_what_was_spent_and_won_is_told_since_a_moment():
    an_open_draw()
    player = a_player()
    bought(player, 2)
    with clock_at(NOON + timedelta(minutes=5)):
        # Purchases carry whole milliseconds, rounded down.
        since = clock.now() - timedelta(milliseconds=1)
        bought(player, 3)
        told = queries.played_since(actor=player, since=since)
    assert (told.spent, told.won) == (Money(300, USD), Money(0, USD))
