"""News reach the broadcaster once each, whatever the order in which transactions end."""

import threading

import pytest
import sqlalchemy
from sqlalchemy import text

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.domain.notify import operations, queries
from tests.helpers.people import a_manager, a_member

pytestmark = pytest.mark.usefixtures("db")


def tell(kind, **facts):
    with transaction() as session:
        operations.tell(session, kind=kind, now=clock.now(), **facts)


def kinds(views):
    return [view.kind for view in views]


class TestPublishedSince:
    def test_returns_what_came_after_the_mark_and_nothing_twice(self):
        tell("before")
        mark = queries.horizon()
        tell("first", amount_minor=5)
        news, mark = queries.published_since(mark)
        assert kinds(news) == ["first"]
        assert news[0].facts == {"amount_minor": 5}
        assert queries.published_since(mark)[0] == []

    def test_never_skips_a_transaction_that_ends_after_a_later_one(self):
        mark = queries.horizon()
        slow_wrote, may_end = threading.Event(), threading.Event()

        def slow():
            with transaction() as session:
                operations.tell(session, kind="slow", now=clock.now())
                session.flush()
                slow_wrote.set()
                may_end.wait(10)

        thread = threading.Thread(target=slow)
        thread.start()
        assert slow_wrote.wait(10)
        tell("quick")
        seen, mark = queries.published_since(mark)
        assert kinds(seen) == [], "an older transaction still runs: the order is not final"
        may_end.set()
        thread.join(10)
        seen, mark = queries.published_since(mark)
        assert kinds(seen) == ["slow", "quick"]
        assert queries.published_since(mark)[0] == []

    def test_a_naive_reader_by_id_would_have_skipped_it(self):
        """The negative control: without the horizon the same history loses a row."""
        slow_wrote, may_end = threading.Event(), threading.Event()

        def slow():
            with transaction() as session:
                operations.tell(session, kind="slow", now=clock.now())
                session.flush()
                slow_wrote.set()
                may_end.wait(10)

        def by_id(last):
            with transaction() as session:
                rows = session.execute(
                    text("SELECT id, kind FROM news WHERE id > :last ORDER BY id"), {"last": last}
                ).all()
            return [row.kind for row in rows], max([last, *(row.id for row in rows)])

        thread = threading.Thread(target=slow)
        thread.start()
        assert slow_wrote.wait(10)
        tell("quick")
        first, last = by_id(0)
        may_end.set()
        thread.join(10)
        second, _ = by_id(last)
        assert "slow" not in first + second

    def test_what_is_rolled_back_is_never_told(self):
        mark = queries.horizon()
        with pytest.raises(RuntimeError), transaction() as session:  # noqa: PT012
            operations.tell(session, kind="undone", now=clock.now())
            session.flush()
            raise RuntimeError
        assert queries.published_since(mark)[0] == []


class TestRecentFor:
    def test_a_member_sees_own_news_and_those_for_all_of_the_circle(self):
        manager = a_manager()
        member, other = a_member(manager), a_member(manager)
        group_id = manager.user_id  # any id: the caller has checked the group
        tell("own", user_id=member.user_id, manager_id=manager.user_id)
        tell("others", user_id=other.user_id, group_id=group_id, manager_id=manager.user_id)
        tell("all", group_id=group_id, manager_id=manager.user_id)
        tell("elsewhere", group_id=other.user_id, manager_id=manager.user_id)
        seen = queries.recent_for(actor=member, group_ids=[group_id], limit=10)
        assert kinds(seen) == ["all", "own"]

    def test_a_manager_sees_own_circles_only_newest_first(self):
        manager, stranger = a_manager(), a_manager()
        tell("mine", manager_id=manager.user_id)
        tell("theirs", manager_id=stranger.user_id)
        tell("mine too", manager_id=manager.user_id)
        seen = queries.recent_for(actor=manager, group_ids=[], limit=1)
        assert kinds(seen) == ["mine too"]


def test_the_app_cannot_change_what_was_told(db):
    tell("said")
    for attack in ("UPDATE news SET kind = 'x'", "DELETE FROM news", "TRUNCATE news"):
        with pytest.raises(sqlalchemy.exc.DBAPIError), db.app.begin() as connection:
            connection.execute(text(attack))
