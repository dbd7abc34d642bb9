"""Two Python verifiers, written apart, must say the same of every bundle."""

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luckychit.domain.fairness import bls
from luckychit.domain.fairness.lcd1.params import QUICKNET
from tests.helpers.bundles import (
    BORN_MS,
    DRAW_ID,
    LOCKS_MS,
    OPENS_MS,
    PAGE,
    ROOT,
    ROUND,
    TV2,
    TV4,
    VECTORS,
    a_bundle,
    mutations,
    python_says,
    vector,
    verdicts,
)

page_bls = PAGE.bls


@pytest.fixture(autouse=True)
def _signatures_are_not_checked(monkeypatch):
    # Slow, and what is looked at here comes before it.
    monkeypatch.setattr(PAGE, "bls", lambda _number, _signature: "signature not checked")


def put(**values):
    return lambda thing: thing.update(values)


class TestTrueBundles:
    @given(
        count=st.integers(0, 300),
        winners=st.integers(1, 12),
        is_weak=st.booleans(),
        void_after=st.sampled_from([None, None, None, 1, 2, 3]),
        seed=st.integers(0, 2**32),
    )
    @settings(max_examples=60, deadline=None)
    def test_both_agree_on_random_draws(self, count, winners, is_weak, void_after, seed):
        bundle = a_bundle(count, winners=winners, is_weak=is_weak, void_after=void_after, seed=seed)
        # Once its outcome could be known, a draw cannot be called off.
        most = 1 if is_weak else 2
        expected = "drawn" if void_after is None else "void" if void_after <= most else "false"
        assert verdicts(bundle) == (expected, expected)
        if bundle["result"]:
            places = [winner["position"] for winner in bundle["result"]["winners"]]
            assert len(set(places)) == len(places) == min(winners, count)

    @pytest.mark.parametrize("name", [TV2, TV4])
    def test_the_shared_vectors_hold(self, name):
        assert verdicts(vector(name)) == ("drawn", "drawn")

    def test_unknown_parts_of_a_bundle_are_ignored(self):
        assert verdicts({**a_bundle(), "note": "hello"}) == ("drawn", "drawn")

    def test_a_weak_draw_is_called_weak(self):
        assert python_says(json.dumps(a_bundle(is_weak=True))).is_weak
        assert not python_says(json.dumps(a_bundle())).is_weak

    def test_the_signature_is_checked_when_it_can_be(self):
        text = json.dumps(vector(TV2))
        assert not python_says(text).is_signature_checked
        assert python_says(text, check_signature=bls.is_signed).is_signature_checked
        assert python_says(text, check_signature=lambda *_: False).outcome == "false"


class TestOneChange:
    @pytest.mark.parametrize(
        "bundle",
        [
            vector(TV2),
            vector(TV4),
            a_bundle(3, winners=2),
            a_bundle(2, is_weak=True),
            a_bundle(2, void_after=2),
            a_bundle(2, void_after=1, is_weak=True),
        ],
        ids=["tv2", "tv4", "two winners", "weak", "void after lock", "void before lock"],
    )
    def test_no_single_change_is_accepted(self, bundle):
        accepted, count = [], 0
        for what, changed in mutations(bundle):
            count += 1
            if verdicts(changed) != ("false", "false"):
                accepted.append((what, verdicts(changed)))
        # Without its list a bundle is a head, which is never a full check.
        assert accepted == [("('tickets',) -> None", ("head", "head"))]
        assert count > 1000

    def test_every_part_of_the_bundle_is_walked(self):
        walked = {what.split(" ")[0].strip("(,)'") for what, _ in mutations(a_bundle())}
        assert walked >= set(a_bundle())


def own_pick(body):
    body["winners"][0]["idx"] = (body["winners"][0]["idx"] + 1) % 5


