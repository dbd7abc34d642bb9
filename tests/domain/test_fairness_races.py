"""Several at once at the same draw: one step, one result."""

from functools import partial

import pytest

from luckychit.core.errors import Refused
from luckychit.domain.fairness import errors, queries
from tests.helpers import races
from tests.helpers.bundles import verdicts
from tests.helpers.draws import a_commitment, locked, settled, voided

DRAW_ID = "CHIT-0a1b2c3d-202611"
pytestmark = pytest.mark.usefixtures("db")
at_once = partial(races.at_once, catching=Refused)


class TestRaces:
    def test_eight_commits_give_one_draw(self):
        gave = at_once(*[a_commitment] * 8)
        assert sum(isinstance(item, errors.DrawIdTaken) for item in gave) == 7
        assert len(queries.log(DRAW_ID)) == 1

    def test_eight_locks_give_one_list(self):
        a_commitment()
        gave = at_once(*[lambda: locked(5)] * 8)
        assert sum(isinstance(item, errors.AlreadyLocked) for item in gave) == 7
        assert queries.proof(DRAW_ID).n == 5

    def test_eight_settlements_give_one_result(self):
        a_commitment()
        locked(5)
        gave = at_once(*[settled] * 8)
        assert len({tuple(winners) for winners in gave}) == 1
        assert len(queries.log(DRAW_ID)) == 4
        assert verdicts(queries.bundle(DRAW_ID).decode()) == ("drawn", "drawn")

    def test_a_lock_and_a_void_never_both_happen(self):
        for place in range(8):
            draw_id = f"D-{place}"
            a_commitment(draw_id)
            at_once(lambda name=draw_id: locked(3, name), lambda name=draw_id: voided(name))
            assert len(queries.log(draw_id)) == 2
            assert queries.proof(draw_id).status in ("locked", "void")
