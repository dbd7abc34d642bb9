"""From the open draw to the paid winner, or to everybody's money back."""

from datetime import timedelta

import pytest

from luckychit.core.db import transaction
from luckychit.domain.fairness.errors import AlreadyLocked, NotLocked, TooEarly
from luckychit.domain.fairness.queries import log
from luckychit.domain.tickets import combiner, errors, operations, queries, service
from tests.helpers.circle import clock_at
from tests.helpers.tickets import (
    DRAW_ID,
    LOCKS_AT,
    NOON,
    OPENS_AT,
    ROOM_ID,
    a_player,
    an_open_draw,
    an_open_room,
    assert_sound,
    bought,
    house,
    locked,
    notes_of,
    pot,
    purse,
    settled,
    voided,
)


@pytest.fixture(autouse=True)
def _at_noon(db):
    with clock_at(NOON):
        yield
        combiner.close()


class TestADraw:
    def test_is_locked_drawn_and_paid(self):
        an_open_draw()
        ann, bob = a_player(1_000), a_player(1_000)
        bought(ann, 4), bought(bob, 3)
        assert locked().status == "locked"
        drawn = settled()
        assert drawn.status == "drawn"
        winner = {True: ann, False: bob}[drawn.winning_position <= 4]
        assert drawn.winner_id == winner.user_id
        assert drawn.prize.amount_minor == 665
        assert (pot(), house(), purse(ann) + purse(bob)) == (0, 35, 1_965)
        assert notes_of(winner)[-1] == drawn.winning_ticket_id
        assert [line.type for line in log(DRAW_ID)] == ["COMMIT", "LOCK", "REVEAL", "RESULT"]
        assert settled() == drawn == locked()
        assert_sound()

    def test_is_void_with_too_few_and_paid_back(self):
        an_open_draw(fewest_entries=8)
        ann, bob = a_player(1_000), a_player(1_000)
        bought(ann, 4), bought(bob, 3)
        assert locked().status == "void"
        assert not queries.draw(DRAW_ID).is_refunded
        assert service.refund(draw_id=DRAW_ID) == 2
        assert service.refund_all() == 0
        assert queries.draw(DRAW_ID).is_refunded
        assert (pot(), house(), purse(ann), purse(bob)) == (0, 0, 1_000, 1_000)
        assert notes_of(ann)[-1] == f"{DRAW_ID}-00001 and 3 more"
        assert_sound()

    def test_without_a_ticket_is_void_and_owes_nothing(self):
        an_open_draw()
        assert locked().is_refunded

    def test_is_not_locked_or_settled_before_its_time(self):
        an_open_draw()
        with pytest.raises(TooEarly):
            locked(now=LOCKS_AT - timedelta(milliseconds=1))
        with pytest.raises(NotLocked):
            settled()

    def test_is_called_off_only_before_the_lock(self):
        an_open_draw()
        bought(a_player())
        locked()
        with pytest.raises(AlreadyLocked):
            voided()

    def test_sells_from_its_opening_until_just_before_its_lock(self):
        an_open_draw()
        player = a_player()
        for moment, sells in (
            (OPENS_AT - timedelta(seconds=2), False),
            (OPENS_AT, True),
            (LOCKS_AT - timedelta(seconds=20), True),
            (LOCKS_AT, False),
        ):
            with clock_at(moment):
                if sells:
                    bought(player)
                else:
                    with pytest.raises(errors.DrawClosed):
                        bought(player)


class TestARoom:
    def test_is_brought_forward_once_and_goes_on_selling(self):
        an_open_room()
        ann, bob = a_player(), a_player()
        bought(ann, draw_id=ROOM_ID)
        soon = NOON + timedelta(seconds=60)
        with transaction() as session:
            begun = operations.recommit(session, draw_id=ROOM_ID, locks_at=soon, now=NOON)
        assert (begun.proof_id, begun.locks_at) == (f"{ROOM_ID}-2", soon)
        with pytest.raises(errors.AlreadyBroughtForward), transaction() as session:
            operations.recommit(session, draw_id=ROOM_ID, locks_at=soon, now=NOON)
        bought(bob, draw_id=ROOM_ID)
        assert locked(ROOM_ID, soon).status == "locked"
        drawn = settled(ROOM_ID, soon)
        assert drawn.status == "drawn"
        assert purse(ann) + purse(bob) == 1_990
        assert_sound(ROOM_ID)