LIES = {
    "COMMIT at the opening": {"commit_ts": OPENS_MS},
    "COMMIT after the opening": {"commit_ts": OPENS_MS + 1},
    "COMMIT with more": {"commit": put(more=1)},
    "COMMIT of other terms": {"commit": put(params_hash="0" * 64)},
    "another version of terms": {"params": put(v=2)},
    "terms without winners": {"params": put(winners=0)},
    "a negative price": {"params": put(price=-1)},
    "terms without rules": {"params": put(rules_sha256="none")},
    "a promise of another seed": {"params": put(server_seed_hash="0" * 64)},
    "a seed in capitals": {"server_seed": "AB" * 32},
    "a short seed": {"server_seed": "ab" * 31},
    "an entry before the opening": {"tickets": lambda t: t[0].update(issued_ms=OPENS_MS - 1)},
    "an entry after the lock": {"tickets": lambda t: t[0].update(issued_ms=LOCKS_MS + 1)},
    "the same entry twice": {"tickets": lambda t: t.append(t[0])},
    "an owner in capitals": {"tickets": lambda t: t[0].update(owner="AB" * 32)},
    "a phrase that is empty": {"tickets": lambda t: t[0].update(client_seed="")},
    "a phrase that is too long": {"tickets": lambda t: t[0].update(client_seed="a" * 65)},
    "a number that is empty": {"tickets": lambda t: t[0].update(ticket_id="")},
    "LOCK before its time": {"lock_ts": LOCKS_MS - 1},
    "LOCK at its time to the millisecond": {"lock_ts": LOCKS_MS},
    "LOCK when the round is born": {"lock_ts": BORN_MS},
    "LOCK after the round is born": {"lock_ts": BORN_MS + 1, "beacon_ts": BORN_MS + 2},
    "LOCK without the seed": {"lock": lambda body: body.pop("server_seed")},
    "LOCK with another seed": {"lock": put(server_seed="ab" * 32)},
    "LOCK with another count": {"lock": put(n=6)},
    "LOCK with another root": {"lock": put(root="0" * 64)},
    "LOCK with another lock hash": {"lock": put(lock_hash="0" * 64)},
    "LOCK with more": {"lock": put(more=1)},
    "BEACON before the round is born": {"beacon_ts": BORN_MS - 1},
    "BEACON of another round": {"beacon": put(round=ROUND + 1)},
    "BEACON of other randomness": {"beacon": put(randomness="0" * 64)},
    "a promise of another round": {"params": put(beacon=QUICKNET.params(ROUND + 1))},
    "a promise of a past round": {"params": put(beacon=QUICKNET.params(ROUND - 30))},
    "another chain": {"params": put(beacon=QUICKNET.params(ROUND) | {"chain": "0" * 64})},
    "another key": {"params": put(beacon=QUICKNET.params(ROUND) | {"pk": "0" * 192})},
    "another period": {"params": put(beacon=QUICKNET.params(ROUND) | {"period": 30})},
    "another genesis": {"params": put(beacon=QUICKNET.params(ROUND) | {"genesis": 1})},
    "another scheme": {"params": put(beacon=QUICKNET.params(ROUND) | {"scheme": "mine"})},
    "RESULT with another pick": {"result": own_pick},
    "RESULT with another mix": {"result": put(client_seed="0" * 64)},
    "RESULT without winners": {"result": put(winners=[])},
    "RESULT with more": {"result": put(more=1)},
    "time that goes back": {"result_ts": BORN_MS - 1},
    "a log of another draw": {"log_draw_id": DRAW_ID + "-2"},
    "a result of the file alone": {"stated": {"client_seed": "0" * 64, "winners": []}},
}
WEAK_LIES = {
    "LOCK before its time": {"lock_ts": LOCKS_MS - 1},
    "LOCK with the seed": {"lock": put(server_seed="ab" * 32)},
    "REVEAL of another seed": {"reveal": put(server_seed="ab" * 32)},
    "REVEAL with more": {"reveal": put(more=1)},
    "RESULT with another pick": {"result": own_pick},
}


class TestLiesThatHangTogether:
    """Every hash is right; only the rule itself can catch them."""

    @pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
    def test_a_lie_with_a_beacon_is_refused(self, lie):
        assert verdicts(a_bundle(**lie)) == ("false", "false")

    @pytest.mark.parametrize("lie", WEAK_LIES.values(), ids=WEAK_LIES)
    def test_a_lie_without_a_beacon_is_refused(self, lie):
        assert verdicts(a_bundle(is_weak=True, **lie)) == ("false", "false")

    def test_the_builder_itself_tells_the_truth(self):
        edges = {"commit_ts": OPENS_MS - 1, "lock_ts": LOCKS_MS + 1, "beacon_ts": BORN_MS}
        assert verdicts(a_bundle(**edges)) == ("drawn", "drawn")
        assert verdicts(a_bundle(is_weak=True, lock_ts=LOCKS_MS)) == ("drawn", "drawn")

    def test_a_called_off_draw_never_has_a_result(self):
        bundle = a_bundle(void_after=2)
        bundle["result"] = a_bundle()["result"]
        assert verdicts(bundle) == ("false", "false")

    def test_a_known_outcome_cannot_be_called_off(self):
        # Else the operator looks at the winner first, and draws again until it suits.
        assert verdicts(a_bundle(void_after=3)) == ("false", "false")
        assert verdicts(a_bundle(void_after=3, is_weak=True)) == ("false", "false")
        assert verdicts(a_bundle(void_after=2, is_weak=True)) == ("false", "false")

    def test_a_closed_list_waits_a_day_for_its_round(self):
        day = BORN_MS + 86_400_000
        assert verdicts(a_bundle(void_after=2, void_ts=day - 1)) == ("false", "false")
        assert verdicts(a_bundle(void_after=2, void_ts=day)) == ("void", "void")

    def test_nothing_follows_a_result(self):
        assert verdicts(a_bundle(void_after=4)) == ("false", "false")

    @pytest.mark.parametrize("kept", [1, 2, 3])
    def test_a_log_that_stops_early_is_not_a_result(self, kept):
        bundle = a_bundle()
        bundle["log"] = bundle["log"][:kept]
        assert verdicts(bundle) == ("false", "false")

    def test_the_same_entry_written_another_way_is_refused(self):
        for change in (('"n":5', '"n": 5'), ('"n":5', '"n":5,"n":5'), ('"n":5', '"n":5.0')):
            bundle = a_bundle()
            line = bundle["log"][1]
            assert change[0] in line["entry"]
            line["entry"] = line["entry"].replace(*change)
            _rechain(bundle)
            assert verdicts(bundle) == ("false", "false")

    def test_a_file_that_names_a_part_twice_is_refused(self):
        text = json.dumps(a_bundle())
        assert verdicts(text) == ("drawn", "drawn")
        assert verdicts(text.replace('{"v": 1', '{"v": 1, "v": 1', 1)) == ("false", "false")

    @pytest.mark.parametrize("text", ["", "[]", "null", "1", '"x"', "{", "{}", "[" * 5000])
    def test_what_is_no_bundle_is_refused(self, text):
        assert verdicts(text) == ("false", "false")


