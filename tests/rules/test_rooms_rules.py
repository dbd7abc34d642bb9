from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luckychit.core.errors import InvalidInput
from luckychit.domain.rooms import rules
from luckychit.domain.rooms.rules import RoomStatus

CODES = st.text(alphabet=rules.CODE_ALPHABET, min_size=6, max_size=10)
NOW = datetime(2027, 1, 1, tzinfo=UTC)


def terms(**changed):
    asked = {"name": "Friday room", "price_minor": 500, "max_participants": 50} | changed
    return rules.checked_terms(**asked)


class TestCode:
    def test_has_no_letter_that_is_taken_for_a_digit(self):
        assert len(rules.CODE_ALPHABET) == len(set(rules.CODE_ALPHABET)) == 32
        assert not set("IO01") & set(rules.CODE_ALPHABET)

    def test_is_eight_characters_of_the_alphabet_and_uses_all_of_it(self):
        codes = [rules.new_code() for _ in range(400)]
        assert {len(code) for code in codes} == {8}
        assert len(set(codes)) == 400
        assert set("".join(codes)) == set(rules.CODE_ALPHABET)

    @given(CODES)
    def test_is_found_however_it_is_typed(self, code):
        halves = (code[:4], code[4:])
        for typed in (
            code,
            code.lower(),
            f"  {code}\n",
            "-".join(halves),
            " ".join(code),
            f"{halves[0].lower()} \u2013 {halves[1]}".replace("\u2013", "-"),
        ):
            assert rules.normalised_code(typed) == code

    @given(st.one_of(st.text(max_size=60), st.none(), st.integers(), st.binary(), st.lists(CODES)))
    def test_whatever_is_sent_gives_a_code_or_nothing(self, typed):
        found = rules.normalised_code(typed)
        assert found is None or (6 <= len(found) <= 10 and set(found) <= set(rules.CODE_ALPHABET))

    @pytest.mark.parametrize(
        "typed",
        ["", "ABCDE", "ABCDEFGHJKL", "ABCDEFG0", "ABCDEFGI", "ABCD\x002345", "ABCD2345" * 9],
    )
    def test_what_cannot_be_one_is_none(self, typed):
        assert rules.normalised_code(typed) is None

    def test_a_letter_of_another_script_never_becomes_one_of_ours(self):
        assert rules.normalised_code("abcdefg\u00df") is None
        assert rules.normalised_code("\uff21BCDEFGH") is None

    @given(CODES)
    def test_names_the_draw(self, code):
        assert rules.draw_id_of(code) == f"LOBBY-{code}"


class TestTerms:
    @given(
        name=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=100),
        price=st.integers(1, 10**7),
        places=st.integers(2, 50),
    )
    def test_within_the_bounds_are_taken_as_given(self, name, price, places):
        assert terms(name=f" {name}"[:100], price_minor=price, max_participants=places) == (
            rules.Terms(f" {name}"[:100].strip(), price, places)
        )

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            *[("name", value) for value in ("", "   ", "x" * 101, "a\x00b", "a\u202eb", None, 7)],
            *[("price_minor", value) for value in (0, -1, 10**7 + 1, 1.0, True, "5", None)],
            *[("max_participants", value) for value in (1, 51, 0, -2, 2.0, True, "2", None)],
        ],
    )
    def test_each_wrong_field_is_named(self, field, value):
        with pytest.raises(InvalidInput) as refused:
            terms(**{field: value})
        assert list(refused.value.fields) == [field]

    def test_all_wrong_fields_are_named_together(self):
        with pytest.raises(InvalidInput) as refused:
            terms(name="", price_minor=0, max_participants=1)
        assert set(refused.value.fields) == {"name", "price_minor", "max_participants"}


class TestKey:
    @given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=80))
    def test_is_one_to_eighty_plain_characters(self, key):
        assert rules.checked_key(key) == key

    @pytest.mark.parametrize("key", ["", "x" * 81, "a\nb", "\u00e9", None, 5, b"key"])
    def test_nothing_else_is(self, key):
        with pytest.raises(InvalidInput):
            rules.checked_key(key)


class TestStatus:
    @pytest.mark.parametrize(
        ("draw_status", "is_started", "is_due", "status"),
        [
            ("open", False, False, RoomStatus.WAITING),
            ("open", False, True, RoomStatus.WAITING),
            ("open", True, False, RoomStatus.STARTING),
            ("open", True, True, RoomStatus.LOCKED),
            ("locked", True, True, RoomStatus.LOCKED),
            ("drawn", True, True, RoomStatus.DRAWN),
            ("void", False, False, RoomStatus.VOID),
            ("void", True, True, RoomStatus.VOID),
        ],
    )
    def test_follows_from_the_draw_and_the_start(self, draw_status, is_started, is_due, status):
        found = rules.status_of(
            draw_status=draw_status,
            started_at=NOW - timedelta(minutes=1) if is_started else None,
            locks_at=NOW if is_due else NOW + timedelta(milliseconds=1),
            now=NOW,
        )
        assert found is status

    @pytest.mark.parametrize(
        ("draw_status", "has_ticket", "is_winner", "outcome"),
        [
            ("open", True, False, "waiting"),
            ("locked", True, False, "waiting"),
            ("drawn", True, True, "won"),
            ("drawn", True, False, "lost"),
            ("void", True, False, "refunded"),
            ("drawn", False, False, ""),
            ("open", False, False, ""),
        ],
    )
    def test_tells_what_became_of_a_ticket(self, draw_status, has_ticket, is_winner, outcome):
        found = rules.outcome_of(
            draw_status=draw_status, has_ticket=has_ticket, is_winner=is_winner
        )
        assert found == outcome


def test_the_rules_in_words_name_every_term():
    said = rules.rules_text(price_minor=4321, fee_bps=765, max_participants=13, currency="USD")
    for term in ("4321", "765", "13", "USD", "the host by the same rules"):
        assert term in said
