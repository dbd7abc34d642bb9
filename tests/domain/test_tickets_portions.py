"""Goal: to pay a portion of people back costs the same, however many tickets a draw has.

Method: the database says how it would find the next people, with the settings that the
refund gives it: by the index of a person's tickets, from where the last portion stopped.
"""

from uuid import UUID

from sqlalchemy import text

from luckychit.core.db import transaction
from luckychit.domain.tickets.operations import refunds
from tests.helpers.circle import clock_at
from tests.helpers.tickets import (
    DRAW_ID,
    LOCKS_AT,
    NOON,
    a_player,
    an_open_draw,
    bought,
    purse,
    voided,
)


def test_a_portion_begins_where_the_last_one_stopped(db):
    assert_by_person(_plan())
    three_hundred_sold(db)
    assert_by_person(_plan())


def test_without_the_settings_all_tickets_may_be_read(db):
    three_hundred_sold(db)
    assert "Seq Scan" in _plan(settings="on")


def three_hundred_sold(db):
    """So many that the database would rather read them all, once it has counted them."""
    with clock_at(NOON):
        an_open_draw()
        for _ in range(3):
            bought(a_player(20_000), 100)
    with db.owner.begin() as owner:
        owner.execute(text("ANALYZE tickets"))


def assert_by_person(plan: str) -> None:
    assert "using ticket_held_once" in plan or "using ticket_key_once" in plan
    assert "(user_id > " in plan
    assert "Sort" not in plan
    assert "Seq Scan" not in plan


def test_portions_pay_everybody_once(db):
    with clock_at(NOON):
        an_open_draw()
        players = [a_player(1_000) for _ in range(5)]
        for number, player in enumerate(players, start=1):
            bought(player, number)
    voided()
    assert [_portion() for _ in range(4)] == [2, 2, 1, None]
    assert [purse(player) for player in players] == [1_000] * len(players)


def _portion() -> int | None:
    with transaction() as session:
        return refunds.pay_back_some(session, draw_id=DRAW_ID, now=LOCKS_AT, limit=2)


def _plan(settings: str = "off") -> str:
    asked = {"draw_id": DRAW_ID, "after": UUID(int=7), "limit": 500}
    with transaction() as session:
        session.execute(refunds._BY_PERSON, {"to": settings})
        rows = session.execute(text(f"EXPLAIN {refunds._NEXT_PEOPLE.text}"), asked)
        return "\n".join(rows.scalars())
