"""A connection's own temporary tables never stand in for the product's in a guard."""

import pytest
from sqlalchemy import text

from luckychit.core.db import transaction
from luckychit.core.errors import InvariantBroken
from luckychit.domain.tickets import combiner, queries
from tests.helpers.circle import clock_at
from tests.helpers.tickets import DRAW_ID, NOON, a_player, an_open_draw, bought

WITHOUT_A_PATH = text(
    "SELECT DISTINCT p.proname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
    " WHERE NOT t.tgisinternal"
    " AND 'search_path=public, pg_temp' <> ALL (coalesce(p.proconfig, '{}'))"
)

OWN_LOG = (
    "INSERT INTO pg_temp.proof_log SELECT proof_id, 1, 'LOCK', '{\"body\": {\"n\": 2}}' FROM draws"
)
LOCKED = (
    "UPDATE draws SET status = 'locked', locked_at = locks_at,"
    " changed_at = changed_at + interval '1 second'"
)


@pytest.fixture(autouse=True)
def _at_noon(db):
    with clock_at(NOON):
        yield
        combiner.close()


def test_each_guard_names_where_it_looks(db):
    with db.owner.connect() as connection:
        assert connection.execute(WITHOUT_A_PATH).scalars().all() == []


def lock_by_a_log_of_ones_own() -> None:
    with transaction() as session:
        for sql in ("CREATE TEMP TABLE proof_log AS TABLE proof_log", OWN_LOG, LOCKED):
            session.connection().exec_driver_sql(sql)


def test_a_log_of_ones_own_locks_no_draw():
    an_open_draw()
    bought(a_player(), 2)
    with pytest.raises(InvariantBroken) as refused:
        lock_by_a_log_of_ones_own()
    assert refused.value.facts["constraint"] == "draw_as_in_log"
    assert queries.draw(DRAW_ID).status == "open"
