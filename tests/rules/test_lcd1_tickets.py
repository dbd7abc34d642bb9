"""Files of one ticket, and heads: what they show, and what they must not pass for."""

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.bundles import (
    DRAW_ID,
    LOCKS_MS,
    OPENS_MS,
    PAGE,
    ROOT,
    TV2,
    TV4,
    a_bundle,
    a_head,
    a_ticket_file,
    mutations,
    owned_by,
    python_says,
    vector,
    verdicts,
)

ME = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
DRAWN, FALSE = ("drawn", "drawn"), ("false", "false")


@pytest.fixture(autouse=True)
def _signatures_are_not_checked(monkeypatch):
    monkeypatch.setattr(PAGE, "bls", lambda _number, _signature: "signature not checked")


def my_file(place=2, count=5, **changed):
    return a_ticket_file(a_bundle(count, tickets=owned_by(ME, place), **changed), place, user_id=ME)


def winning_place(bundle):
    return bundle["result"]["winners"][0]["position"]


class TestTicketFiles:
    @given(
        count=st.integers(1, 130),
        winners=st.integers(1, 4),
        is_weak=st.booleans(),
        is_void=st.booleans(),
        data=st.data(),
    )
    @settings(max_examples=60, deadline=None)
    def test_every_ticket_of_a_draw_has_a_true_file(self, count, winners, is_weak, is_void, data):
        void_after = 2 if is_void and not is_weak else None
        bundle = a_bundle(count, winners=winners, is_weak=is_weak, void_after=void_after)
        index = data.draw(st.integers(0, count - 1))
        said = verdicts(a_ticket_file(bundle, index))
        assert said == (("void", "void") if void_after else DRAWN)

    def test_it_says_which_of_how_many_and_whose(self):
        report = python_says(json.dumps(my_file(2, 5)))
        assert report.scope == "ticket"
        step = next(check for check in report.checks if check.name == "tickets")
        assert f"{DRAW_ID}-00003 is number 3 of 5 in the list that was locked" in step.said
        assert ME in step.said

    def test_the_file_of_a_winner_and_that_of_a_loser_name_the_same_winner(self):
        bundle = a_bundle(9)
        for index in range(9):
            assert verdicts(a_ticket_file(bundle, index)) == DRAWN
        won = winning_place(bundle)
        for file in (a_ticket_file(bundle, won), a_ticket_file(bundle, (won + 1) % 9)):
            assert verdicts(file, ticket_id=file["ticket"]["ticket_id"]) == DRAWN
            assert verdicts(file, ticket_id=f"{DRAW_ID}-00099") == FALSE

    def test_witnesses_are_compared(self):
        file, other = my_file(seed=1), my_file(seed=2)
        commit, lock = (file["log"][seq]["hash"] for seq in (0, 1))
        assert verdicts(file, commit_hash=commit, lock_hash=lock) == DRAWN
        assert verdicts(other, lock_hash=lock) == FALSE

    @pytest.mark.parametrize(
        "file",
        [
            my_file(2, 5),
            my_file(0, 2, is_weak=True),
            my_file(1, 2, void_after=2),
            my_file(0, 1),
            a_ticket_file(vector(TV2), 3),
            a_ticket_file(vector(TV4), 0),
        ],
        ids=["five", "weak", "void", "alone", "winner of tv2", "tv4"],
    )
    def test_no_single_change_is_accepted(self, file):
        accepted, count = [], 0
        for what, changed in mutations(file):
            count += 1
            if verdicts(changed) != FALSE:
                accepted.append(what)
        # Who does not show the opening shows less, but nothing false.
        assert accepted == (["('opening',) removed"] if "opening" in file else [])
        assert count > 1000

    def test_an_opening_of_another_person_is_refused(self):
        file = my_file()
        for opening in (
            {**file["opening"], "user_id": ME[:-1] + "0"},
            {**file["opening"], "salt": "0" * 32},
            {**file["opening"], "salt": file["opening"]["salt"].upper()},
            {**file["opening"], "more": 1},
            {},
            None,
        ):
            assert verdicts({**file, "opening": opening}) == FALSE

    @pytest.mark.parametrize(
        "lie",
        [
            {"issued_ms": OPENS_MS - 1},
            {"issued_ms": LOCKS_MS + 1},
            {"client_seed": ""},
            {"client_seed": "a" * 65},
            {"ticket_id": ""},
            {"owner": "AB" * 32},
        ],
    )
    def test_an_unfit_entry_is_refused_though_its_path_is_right(self, lie):
        bundle = a_bundle(5, tickets=lambda listed: listed[1].update(lie))
        assert verdicts(a_ticket_file(bundle, 1)) == FALSE
        # Which also is why one file cannot speak for the whole list.
        assert verdicts(a_ticket_file(bundle, 2)) == DRAWN

    def test_a_place_or_path_of_another_entry_is_refused(self):
        bundle = a_bundle(9)
        file = a_ticket_file(bundle, 4)
        for index in (*range(-1, 4), *range(5, 12), 2**32, True, None, "4", 4.0):
            assert verdicts({**file, "index": index}) == FALSE
        for other in range(9):
            if other != 4:
                path = a_ticket_file(bundle, other)["path"]
                assert verdicts({**file, "path": path}) == FALSE
        for path in (file["path"][1:], file["path"][:-1], file["path"][::-1], [], None, {}, "00"):
            assert verdicts({**file, "path": path}) == FALSE

    def test_a_list_without_entries_has_no_place(self):
        bundle = a_bundle(0)
        file = a_ticket_file({**bundle, "tickets": a_bundle(1)["tickets"]}, 0)
        assert verdicts(file) == FALSE

    def test_a_draw_called_off_before_its_lock_has_no_places(self):
        bundle = a_bundle(1, void_after=1)
        file = a_ticket_file({**bundle, "tickets": a_bundle(1)["tickets"]}, 0)
        assert verdicts(file) == FALSE

    def test_a_result_that_names_another_ticket_for_the_winning_place_is_refused(self):
        def renamed(body):
            body["winners"][0]["ticket_id"] = f"{DRAW_ID}-00099"

        honest = a_bundle(5)
        lie = a_bundle(5, result=renamed, stated=_with_name(honest, f"{DRAW_ID}-00099"))
        won = winning_place(honest)
        assert verdicts(lie) == FALSE
        assert verdicts(a_ticket_file(lie, won)) == FALSE
        # The file of another ticket cannot tell.
        assert verdicts(a_ticket_file(lie, (won + 1) % 5)) == DRAWN

    def test_a_result_that_gives_my_number_to_another_place_is_refused(self):
        honest = a_bundle(5)
        mine = (winning_place(honest) + 1) % 5
        name = honest["tickets"][mine]["ticket_id"]
        lie = a_bundle(
            5,
            result=lambda body: body["winners"][0].update(ticket_id=name),
            stated=_with_name(honest, name),
        )
        assert verdicts(a_ticket_file(lie, mine)) == FALSE


