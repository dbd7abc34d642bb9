"""The sealed form of an entry: pinned, so that an old trail can be checked for ever."""

import ast
import hashlib
import json
import re
import string
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luckychit.domain.audit import rules, words
from luckychit.domain.audit.rules import GENESIS, START, Seal
from luckychit.domain.audit.views import TrailEntry

ROOT = Path(__file__).resolve().parents[2] / "luckychit"
ASHA, RAVI = uuid.UUID(int=1), uuid.UUID(int=2)
ENTRY = {
    "id": 7,
    "written_in": 1234,
    "action": "chits.payment_recorded",
    "actor_id": ASHA,
    "actor_role": "manager",
    "subject_kind": "payment",
    "subject_id": "p1",
    "owner_id": RAVI,
    "manager_id": None,
    "facts": {"seat_number": 3, "amount_minor": 500_000, "currency": "INR", "note": 'a "रु" \n'},
    "address": "203.0.113.7",
    "request_id": "r1",
    "happened_at": datetime(2026, 11, 21, 12, 30, 0, 123456, tzinfo=UTC),
}
PINNED = (
    '{"action":"chits.payment_recorded","actor_id":"00000000-0000-0000-0000-000000000001",'
    '"actor_role":"manager","address":"203.0.113.7",'
    '"facts":{"amount_minor":500000,"currency":"INR","note":"a \\"रु\\" \\n","seat_number":3},'
    '"form":"luckychit-audit-1","happened_at":1795264200123456,"id":7,"manager_id":null,'
    '"owner_id":"00000000-0000-0000-0000-000000000002","request_id":"r1","seq":1,'
    '"subject_id":"p1","subject_kind":"payment","written_in":1234}'
)
OTHER = {
    "id": 8,
    "written_in": 1,
    "action": "x",
    "actor_id": RAVI,
    "actor_role": "x",
    "subject_kind": "x",
    "subject_id": "x",
    "owner_id": None,
    "manager_id": ASHA,
    "facts": {},
    "address": "",
    "request_id": "",
    "happened_at": datetime(2026, 11, 21, tzinfo=UTC),
}
FACTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(string.ascii_lowercase), inner),
    max_leaves=10,
)


class TestForm:
    def test_is_pinned_to_the_byte(self):
        assert rules.document(ENTRY, 1).decode() == PINNED
        assert hashlib.sha256(b"luckychit-audit-1").digest() == GENESIS
        sealed = rules.sealed(START, ENTRY)
        assert sealed == Seal(1, hashlib.sha256(GENESIS + PINNED.encode()).digest())

    @pytest.mark.parametrize("field", OTHER)
    def test_covers_every_column(self, field):
        changed = ENTRY | {field: OTHER[field]}
        assert rules.sealed(START, changed).hash != rules.sealed(START, ENTRY).hash

    def test_covers_the_place_and_everything_before(self):
        one = rules.sealed(START, ENTRY)
        assert rules.sealed(Seal(1, one.hash), ENTRY).hash != one.hash
        assert rules.sealed(Seal(0, one.hash), ENTRY).hash != one.hash

    @given(FACTS)
    def test_says_different_facts_differently(self, facts):
        assert rules.is_plain(facts)
        said = json.loads(rules.document(ENTRY | {"facts": {"f": facts}}, 1))
        assert said["facts"]["f"] == facts

    @pytest.mark.parametrize("fact", [1.5, float("nan"), b"x", {1: 2}, [0.5], {"a": {"b": 1.0}}])
    def test_has_no_place_for_what_has_two_spellings(self, fact):
        assert not rules.is_plain(fact)


class TestHead:
    def test_is_read_as_it_is_printed(self):
        head = rules.sealed(START, ENTRY)
        assert rules.read_seal(f" {str(head).upper()}\n") == head

    @pytest.mark.parametrize("typed", ["", "1", "1:ff", "x:" + "0" * 64, "-1:" + "0" * 64])
    def test_anything_else_is_none(self, typed):
        assert rules.read_seal(typed) is None


def texts_of(path: Path) -> set[str]:
    """Every text written in a module."""
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def elsewhere() -> set[str]:
    """Every text of the source, but for the trail's own and the names of columns."""
    found: set[str] = set()
    for path in ROOT.rglob("*.py"):
        if path.parent.name != "audit" and path.name != "models.py":
            found |= texts_of(path)
    return found


def recorded_actions() -> set[str]:
    """Every action that the source gives to record(), however it comes there."""
    slices = "|".join(path.name for path in (ROOT / "domain").iterdir() if path.is_dir())
    action = re.compile(rf"(?:{slices})\.[a-z_]+[a-z]")
    return {text for text in elsewhere() if action.fullmatch(text)} - error_codes()


def error_codes() -> set[str]:
    """What the errors of the slices are called; they look the same."""
    codes = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "code":
                codes.add(getattr(node.value, "value", ""))
    return codes


def an_entry(action="chits.payment_recorded", **changes):
    fields = {
        "id": 1,
        "action": action,
        "happened_at": ENTRY["happened_at"],
        "actor_id": ASHA,
        "actor_name": "Asha",
        "actor_role": "manager",
        "subject_kind": "payment",
        "subject_id": "p1",
        "owner_id": RAVI,
        "owner_name": "Ravi",
        "manager_id": ASHA,
        "manager_name": "Asha",
        "facts": {
            "amount_minor": 500_000,
            "currency": "INR",
            "seat_number": 3,
            "group": "Lakshmi",
            "receipt_number": 12,
        },
        "address": "",
        "request_id": "",
        "seq": 1,
        "seal": "",
    }
    return TrailEntry(**fields | changes)


class TestWords:
    def test_every_recorded_action_has_a_sentence(self):
        recorded = recorded_actions()
        assert "users.one_time_password_renewed" in recorded
        assert "chits.draw_conducted" in recorded  # from a table, not a call
        assert recorded - set(words.SENTENCES) == set()

    def test_every_sentence_is_of_an_action_that_is_recorded(self):
        assert set(words.SENTENCES) - elsewhere() == set()

    def test_says_who_what_and_how_much(self):
        assert words.sentence(an_entry()) == (
            "Asha recorded a payment of ₹5,000 for seat 3 of Lakshmi, receipt 12"
        )
        assert words.sentence(an_entry(), ASHA).startswith("You recorded")
        renewed = an_entry("users.one_time_password_renewed", facts={})
        assert words.sentence(renewed, RAVI) == "Asha made a new one-time password for you"

    def test_names_the_system_and_visitors(self):
        drawn = an_entry(
            "lottery.day_drawn",
            actor_id=None,
            actor_name="",
            actor_role="system",
            facts={"ticket_id": "DDL-20261121-00001", "prize_minor": 950, "currency": "USD"},
        )
        assert words.sentence(drawn) == "Ticket DDL-20261121-00001 won $9.50"
        assert words.actor_words(drawn) == "The system"

    def test_an_unknown_action_and_missing_facts_still_read(self):
        assert words.sentence(an_entry("later.thing_done", facts={})) == "Asha: later, thing done"
        assert "\N{EN DASH}" in words.sentence(an_entry(facts={}))

    @pytest.mark.parametrize("value", ["{actor}", "{0}", "{x.__class__}"])
    def test_a_fact_is_never_a_template(self, value):
        said = words.sentence(an_entry("chits.group_started", facts={"group": value}))
        assert value in said
