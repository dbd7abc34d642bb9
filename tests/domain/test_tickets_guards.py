"""Attacks every invariant of draws and tickets with bare SQL, with the rights of the app.

Whatever Python does wrong, PostgreSQL must refuse. Each attack is what a bug or an
intruder in the app could write.
"""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from luckychit.core.db import transaction
from luckychit.core.errors import InvariantBroken
from luckychit.domain.fairness import operations as fairness
from luckychit.domain.tickets import combiner, queries, service
from luckychit.domain.tickets.views import ticket_id_of
from tests.helpers.circle import clock_at
from tests.helpers.tickets import (
    DRAW_ID,
    LOCKS_AT,
    NOON,
    ROOM_ID,
    a_player,
    an_open_draw,
    an_open_room,
    bought,
    locked,
    settled,
    tickets,
    voided,
)

TICKET = (
    "INSERT INTO tickets (draw_id, position, user_id, key, quantity, held_count, client_seed,"
    " issued_ms, total_entries_at_purchase, salt, seal, leaf) SELECT draw_id, {position}, user_id,"
    " 'raw', 1, held_count + 500, client_seed, {issued_ms}, {position}, salt, seal, {leaf}"
    " FROM tickets WHERE position = 1"
)
COUNTED = (
    "UPDATE draws SET total_entries = {count}, prize_pool_minor = {count} * 95,"
    " changed_at = changed_at + interval '1 second'"
)
CHANGED = "UPDATE draws SET changed_at = changed_at + interval '1 second', "


@pytest.fixture(autouse=True)
def _at_noon(db):
    with clock_at(NOON):
        yield
        combiner.close()
    assert queries.audit() == []


def a_ticket(position: int = 3, *, issued_ms: str = "issued_ms", leaf: str = "leaf") -> str:
    return TICKET.format(position=position, issued_ms=issued_ms, leaf=leaf)


def answer(db, *statements: str) -> str:
    """What the database says to the app that writes this in one transaction."""

    def write(connection) -> None:
        for sql in statements:
            connection.exec_driver_sql(sql)
        connection.commit()

    with db.app.connect() as connection:
        assert connection.execute(text("SELECT current_user")).scalar() == "luckychit_app"
        with pytest.raises(DBAPIError) as caught:
            write(connection)
        connection.rollback()
    diagnosis = caught.value.orig.diag
    return diagnosis.constraint_name or diagnosis.message_primary


def two_sold(**changed) -> None:
    an_open_draw(**changed)
    bought(a_player(), 2)