def _with_name(bundle, name):
    winner = {**bundle["result"]["winners"][0], "ticket_id": name}
    return {**bundle["result"], "winners": [winner]}


class TestHeads:
    @pytest.mark.parametrize(
        "bundle",
        [
            vector(TV2),
            a_bundle(0),
            a_bundle(5, winners=3),
            a_bundle(5, is_weak=True),
            a_bundle(5, void_after=1),
            a_bundle(5, void_after=2),
        ],
        ids=["tv2", "empty", "three winners", "weak", "void before lock", "void after lock"],
    )
    def test_a_head_holds_but_is_never_a_full_check(self, bundle):
        assert verdicts(a_head(bundle)) == ("head", "head")
        report = python_says(json.dumps(a_head(bundle)))
        assert not report.is_valid
        assert report.scope == "head"
        assert all(check.ok for check in report.checks)

    @pytest.mark.parametrize(
        "bundle", [vector(TV2), a_bundle(2, winners=2), a_bundle(2, is_weak=True)]
    )
    def test_no_single_change_of_a_head_is_accepted(self, bundle):
        said = {what: verdicts(made) for what, made in mutations(a_head(bundle))}
        assert {what for what, verdict in said.items() if verdict != FALSE} == set()

    def test_it_has_no_list_to_find_a_ticket_in(self):
        bundle = a_bundle(5)
        won = bundle["result"]["winners"][0]["ticket_id"]
        assert verdicts(a_head(bundle), ticket_id=won) == FALSE

    def test_another_count_is_refused_without_work(self):
        for count in (0, 4, 6, 2**32 - 1, 2**32):
            assert verdicts({**a_head(a_bundle(5)), "n": count}) == FALSE

    def test_a_pick_without_an_end_is_refused(self):
        bundle = a_bundle(5, params=lambda params: params.update(winners=2**40))
        assert verdicts(bundle) == DRAWN
        endless = {**a_head(bundle), "n": 2**32 - 1}
        assert verdicts(endless) == FALSE


class TestThePageAsAProgram:
    def run(self, tmp_path, file):
        at = tmp_path / "file.json"
        at.write_text(json.dumps(file))
        program = [sys.executable, "-I", "-S", str(ROOT / "assets" / "verify.py"), str(at)]
        return subprocess.run(program, capture_output=True, text=True, check=False)

    def test_a_ticket_file_is_told_in_words(self, tmp_path):
        done = self.run(tmp_path, my_file(2, 5))
        assert (done.returncode, done.stderr) == (0, "")
        assert f"5 entries, number 3 of them is {DRAW_ID}-00003, of {ME}" in done.stdout

    def test_a_head_exits_with_1_and_says_why(self, tmp_path):
        done = self.run(tmp_path, a_head(vector(TV2)))
        assert done.returncode == 1
        assert "NOT IN THIS FILE" in done.stdout
        assert done.stderr.startswith("NO FULL CHECK")
