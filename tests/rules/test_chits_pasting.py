import pytest

from luckychit.core.errors import InvalidInput
from luckychit.domain.chits.rules.pasting import listed_members


def read(line: str) -> tuple[str, str, int, str]:
    (listed,) = listed_members(line)
    return listed.full_name, listed.mobile_number, listed.seats, listed.problem


class TestListedMembers:
    @pytest.mark.parametrize(
        "line",
        [
            "Asha Rao, 9876543210",
            "9876543210 Asha Rao",
            "Asha Rao 98765 43210",
            "Asha Rao\t+91 98765-43210",
            "Asha Rao;9876543210",
            '"Asha Rao","9876543210"',
            "Asha Rao | 09876543210",
            "Asha Rao (98765 43210)",
            "12. Asha Rao - 9876543210",
            "3) 9876543210, Asha Rao",
            "  Asha   Rao ,, 9876543210 ",
            "Asha Rao: ९८७६५४३२१०",
        ],
    )
    def test_name_and_number_are_found(self, line):
        assert read(line) == ("Asha Rao", "+919876543210", 1, "")

    @pytest.mark.parametrize(
        "line",
        [
            "Asha Rao, 9876543210 x2",
            "Asha Rao x2 9876543210",
            "Asha Rao, 9876543210, X 2",
            "Asha Rao, 9876543210, 2x",
            "Asha Rao 9876543210 \u00d72",
            "Asha Rao 9876543210 2 seats",
            "Asha Rao, 9876543210, 2",
            "Asha Rao;9876543210;2",
            "Asha Rao\t9876543210\t2",
        ],
    )
    def test_seats_are_found(self, line):
        assert read(line) == ("Asha Rao", "+919876543210", 2, "")

    @pytest.mark.parametrize(
        ("line", "name"),
        [
            ("Xavier D'Souza 9876543210", "Xavier D'Souza"),
            ("Dr. A. K. Rao, 9876543210", "Dr. A. K. Rao"),
            ("Member 01 9876543210", "Member 01"),
            ("राम कुमार 9876543210", "राम कुमार"),
            ("Max 9876543210", "Max"),
        ],
    )
    def test_name_stays_whole(self, line, name):
        assert read(line) == (name, "+919876543210", 1, "")

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("Asha Rao", "There is no mobile number on this line."),
            ("9876543210", "There is no name on this line."),
            ("Asha Rao, 1234567890", "1234567890 is not a mobile number."),
            ("Asha Rao, 98765432101", "98765432101 is not a mobile number."),
            ("Asha Rao, 9876543210 x0", "The number of seats must be at least 1."),
            ("Asha Rao, 9876543210 " + "!" * 200, "Longer than 200 characters."),
            ("--- 9876543210 ---", "There is no name on this line."),
            ("42 9876543210", "Please write the name with letters."),
        ],
    )
    def test_problem_is_said_in_words(self, line, problem):
        assert read(line)[3] == problem

    def test_blank_lines_and_headline_are_skipped_and_line_numbers_kept(self):
        listed = listed_members("Name, Mobile\n\nAsha, 9876543210\n\nRavi, 9876543211\n")
        assert [(line.line_number, line.full_name) for line in listed] == [(3, "Asha"), (5, "Ravi")]

    def test_second_line_with_a_number_names_the_first(self):
        first, second = listed_members("Asha, 9876543210\nAsha R, +91 98765 43210")
        assert first.problem == ""
        assert second.problem == "The same number as line 1. For two seats write x2 there."

    def test_bad_line_does_not_claim_its_number(self):
        bad, good = listed_members("9876543210\nAsha, 9876543210")
        assert (bool(bad.problem), good.problem) == (True, "")

    def test_stated_seat_is_told_from_an_assumed_one(self):
        stated, assumed = listed_members("Asha, 9876543210, x1\nRavi, 9876543211")
        assert (stated.seats_stated, assumed.seats_stated) == (True, False)

    @pytest.mark.parametrize(
        "pasted",
        ["", " \n\t\n", "Name, Mobile", None, {}, ["Asha"], "A 9876543210\n" * 501, "x" * 64_001],
    )
    def test_nothing_to_read_or_too_much_is_refused(self, pasted):
        with pytest.raises(InvalidInput) as caught:
            listed_members(pasted)
        assert list(caught.value.fields) == ["pasted"]

    def test_control_characters_are_refused_in_a_name(self):
        assert read("As\u202eha, 9876543210")[3]
