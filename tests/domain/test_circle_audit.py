"""The circles' audit is silent for whatever services do, and finds what only hands can do.

Each damage is done the only way that is left: as the owner, with the triggers asleep,
and where a constraint still stands, without it.
"""

import hashlib
import json
import random
from contextlib import suppress
from datetime import timedelta

import pytest

from luckychit.core import clock
from luckychit.core.errors import LuckyChitError
from luckychit.domain.chits import queries, service
from luckychit.domain.chits.queries.invariants import INVARIANTS
from luckychit.domain.fairness import queries as fairness
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import queries as ledger
from tests.helpers.bundles import a_bundle
from tests.helpers.circle import a_circle, a_key, clock_at
from tests.helpers.ledger import CASH, constraint_definition, inr, moved
from tests.helpers.people import a_manager

REVERSAL = "(SELECT id FROM payments WHERE reverses_id IS NOT NULL)"
A_PAYMENT = "(SELECT id FROM payments WHERE receipt_number = 1)"
OTHER_SEAT = "(SELECT id FROM group_members WHERE seat_number = 2)"
DRAWN = "(SELECT id FROM monthly_draws WHERE status = 'drawn')"


@pytest.fixture
def books(db):
    """A small healthy circle: drawn once with an advance, a part paid out, a reversal."""
    with clock_at():
        circle = a_circle(2, gst_bps=1800, short_collection="foreman_advances")
        wrong = circle.pay(1)
        take_back(circle, wrong.payment_id)
        circle.pay(1)
        circle.pay(2, 77)
        circle.payout(circle.draw_now(), 1000)
        assert queries.audit() == []
        yield db


def take_back(circle, payment_id):
    service.reverse_payment(
        actor=circle.manager, key=a_key(), payment_id=payment_id, reason="typed wrong"
    )


def damage(db, sql: str, *, without: str = "") -> set[str]:
    """Do what no guard would allow; return the codes of what the audit then finds."""
    lifted = ""
    with db.owner.begin() as owner:
        if without:
            table, definition = constraint_definition(owner, without)
            owner.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {without}")
            lifted = f"ALTER TABLE {table} ADD CONSTRAINT {without} {definition}"
        owner.exec_driver_sql("SET LOCAL session_replication_role = replica")
        changed = owner.exec_driver_sql(sql).rowcount
    try:
        assert changed
        return {problem.code for problem in queries.audit()}
    finally:
        db.empty()
        with db.owner.begin() as owner:
            if lifted:
                owner.exec_driver_sql(lifted)


