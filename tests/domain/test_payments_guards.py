"""What the database refuses by itself, whoever asks: the app's role and the owner."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.domain.chits.errors import GroupNotForming
from luckychit.domain.chits.models import ChitGroup, MonthlyDraw
from luckychit.domain.chits.operations.attempts import take_step
from luckychit.domain.chits.rules.draws import seat_of
from luckychit.domain.fairness import operations as fairness
from tests.helpers.circle import a_circle, clock_at
from tests.helpers.circles import a_full_group, a_running_group, join, pay, reverse
from tests.helpers.people import a_manager


@pytest.fixture(autouse=True)
def _at_the_beginning(db):
    with clock_at():
        yield


def refused(engine, statement: str, **values) -> str:
    """Return how the database refuses; fails when it does not."""
    with pytest.raises(DatabaseError) as caught, engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount > 0
    return str(caught.value.orig)


class TestAppRole:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE payments SET amount_minor = 1",
            "UPDATE payments SET reason = 'x'",
            "DELETE FROM payments",
            "TRUNCATE payments CASCADE",
            "UPDATE payment_allocations SET amount_minor = 1",
            "DELETE FROM payment_allocations",
            "TRUNCATE payment_allocations",
            "UPDATE news SET kind = 'x'",
            "DELETE FROM news",
            "TRUNCATE news",
            "UPDATE dues SET amount_minor = 1",
            "UPDATE dues SET due_on = '2030-01-01'",
            "UPDATE dues SET instalment = 9",
            "DELETE FROM dues",
            "UPDATE chit_groups SET currency = 'USD'",
            "UPDATE chit_groups SET manager_id = gen_random_uuid()",
            "DELETE FROM chit_groups",
            "UPDATE group_members SET user_id = gen_random_uuid()",
            "UPDATE group_members SET seat_number = 99",
            "DELETE FROM receipt_counters",
            "UPDATE prize_payouts SET net_minor = 1",
            "DELETE FROM prize_payouts",
            "DELETE FROM monthly_draws",
            "UPDATE monthly_draws SET scheduled_at = now()",
            "ALTER TABLE payments DISABLE TRIGGER ALL",
            "DROP TABLE payments",
        ],
    )
    def test_may_not(self, db, statement):
        with pytest.raises(DatabaseError) as caught, db.app.begin() as connection:
            connection.execute(text(statement))
        said = str(caught.value.orig)
        assert "permission denied" in said or "must be owner" in said


class TestTermsOfAGroup:
    """The app's role may write them, because a manager edits a group until it starts."""

    CHANGES = ("commission_bps = 700", "draw_day = 1", "name = 'other'")

    def test_may_change_while_it_forms(self, db):
        a_full_group(a_manager())
        for change in self.CHANGES:
            with db.app.begin() as connection:
                done = connection.execute(text(f"UPDATE chit_groups SET {change}"))
            assert done.rowcount == 1

    @pytest.mark.parametrize("who", ["app", "owner"])
    def test_are_sealed_once_it_has_started(self, db, who):
        a_running_group(a_manager())
        for change in self.CHANGES:
            assert "sealed" in refused(getattr(db, who), f"UPDATE chit_groups SET {change}")

    @pytest.mark.parametrize("who", ["app", "owner"])
    def test_are_not_opened_by_taking_the_start_back(self, db, who):
        a_running_group(a_manager())
        back_and_other = "UPDATE chit_groups SET status = 'forming', commission_bps = 700"
        assert "sealed" in refused(getattr(db, who), back_and_other)


_A_DRAWN_ROW = (
    "INSERT INTO monthly_draws SELECT gen_random_uuid(), group_id, 2, 'X', 1, 'drawn', now(), "
    "now(), '', 1, {seat}, 0, 0, 0, 0, 0, now() FROM monthly_draws"
)


class TestAppRoleCheats:
    """What the app's role has a right to write must still be true."""

    @pytest.mark.parametrize(
        ("statement", "said"),
        [
            (
                "UPDATE monthly_draws SET status = 'drawn', winner_seat_id = {seat}",
                "does not name this winner",
            ),
            (_A_DRAWN_ROW, "does not name this winner"),
            ("UPDATE chit_groups SET status = 'completed'", "not at its end"),
            (
                "UPDATE dues SET paid_minor = amount_minor, paid_at = now() WHERE instalment = 2",
                "payments gave 0",
            ),
            ("UPDATE dues SET paid_minor = 0, paid_at = NULL WHERE instalment = 1", "gave 500000"),
            (
                "UPDATE dues SET paid_at = now() - interval '9 years' WHERE instalment = 1",
                "only with what was paid",
            ),
        ],
    )
    def test_may_not(self, db, statement, said):
        a_circle(3).pay_all()
        anyone = "(SELECT min(id::text)::uuid FROM group_members)"
        assert said in refused(db.app, statement.format(seat=anyone))

    def test_may_not_give_a_drawn_prize_to_another_seat(self, db):
        circle = a_circle(3)
        circle.pay_all()
        circle.go_to_lock()
        present = circle.present()
        with transaction() as session:
            draw = session.get_one(MonthlyDraw, present.monthly_draw_id)
            group = session.get_one(ChitGroup, circle.group_id)
            take_step(session, group=group, draw=draw, now=clock.now())
        with transaction() as session:
            (winner,) = fairness.settle(session, draw_id=present.draw_id, now=clock.now())
        won = seat_of(winner.ticket_id)
        statement = "UPDATE monthly_draws SET status = 'drawn', winner_seat_id = :seat"
        for seat in {1, 2, 3} - {won}:
            loser = circle.seats[seat - 1]
            assert "does not name this winner" in refused(db.app, statement, seat=loser)
        with db.app.begin() as connection:
            connection.execute(text(statement), {"seat": circle.seats[won - 1]})