def _rechain(bundle):
    previous = bytes(32)
    for seq, line in enumerate(bundle["log"]):
        entry_hash = PAGE.sha256(line["entry"].encode()).digest()
        previous = PAGE.tagged(b"log", seq.to_bytes(8, "big"), previous, entry_hash)
        line["hash"] = previous.hex()


class TestWitnesses:
    def test_a_draw_made_again_fails_against_the_hashes_that_were_seen(self):
        seen, other = a_bundle(5, seed=1), a_bundle(5, seed=2)
        commit, lock = (seen["log"][seq]["hash"] for seq in (0, 1))
        assert verdicts(seen, commit_hash=commit, lock_hash=lock) == ("drawn", "drawn")
        assert verdicts(seen, commit_hash=commit.upper() + "\n") == ("drawn", "drawn")
        assert verdicts(other) == ("drawn", "drawn")
        assert verdicts(other, commit_hash=commit) == ("false", "false")
        assert verdicts(other, lock_hash=lock) == ("false", "false")

    def test_a_lock_that_was_seen_cannot_vanish_into_a_void(self):
        lock = a_bundle(5)["log"][1]["hash"]
        assert verdicts(a_bundle(5, void_after=1), lock_hash=lock) == ("false", "false")

    def test_a_ticket_must_be_in_the_list(self):
        assert verdicts(a_bundle(5), ticket_id=f"{DRAW_ID}-00005") == ("drawn", "drawn")
        assert verdicts(a_bundle(5), ticket_id=f"{DRAW_ID}-00006") == ("false", "false")


class TestThePageAsAProgram:
    """Runs verify.py as a stranger does: isolated, standard library only."""

    def run(self, *args):
        program = [sys.executable, "-I", "-S", str(ROOT / "assets" / "verify.py"), *map(str, args)]
        return subprocess.run(program, capture_output=True, text=True, check=False)

    def test_it_says_yes_in_words_and_exits_with_0(self):
        done = self.run(VECTORS / TV2, "--ticket", "DDL-20230915-00004")
        assert (done.returncode, done.stderr) == (0, "")
        assert "place 4 of 7, DDL-20230915-00004" in done.stdout
        assert "NOT CHECKED HERE" in done.stdout

    def test_it_prints_the_weak_mode(self):
        done = self.run(VECTORS / TV4)
        assert done.returncode == 0
        assert "WEAK" in done.stdout

    def test_it_says_no_and_exits_with_1(self, tmp_path):
        bad = tmp_path / "bad.json"
        bad.write_text(json.dumps(vector(TV2) | {"n": 8}))
        for args in ([bad], [VECTORS / TV2, "--commit", "0" * 64], [tmp_path / "none"]):
            done = self.run(*args)
            assert done.returncode == 1
            assert done.stderr.startswith("FALSE: ")

    def test_it_calls_a_void_draw_void(self, tmp_path):
        file = tmp_path / "void.json"
        file.write_text(json.dumps(a_bundle(void_after=1)))
        done = self.run(file)
        assert done.returncode == 0
        assert "VOID, nobody won: held over" in done.stdout

    def test_it_knows_the_arithmetic_of_the_first_plans(self, tmp_path):
        assert self.run(VECTORS / "legacy.json", "--legacy").returncode == 0
        rows = vector("legacy.json")
        for name in ("hash", "index", "server_seed_hash", "client_seed", "nonce", "n"):
            wrong = tmp_path / "wrong.json"
            wrong.write_text(json.dumps([{**rows[0], name: "1"}]))
            assert self.run(wrong, "--legacy").returncode == 1

    def test_it_stays_one_short_page_of_the_standard_library(self):
        text = (ROOT / "assets" / "verify.py").read_text()
        assert len(text.splitlines()) < 150

    def test_its_own_signature_check_works_where_the_library_is(self):
        signature = bytes.fromhex(vector(TV2)["beacon"]["signature"])
        assert "checked: it is the network's" in page_bls(ROUND, signature)
        with pytest.raises(ValueError, match="not signed"):
            page_bls(ROUND + 1, signature)