class TestTickets:
    @pytest.mark.parametrize("table", ["tickets", "ticket_blocks", "draws"])
    def test_stay_for_the_app(self, db, table):
        two_sold()
        assert "permission denied" in answer(db, f"DELETE FROM {table}")
        assert "permission denied" in answer(db, f"UPDATE {table} SET draw_id = 'x'")

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE tickets SET client_seed = 'x'",
            "DELETE FROM tickets",
            "TRUNCATE tickets",
            "UPDATE ticket_blocks SET block = 9",
            "DELETE FROM ticket_blocks",
            "TRUNCATE ticket_blocks",
            "DELETE FROM draws",
            "TRUNCATE draws CASCADE",
        ],
    )
    def test_are_kept_even_from_the_owner_by_mistake(self, db, sql):
        two_sold()
        with db.owner.connect() as connection:
            with pytest.raises(DBAPIError, match="append-only"):
                connection.exec_driver_sql(sql)
            connection.rollback()

    def test_without_being_counted_are_refused(self, db):
        two_sold()
        assert answer(db, a_ticket(3)) == "tickets_without_gap"

    def test_that_leave_a_gap_are_refused(self, db):
        two_sold()
        assert answer(db, COUNTED.format(count=4), a_ticket(4)) == "tickets_without_gap"

    def test_in_a_place_that_is_taken_are_refused(self, db):
        two_sold()
        assert answer(db, COUNTED.format(count=3), a_ticket(2)) == "tickets_pkey"

    def test_before_the_count_that_was_sold_already_are_refused(self, db):
        two_sold()
        assert answer(db, a_ticket(0)) in ("tickets_without_gap", "ticket_position")

    def test_without_money_are_refused_at_commit(self, db):
        two_sold()
        assert answer(db, COUNTED.format(count=3), a_ticket(3)) == "draw_pot_is_whole"

    def test_without_a_leaf_are_refused(self, db):
        two_sold()
        ticket = a_ticket(3, leaf="NULL")
        assert answer(db, COUNTED.format(count=3), ticket) == "tickets_have_leaves"

    @pytest.mark.parametrize("moment", [LOCKS_AT, NOON - timedelta(days=1)])
    def test_out_of_time_are_refused(self, db, moment):
        two_sold()
        ticket = a_ticket(3, issued_ms=str(int(moment.timestamp() * 1000)))
        assert answer(db, COUNTED.format(count=3), ticket) == "tickets_of_an_open_draw"

    def test_of_a_draw_that_is_no_longer_open_are_refused(self, db):
        two_sold()
        locked()
        assert answer(db, COUNTED.format(count=3)) == "draw_count_grows"
        assert answer(db, a_ticket(3)) == "tickets_of_an_open_draw"

    def test_of_no_draw_are_refused(self, db):
        two_sold()
        stray = a_ticket(1).replace("SELECT draw_id", "SELECT 'DDL-20990101'")
        assert answer(db, stray) == "tickets_of_an_open_draw"

    def test_a_second_purchase_with_the_same_key_is_refused(self, db):
        two_sold()
        again = a_ticket(3).replace("'raw'", "key")
        assert answer(db, COUNTED.format(count=3), again) == "ticket_key_once"

    def test_one_more_than_a_person_may_have_is_refused(self, db):
        two_sold()
        greedy = a_ticket(3).replace("+ 500", "+ 1000")
        assert answer(db, COUNTED.format(count=3), greedy) == "tickets_within_limit"

    def test_the_same_count_of_one_person_twice_is_refused(self, db):
        two_sold()
        again = a_ticket(3).replace("+ 500", "")
        assert answer(db, COUNTED.format(count=3), again) == "ticket_held_once"

    def test_a_block_is_stored_only_when_it_is_full(self, db):
        two_sold()
        block = f"INSERT INTO ticket_blocks VALUES ('{DRAW_ID}', 0, sha256(''))"
        assert "is not full" in answer(db, block)