class TestOwner:
    """Triggers hold even for the owner of the tables: an operator's slip is refused too."""

    def test_may_not_rewrite_payments_or_news(self, db):
        manager = a_manager()
        group_id = a_running_group(manager)
        reverse(manager, pay(manager, group_id, 1))
        for table in ("payments", "payment_allocations", "news"):
            column = "kind" if table == "news" else "amount_minor"
            for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
                assert "append-only" in refused(db.owner, statement)
            assert "append-only" in refused(db.owner, f"TRUNCATE {table} CASCADE")

    @pytest.mark.parametrize("back", ["forming", "completed"])
    def test_may_not_move_a_group_backward_or_over_a_step(self, db, back):
        manager = a_manager()
        if back == "completed":
            a_full_group(manager)
        else:
            a_running_group(manager)
        assert "forward" in refused(db.owner, "UPDATE chit_groups SET status = :back", back=back)

    def test_may_not_change_seats_of_a_started_group(self, db):
        manager = a_manager()
        group_id = a_running_group(manager)
        assert "forming" in refused(db.owner, "DELETE FROM group_members")
        assert "forming" in refused(
            db.owner,
            "INSERT INTO group_members SELECT gen_random_uuid(), group_id, 6, user_id, 'x', now(),"
            " 'k' FROM group_members LIMIT 1",
        )
        with pytest.raises(GroupNotForming):
            join(manager, group_id)

    def test_may_not_add_a_seat_beyond_the_last(self, db):
        a_full_group(a_manager(), seats=3)
        assert "no such seat" in refused(
            db.owner,
            "INSERT INTO group_members SELECT gen_random_uuid(), group_id, 4, user_id, 'x', now(),"
            " 'k' FROM group_members LIMIT 1",
        )

    def test_may_not_change_a_result(self, db):
        circle = a_circle(3)
        circle.pay_all()
        circle.payout(circle.draw_now(), 100)
        loser = "(SELECT id FROM group_members WHERE id <> winner_seat_id LIMIT 1)"
        for change, said in (
            (f"winner_seat_id = {loser}", "stands"),
            ("status = 'open', winner_seat_id = NULL", "stands"),
            ("drawn_at = now()", "stands"),
            ("prize_minor = prize_minor - 1, commission_minor = commission_minor + 1", "grows"),
            ("paid_out_minor = 0", "grows"),
            ("paid_out_minor = prize_minor + 1", "monthly_draw_prize_not_exceeded"),
            ("pot_minor = pot_minor + 1", "monthly_draw_adds_up"),
        ):
            statement = f"UPDATE monthly_draws SET {change} WHERE status = 'drawn'"
            assert said in refused(db.owner, statement)

    def test_may_not_change_a_payout_or_confirm_it_twice(self, db):
        circle = a_circle(3)
        circle.pay_all()
        circle.payout(circle.draw_now())
        kept = "kept as it was written"
        assert kept in refused(db.owner, "UPDATE prize_payouts SET reference = 'other'")
        assert kept in refused(db.owner, "DELETE FROM prize_payouts")
        with db.owner.begin() as connection:
            connection.execute(text("UPDATE prize_payouts SET confirmed_at = now()"))
        assert kept in refused(db.owner, "UPDATE prize_payouts SET confirmed_at = now()")

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ("paid_minor = amount_minor + 1, paid_at = now()", "due_never_overpaid"),
            ("paid_minor = -1", "due_never_overpaid"),
            ("paid_minor = amount_minor", "due_paid_at"),
            ("paid_at = now()", "due_paid_at"),
            ("advanced_minor = amount_minor + 1", "due_advance_in_range"),
        ],
    )
    def test_may_not_write_an_impossible_due(self, db, change, said):
        a_running_group(a_manager())
        assert said in refused(db.owner, f"UPDATE dues SET {change}")