# Code, what is done, which constraint is in the way.
DAMAGES = [
    (
        "payment_not_in_ledger",
        (
            "UPDATE payments SET transaction_id ="
            " (SELECT id FROM transactions WHERE kind = 'chit_draw') WHERE receipt_number = 1"
        ),
        "",
    ),
    (  # Two payments of the same amount that point at each other's movement.
        "payment_not_in_ledger",
        (
            "UPDATE payments SET transaction_id = (SELECT transaction_id FROM payments"
            " WHERE receipt_number = 1) WHERE receipt_number = 3"
        ),
        "",
    ),
    ("payment_not_in_ledger", "UPDATE payments SET method = 'bank'", ""),
    ("payment_not_in_ledger", "UPDATE payments SET group_id = gen_random_uuid()", ""),
    ("payment_of_other_group", f"UPDATE payments SET seat_id = {OTHER_SEAT}", ""),
    ("payment_of_other_group", "UPDATE payments SET manager_id = user_id", ""),
    (
        "payment_reversal_not_opposite",
        f"UPDATE payments SET amount_minor = -1 WHERE id = {REVERSAL}",
        "",
    ),
    (
        "payment_reversal_not_opposite",
        f"UPDATE payments SET reverses_id = id WHERE id = {REVERSAL}",
        "",
    ),
    (
        "payout_not_in_ledger",
        "UPDATE prize_payouts SET net_minor = 999, gross_minor = 999, deductions_minor = 0",
        "",
    ),
    ("payout_not_in_ledger", "UPDATE prize_payouts SET currency = 'USD'", ""),
    (
        "payout_not_in_ledger",
        (
            f"UPDATE prize_payouts SET transaction_id ="
            f" (SELECT transaction_id FROM payments WHERE id = {A_PAYMENT})"
        ),
        "",
    ),
    ("movement_without_record", f"DELETE FROM payments WHERE id = {A_PAYMENT}", ""),
    ("movement_without_record", "DELETE FROM prize_payouts", ""),
    ("movement_without_record", f"DELETE FROM monthly_draws WHERE id = {DRAWN}", ""),
    (
        "draw_not_in_ledger",
        (
            "UPDATE monthly_draws SET pot_minor = pot_minor + 1, prize_minor = prize_minor + 1"
            " WHERE status = 'drawn'"
        ),
        "",
    ),
    (
        "draw_not_in_ledger",
        (
            "UPDATE monthly_draws SET commission_minor = commission_minor - 1,"
            " gst_minor = gst_minor + 1 WHERE status = 'drawn'"
        ),
        "",
    ),
    (
        "draw_not_in_ledger",
        "UPDATE monthly_draws SET pot_minor = 1, prize_minor = 1 WHERE status = 'open'",
        "",
    ),
    (
        "paid_out_differs",
        "UPDATE monthly_draws SET paid_out_minor = paid_out_minor + 1 WHERE status = 'drawn'",
        "",
    ),
    (
        "paid_out_differs",
        "UPDATE prize_payouts SET net_minor = 999, gross_minor = 999",
        "payout_adds_up",
    ),
    (
        "paid_out_differs",
        "UPDATE ledger_accounts SET balance_minor = balance_minor - 1 WHERE kind = 'chit_prize'",
        "",
    ),
    (
        "pot_differs_from_dues",
        "UPDATE ledger_accounts SET balance_minor = balance_minor + 1 WHERE kind = 'chit_pot'",
        "",
    ),
    (
        "pot_differs_from_dues",
        "UPDATE dues SET advanced_minor = 1 WHERE instalment = 2",
        "",
    ),
    (
        "pot_differs_from_dues",
        "UPDATE dues SET advanced_minor = 1 WHERE instalment = 1 AND advanced_minor > 0",
        "",
    ),
    ("due_not_of_payments", "UPDATE dues SET paid_minor = 1 WHERE paid_at IS NULL", ""),
    ("due_not_of_payments", "DELETE FROM payment_allocations", ""),
    ("payment_not_allocated", "UPDATE payment_allocations SET amount_minor = 1", ""),
    (
        "payment_not_allocated",
        f"DELETE FROM payment_allocations WHERE payment_id = {REVERSAL}",
        "",
    ),
    (
        "allocation_to_other_seat",
        (
            "UPDATE payment_allocations SET due_id ="
            f" (SELECT id FROM dues WHERE seat_id = {OTHER_SEAT} AND instalment = 2)"
            f" WHERE payment_id = {A_PAYMENT}"
        ),
        "",
    ),
    (
        "advance_differs",
        "UPDATE dues SET advanced_minor = advanced_minor - 1 WHERE advanced_minor > 0",
        "",
    ),
    (
        "advance_differs",
        "UPDATE ledger_accounts SET balance_minor = 0 WHERE kind = 'foreman_advance'",
        "",
    ),
    (
        "earnings_differ",
        "UPDATE ledger_accounts SET balance_minor = balance_minor + 1 WHERE kind = 'gst'",
        "",
    ),
    ("earnings_differ", "DELETE FROM ledger_accounts WHERE kind = 'commission'", ""),
    ("receipts_have_gaps", "DELETE FROM payments WHERE receipt_number = 2", ""),
    ("receipts_have_gaps", "DELETE FROM payments WHERE receipt_number = 1", ""),
    ("receipts_have_gaps", "UPDATE receipt_counters SET last_number = last_number + 1", ""),
    ("receipts_have_gaps", "DELETE FROM receipt_counters", ""),
    (
        "receipts_have_gaps",
        "UPDATE payments SET receipt_number = 1 WHERE receipt_number = 2",
        "receipt_number_once",
    ),
    (
        "draw_not_of_its_proof",
        f"UPDATE monthly_draws SET winner_seat_id = {OTHER_SEAT} WHERE status = 'drawn'",
        "",
    ),
    (
        "draw_not_of_its_proof",
        "UPDATE monthly_draws SET winner_seat_id = gen_random_uuid() WHERE status = 'drawn'",
        "",
    ),
    ("draw_not_of_its_proof", "UPDATE proofs SET status = 'locked', closed_at = NULL", ""),
    ("draw_not_of_its_proof", "DELETE FROM proof_log WHERE entry_type = 'RESULT'", ""),
    ("draw_not_of_its_proof", "UPDATE proof_log SET entry = 'no JSON'", ""),
    ("result_without_draw", "UPDATE monthly_draws SET draw_id = 'CHIT-1-' || instalment", ""),
    ("completed_group_holds_money", "UPDATE chit_groups SET status = 'completed'", ""),
    ("completed_too_early", "UPDATE chit_groups SET status = 'completed'", ""),
    ("proof_false", "UPDATE proof_entries SET client_seed = 'another phrase'", ""),
    ("proof_false", "UPDATE proof_log SET entry = 'no JSON' WHERE entry_type = 'LOCK'", ""),
    ("proof_false", "UPDATE proof_log SET entry = '7' WHERE entry_type = 'LOCK'", ""),
    ("proof_false", "UPDATE proofs SET params = 'x'", ""),
    ("proof_false", "DELETE FROM proof_log WHERE seq > 1", ""),
    ("proof_false", "DELETE FROM proofs", ""),
]