class TestADraw:
    @pytest.mark.parametrize("count", [1, 3])
    def test_counts_what_is_sold(self, db, count):
        two_sold()
        wanted = "draw_count_grows" if count < 2 else "draw_is_counted"
        assert answer(db, COUNTED.format(count=count)) == wanted

    def test_has_the_prize_that_its_count_gives(self, db):
        two_sold()
        assert answer(db, CHANGED + "prize_pool_minor = 200") == "draw_pool"

    @pytest.mark.parametrize(
        "terms",
        [
            "price_minor = 1",
            "fee_bps = 0",
            "most_per_person = 9",
            "draw_id = 'x'",
            "opens_at = now()",
            "currency = 'INR'",
            "rules_text = ''",
        ],
    )
    def test_keeps_its_terms(self, db, terms):
        two_sold()
        assert "permission denied" in answer(db, CHANGED + terms)
        with db.owner.connect() as connection:
            with pytest.raises(DBAPIError, match=r"its terms are sealed|violates"):
                connection.exec_driver_sql(CHANGED + terms)
            connection.rollback()

    @pytest.mark.parametrize(
        "change", ["locks_at = locks_at + interval '1 hour'", "proof_id = NULL"]
    )
    def test_of_a_day_keeps_its_lock(self, db, change):
        two_sold()
        said = answer(db, CHANGED + change)
        assert said == "draw_announced_again_once"

    @pytest.mark.parametrize(
        "change",
        [
            "status = 'locked', locked_at = now()",
            "status = 'void', void_reason = 'x', closed_at = now()",
            "status = 'drawn', winning_position = 1, closed_at = now(), winner_id = '{winner}'",
        ],
    )
    def test_is_what_the_log_says(self, db, change):
        two_sold()
        change = change.format(winner=tickets()[0].user_id)
        assert answer(db, CHANGED + change) in ("draw_as_in_log", "draw_forward_only")

    @pytest.mark.parametrize("status", ["open", "void"])
    def test_does_not_go_back(self, db, status):
        two_sold()
        locked()
        change = f"status = '{status}', locked_at = NULL"
        if status == "void":
            change = "status = 'void', void_reason = 'x', closed_at = now()"
        assert answer(db, CHANGED + change) in ("draw_forward_only", "draw_as_in_log")

    def test_that_is_drawn_stands(self, db):
        two_sold()
        locked()
        settled()
        for change in ("winning_position = 3 - winning_position", "closed_at = now()"):
            assert answer(db, CHANGED + change) == "draw_history_stands"

    def test_has_the_winner_of_the_log(self, db):
        an_open_draw()
        ann, bob = a_player(), a_player()
        bought(ann), bought(bob)
        locked()
        with transaction() as session:
            (winner,) = fairness.settle(
                session,
                draw_id=DRAW_ID,
                now=LOCKS_AT,
                ticket_id_of=lambda index: ticket_id_of(DRAW_ID, index + 1),
            )
        loser = 2 - winner.position_index
        drawn = (
            f"status = 'drawn', closed_at = now(), winning_position = {loser}, winner_id ="
            f" (SELECT user_id FROM tickets WHERE position = {loser})"
        )
        assert answer(db, CHANGED + drawn) == "draw_as_in_log"
        other = drawn.replace(f"winning_position = {loser}", f"winning_position = {3 - loser}")
        assert answer(db, CHANGED + other) == "draw_as_in_log"
        unpaid = drawn.replace(str(loser), str(3 - loser))
        assert answer(db, CHANGED + unpaid) == "draw_pot_is_whole"
        assert settled().status == "drawn"

    def test_is_locked_with_all_its_tickets(self):
        two_sold()
        with pytest.raises(InvariantBroken), transaction() as session:
            fairness.lock_list(session, draw_id=DRAW_ID, n=1, root=bytes(32), now=LOCKS_AT)

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("price_minor", "(price_minor + 1)"),
            ("currency", "('INR')"),
            ("fee_bps", "(fee_bps - 1)"),
            ("locks_at", "(locks_at + interval '1 day')"),
            ("rules_text", "('other rules')"),
            ("total_entries, prize_pool_minor", "(1, 95)"),
            ("kind, draw_date", "('room', NULL)"),
        ],
    )
    def test_is_born_as_it_was_announced(self, db, column, value):
        an_open_draw()
        with db.owner.connect() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql("CREATE TEMP TABLE twin AS SELECT * FROM draws")
            connection.exec_driver_sql("DELETE FROM draws")
            connection.exec_driver_sql("SET LOCAL session_replication_role = DEFAULT")
            connection.exec_driver_sql(f"UPDATE twin SET ({column}) = ROW {value}")
            with pytest.raises(DBAPIError, match="not the one that was announced"):
                connection.exec_driver_sql("INSERT INTO draws SELECT * FROM twin")
            connection.rollback()


class TestARoom:
    def test_is_brought_forward_only_by_a_new_commitment(self, db):
        an_open_room()
        said = answer(db, CHANGED + "locks_at = locks_at - interval '1 hour'")
        assert said == "draw_announced_again_once"

    def test_sells_without_leaves(self, db):
        an_open_room(most_per_person=5)
        bought(a_player(), draw_id=ROOM_ID)
        ticket = a_ticket(2, leaf="sha256('')")
        assert answer(db, COUNTED.format(count=2), ticket) == "tickets_have_leaves"


class TestARefund:
    def test_goes_forward_once(self, db):
        two_sold()
        assert answer(db, CHANGED + "refunded_entries = 1") in (
            "draw_refund_forward",
            "draw_refunded_when_void",
        )
        voided()
        everybody = (
            "refunded_entries = 2, refunded_at = now(),"
            " refund_cursor = (SELECT user_id FROM tickets LIMIT 1)"
        )
        assert answer(db, CHANGED + everybody) == "draw_pot_is_whole"
        service.refund(draw_id=DRAW_ID)
        for again in ("refunded_at = NULL", "refund_cursor = gen_random_uuid()"):
            assert answer(db, CHANGED + again) == "draw_refund_forward"
