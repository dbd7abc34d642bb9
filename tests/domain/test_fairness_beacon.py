"""Posting beacons and checking bundles: anybody may, and nobody can make us work much."""

import hashlib
import json
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import pytest

from luckychit.core import errors as kinds
from luckychit.core.db import transaction
from luckychit.domain.fairness import bls, errors, operations, queries, service
from tests.helpers.bundles import ROUND, SIGNATURE, TV2, TV4, VECTORS, a_bundle, vector
from tests.helpers.draws import (
    a_commitment,
    a_draw_of_2023,
    locked,
    settled,
    voided,
    waiting_for_drand,
)
from tests.helpers.races import PATIENCE_S

DRAW_ID = "DDL-20230915"
FORGED = SIGNATURE[:-1] + ("a" if SIGNATURE[-1] != "a" else "b")


@pytest.fixture(autouse=True)
def _with_drand(db):
    with waiting_for_drand():
        yield


@pytest.fixture
def pairings(monkeypatch):
    """Count the expensive checks."""
    counted = []
    real = bls.is_signed
    monkeypatch.setattr(bls, "is_signed", lambda *args: counted.append(args) or real(*args))
    return counted


def post(signature=SIGNATURE, round_number=ROUND, draw_id=DRAW_ID):
    return service.post_beacon(draw_id=draw_id, round_number=round_number, signature=signature)


