"""Taking a break from games: never shortened, by nobody."""

from datetime import timedelta

import pytest
from psycopg import errors as pg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.errors import InvalidInput, NotAllowed, SignInNeeded
from luckychit.domain.safety import operations
from luckychit.domain.safety.queries import excluded_until
from luckychit.domain.safety.service import exclude_self
from tests.helpers.people import a_manager, a_member, an_admin, pass_time
from tests.helpers.races import at_once

LENGTHS_DAYS = (1, 7, 30, 180, 365, 5 * 365)
pytestmark = pytest.mark.usefixtures("db")


def excluded(*actors, now=None):
    with transaction() as session:
        people = [str(actor.user_id) for actor in actors]
        asked = operations.ask_buyers(session, people, "USD", now or clock.now())
        return set(operations.read_buyers(asked).excluded)


class TestABreak:
    @pytest.mark.parametrize("days", LENGTHS_DAYS)
    def test_lasts_as_long_as_was_chosen(self, days):
        member, before = a_member(), clock.now()
        until = exclude_self(actor=member, days=days)
        assert before + timedelta(days=days) <= until <= clock.now() + timedelta(days=days)
        assert excluded_until(member) == until

    def test_is_of_one_person_alone(self):
        member, other = a_member(), a_member()
        exclude_self(actor=member, days=1)
        assert excluded(member, other) == {str(member.user_id)}
        assert excluded(other) == excluded() == set()
        assert excluded_until(other) is None

    def test_ends_with_its_last_moment(self):
        member = a_member()
        until = exclude_self(actor=member, days=1)
        assert excluded(member, now=until - timedelta(microseconds=1)) == {str(member.user_id)}
        assert excluded(member, now=until) == set()

    def test_is_over_for_good_when_its_time_is(self, monkeypatch):
        member = a_member()
        exclude_self(actor=member, days=7)
        pass_time(monkeypatch, days=7)
        assert excluded_until(member) is None
        assert exclude_self(actor=member, days=1) == excluded_until(member)

    @pytest.mark.parametrize("shorter", LENGTHS_DAYS[:-1])
    def test_is_not_shortened_by_a_shorter_one(self, shorter):
        member = a_member()
        until = exclude_self(actor=member, days=LENGTHS_DAYS[-1])
        assert exclude_self(actor=member, days=shorter) == until
        assert excluded_until(member) == until

    @pytest.mark.parametrize("longer", LENGTHS_DAYS[1:])
    def test_is_extended_by_a_longer_one(self, longer):
        member = a_member()
        first = exclude_self(actor=member, days=1)
        second = exclude_self(actor=member, days=longer)
        assert first < second == excluded_until(member)

    def test_of_many_clicks_at_once_is_the_longest(self):
        member = a_member()
        results = at_once(
            *[lambda days=days: exclude_self(actor=member, days=days) for days in (1, 180, 7, 180)]
        )
        assert excluded_until(member) == max(results)
        assert max(results) > clock.now() + timedelta(days=179)

    @pytest.mark.parametrize("days", [0, 2, -1, 181, True, 7.0, "7", None])
    def test_has_one_of_six_lengths(self, days):
        member = a_member()
        with pytest.raises(InvalidInput):
            exclude_self(actor=member, days=days)
        assert excluded_until(member) is None

    @pytest.mark.parametrize("make", [a_manager, an_admin])
    def test_is_for_those_who_play(self, make):
        actor = make()
        with pytest.raises(NotAllowed):
            exclude_self(actor=actor, days=1)
        assert excluded_until(actor) is None

    def test_is_nothing_for_nobody(self):
        with pytest.raises(SignInNeeded):
            exclude_self(actor=None, days=1)
        with pytest.raises(SignInNeeded):
            excluded_until(None)


class TestTheDatabaseKeepsIt:
    @pytest.mark.parametrize(
        "attack",
        [
            "UPDATE self_exclusions SET until = now()",
            "DELETE FROM self_exclusions",
            "TRUNCATE self_exclusions",
        ],
    )
    def test_from_the_app_and_from_the_owners_mistakes(self, db, attack):
        exclude_self(actor=a_member(), days=1)
        for engine, answer in (
            (db.app, pg.InsufficientPrivilege),
            (db.owner, pg.RestrictViolation),
        ):
            with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
                connection.execute(text(attack))
            assert isinstance(caught.value.orig, answer)

    def test_from_ending_before_it_begins(self, db):
        with db.app.connect() as connection, pytest.raises(DBAPIError) as caught:
            connection.execute(
                text("INSERT INTO self_exclusions VALUES (:id, now(), now())"),
                {"id": a_member().user_id},
            )
        assert isinstance(caught.value.orig, pg.CheckViolation)