class TestAudit:
    @pytest.mark.parametrize(("code", "sql", "without"), DAMAGES)
    def test_finds(self, books, code, sql, without):
        assert code in damage(books, sql, without=without)

    def test_has_a_test_for_every_code(self):
        assert {code for code, _, _ in DAMAGES} == {*INVARIANTS, "proof_false"}

    def test_finds_money_that_moved_past_the_circle(self, books):
        with books.owner.connect() as owner:
            manager_id, group_id = owner.exec_driver_sql(
                "SELECT manager_id, id FROM chit_groups"
            ).one()
        moved((CASH, inr(-5)), (accounts.commission(manager_id), inr(5)))
        moved((CASH, inr(-5)), (accounts.chit_pot(group_id, 2), inr(5)), kind="chit_instalment")
        assert ledger.audit() == []
        assert {problem.code for problem in queries.audit()} == {
            "earnings_differ",
            "pot_differs_from_dues",
            "movement_without_record",
        }

    def test_tells_enough_to_look_the_problem_up(self, books):
        with books.owner.begin() as owner:
            owner.exec_driver_sql("SET LOCAL session_replication_role = replica")
            owner.exec_driver_sql("UPDATE receipt_counters SET last_number = 9")
        (problem,) = queries.audit()
        assert problem.code == "receipts_have_gaps"
        assert (problem.facts["last_number"], problem.facts["highest_number"]) == (9, 4)

    @pytest.mark.usefixtures("db")
    def test_reports_a_hundred_of_a_kind_at_most(self, monkeypatch):
        flood = "SELECT generate_series(1, 1000) AS due_id"
        monkeypatch.setitem(INVARIANTS, "due_not_of_payments", flood)
        assert len(queries.audit()) == 100


@pytest.mark.usefixtures("books")
class TestProofs:
    def test_a_beacon_that_the_network_did_not_sign_is_found(self, monkeypatch):
        good = a_bundle()
        forged = good["beacon"]["signature"][::-1]
        bad = a_bundle(beacon=lambda beacon: _sign(beacon, forged))
        for bundle, expected in ((good, []), (bad, ["proof_false"])):
            made = json.dumps(bundle).encode()
            monkeypatch.setattr(fairness, "bundle", lambda _, made=made: made)
            assert [problem.code for problem in queries.audit()] == expected

    def test_a_void_proof_does_not_stand_for_a_result(self, monkeypatch):
        made = json.dumps(a_bundle(void_after=1)).encode()
        monkeypatch.setattr(fairness, "bundle", lambda _: made)
        (problem,) = queries.audit()
        assert problem.code == "proof_false"


def _sign(beacon, signature):
    beacon["signature"] = signature
    beacon["randomness"] = hashlib.sha256(bytes.fromhex(signature)).hexdigest()


@pytest.mark.parametrize("policy", ["collected", "foreman_advances"])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.usefixtures("db")
def test_is_silent_after_random_circles_of_one_manager(policy, seed):
    chance = random.Random(seed)
    with clock_at():
        manager = a_manager()
        circles = [
            a_circle(
                3,
                manager=manager,
                instalment_minor=33_337,
                commission_bps=700,
                gst_bps=1800,
                short_collection=policy,
            )
            for _ in range(2)
        ]
        paid = []
        for _ in range(50):
            act(chance, chance.choice(circles), paid)
        assert queries.audit() == []
        for circle in circles:
            finish(circle)
        assert {circle.group().status for circle in circles} == {"completed"}
        assert queries.audit() == []
        assert ledger.audit() == []


def act(chance, circle, paid):
    """Do something that may be refused."""
    with suppress(LuckyChitError):
        match chance.choice(["pay"] * 5 + ["back", "draw", "job", "payout", "later"]):
            case "pay":
                amount = chance.choice([1, 777, 33_337, 66_674])
                paid.append((circle, circle.pay(chance.randint(1, 3), amount).payment_id))
            case "back" if paid:
                take_back(*chance.choice(paid))
            case "draw":
                service.conduct_draw(actor=circle.manager, group_id=circle.group_id)
            case "job":
                service.advance_draws()
            case "payout":
                circle.payout(chance.choice(circle.draws()), chance.choice([None, 1, 5000]))
            case "later":
                clock.set_start(clock.now() + timedelta(days=9))


def finish(circle):
    """Pay every due, draw every month, hand every prize over."""
    for seat in (1, 2, 3):
        owed = sum(due.amount_minor - due.paid_minor for due in circle.dues(seat))
        if owed:
            circle.pay(seat, owed)
    while circle.present().status != "drawn":
        circle.go_to_lock()
        service.advance_draws()
    for draw in circle.draws():
        if draw.paid_out.amount_minor < draw.prize.amount_minor:
            circle.payout(draw)