class TestPostBeacon:
    def test_anybody_brings_it_and_the_draw_has_its_result(self):
        a_draw_of_2023()
        assert settled(DRAW_ID) is None
        assert post() is True
        assert len(settled(DRAW_ID)) == 1
        report = service.verify_bundle(text=queries.bundle(DRAW_ID))
        assert (report.outcome, report.is_signature_checked) == ("drawn", True)

    def test_the_same_again_is_fine_and_costs_nothing(self, pairings):
        a_draw_of_2023()
        assert [post(), post(), post()] == [True, False, False]
        assert len(pairings) == 1
        settled(DRAW_ID)
        assert post() is False
        assert len(queries.log(DRAW_ID)) == 4

    def test_another_signature_is_refused(self):
        a_draw_of_2023()
        with pytest.raises(errors.BadSignature):
            post(FORGED)
        assert queries.proof(DRAW_ID).beacon_signature is None

    def test_after_the_beacon_another_one_is_refused_without_a_pairing(self, pairings):
        a_draw_of_2023()
        post()
        with pytest.raises(errors.BadSignature):
            post(FORGED)
        assert len(pairings) == 1

    @pytest.mark.parametrize(
        "signature", ["", SIGNATURE[:-2], SIGNATURE + "00", SIGNATURE.upper(), "z" * 96, 5, None]
    )
    def test_what_is_no_signature_is_refused_at_once(self, pairings, signature):
        a_draw_of_2023()
        with pytest.raises(kinds.InvalidInput):
            post(signature)
        assert pairings == []

    def test_every_cheap_refusal_comes_before_a_pairing(self, pairings):
        a_draw_of_2023("open", is_locked=False)
        a_draw_of_2023("void", is_locked=False)
        voided("void")
        future = a_commitment(
            "future", now=datetime(2100, 1, 1, tzinfo=UTC),
            opens_at=datetime(2100, 1, 2, tzinfo=UTC), locks_at=datetime(2100, 1, 3, tzinfo=UTC),
        )  # fmt: skip
        with transaction() as session:
            operations.lock(session, draw_id="future", entries=[], now=future.locks_at)
        with waiting_for_drand(BEACON="none"):
            a_commitment("weak")
            locked(2, "weak")
        for refusal, draw_id, number in (
            (errors.DrawNotFound, "nothing", ROUND),
            (errors.WrongRound, "open", ROUND + 1),
            (errors.NotLocked, "open", ROUND),
            (errors.DrawIsOver, "void", ROUND),
            (errors.NoBeacon, "weak", ROUND),
            (errors.RoundNotBorn, "future", future.beacon_round),
        ):
            with pytest.raises(refusal):
                post(draw_id=draw_id, round_number=number)
        assert pairings == []

    def test_only_a_few_pairings_run_at_once(self, monkeypatch):
        a_draw_of_2023()
        release, inside = threading.Event(), threading.Semaphore(0)

        def waits(*_args):
            inside.release()
            return release.wait(PATIENCE_S) and False

        monkeypatch.setattr(bls, "is_signed", waits)
        refused = []

        def tries():
            try:
                post()
            except errors.BadSignature as exc:
                refused.append(exc)

        threads = [threading.Thread(target=tries) for _ in range(service.CHECKS_AT_ONCE)]
        for thread in threads:
            thread.start()
            assert inside.acquire(timeout=PATIENCE_S)
        took_s = []
        for _ in range(5):
            began = time.monotonic()
            with pytest.raises(errors.VerifierBusy):
                post()
            with pytest.raises(errors.VerifierBusy):
                service.verify_bundle(text=b"{}")
            took_s.append(time.monotonic() - began)
        # Refused at once: strangers who wait would hold the threads of everybody's pages.
        # The quickest counts, for a busy machine keeps some waiting itself.
        assert min(took_s) < 1
        release.set()
        for thread in threads:
            thread.join()
        assert len(refused) == service.CHECKS_AT_ONCE

    def test_two_at_once_write_one_entry(self):
        a_draw_of_2023()
        together = threading.Barrier(4)
        said = []

        def brings():
            together.wait()
            said.append(service._append(DRAW_ID, ROUND, SIGNATURE))

        threads = [threading.Thread(target=brings) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(said) == [False, False, False, True]
        assert len(queries.log(DRAW_ID)) == 3

    def test_a_draw_that_changed_meanwhile_is_looked_at_again(self):
        a_draw_of_2023("open", is_locked=False)
        with transaction() as session, pytest.raises(errors.NotLocked):
            operations.append_beacon(
                session, draw_id="open", round_number=ROUND, signature=SIGNATURE,
                now=datetime(2026, 1, 1, tzinfo=UTC),
            )  # fmt: skip
        a_draw_of_2023()
        with transaction() as session, pytest.raises(errors.WrongRound):
            operations.append_beacon(
                session, draw_id=DRAW_ID, round_number=1, signature=SIGNATURE,
                now=datetime(2026, 1, 1, tzinfo=UTC),
            )  # fmt: skip

    def test_a_known_beacon_can_only_end_in_a_result(self):
        view = a_draw_of_2023()
        post()
        with pytest.raises(errors.AlreadyLocked):
            voided(DRAW_ID, now=view.beacon_at.replace(year=2026))


class TestSignature:
    def test_the_network_signed_the_recorded_round_and_no_other(self):
        signature = bytes.fromhex(SIGNATURE)
        assert bls.is_signed(ROUND, signature)
        assert not bls.is_signed(ROUND + 1, signature)

    @pytest.mark.parametrize(
        "signature",
        [b"", bytes(48), b"\xc0" + bytes(47), b"\xff" * 48, bytes.fromhex(SIGNATURE) + b"\0"],
    )
    def test_what_is_no_point_of_the_curve_is_not_a_signature(self, signature):
        assert not bls.is_signed(ROUND, signature)

    def test_a_point_outside_the_subgroup_is_refused_though_the_pairing_holds(self, monkeypatch):
        outside = bytes.fromhex(
            "87f804c3f36e34a1998e27974cc619bb84376a15010713609878da25b185ff4f"
            "713e5ac5c8652ba166b019bdf6fd75dc"
        )
        assert not bls.is_signed(ROUND, outside)
        monkeypatch.setattr(bls, "subgroup_check", lambda _point: True)
        assert bls.is_signed(ROUND, outside)


class TestTheLibrary:
    def test_its_import_does_not_let_strangers_overflow_the_stack(self):
        probe = (
            "import json, sys; before = sys.getrecursionlimit()\n"
            "import luckychit.domain.fairness.service\n"
            "assert sys.getrecursionlimit() == before\n"
            "try: json.loads('[' * 100_000)\n"
            "except RecursionError: print('refused')"
        )
        done = subprocess.run(
            [sys.executable, "-c", probe], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "refused"


class TestVerifyBundle:
    @pytest.mark.parametrize("name", [TV2, TV4])
    def test_the_vectors_are_true(self, name):
        report = service.verify_bundle(text=(VECTORS / name).read_bytes())
        assert [check.name for check in report.checks] == [
            "log", "commit", "tickets", "beacon", "result",
        ]  # fmt: skip
        assert report.is_valid
        assert report.is_weak == (name == TV4)

    def test_a_flaw_is_named_and_ends_the_checks(self):
        report = service.verify_bundle(text=json.dumps(vector(TV2) | {"n": 8}).encode())
        assert [(check.name, check.ok) for check in report.checks] == [
            ("log", True), ("commit", True), ("tickets", False),
        ]  # fmt: skip
        assert not report.is_valid

    def test_a_signature_of_another_is_found(self):
        lie = {"beacon": lambda beacon: beacon.update(signature=FORGED)}
        bundle = a_bundle(**lie)
        randomness = hashlib.sha256(bytes.fromhex(FORGED)).hexdigest()
        both = lambda beacon: beacon.update(signature=FORGED, randomness=randomness)  # noqa: E731
        assert not service.verify_bundle(text=json.dumps(bundle).encode()).is_valid
        report = service.verify_bundle(text=json.dumps(a_bundle(beacon=both)).encode())
        assert report.checks[-1].said == "the network did not sign this"

    @pytest.mark.parametrize("text", [b"", b"\xff", b"{", b"[1.5]", b"[" * 100_000])
    def test_what_is_no_file_is_refused(self, text):
        with pytest.raises(kinds.InvalidInput):
            service.verify_bundle(text=text)
