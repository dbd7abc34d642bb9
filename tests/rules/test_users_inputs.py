"""What people type, and what strangers send instead."""

import contextlib
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luckychit.core.errors import InvalidInput
from luckychit.domain.users.rules import inputs

STRANGE = [None, 7, 1.5, True, {"a": 1}, ["x"], b"text", "", "   ", "a\0b", "\ud800", "x" * 10_000]


class TestNormaliseMobile:
    @pytest.mark.parametrize(
        "typed",
        [
            "9876543210",
            "98765 43210",
            " 98765-43210 ",
            "09876543210",
            "+919876543210",
            "+91 98765 43210",
            "919876543210",
            "(98765) 43210",
            "९८७६५४३२१०",
            "98765\u00a043210",
        ],
    )
    def test_reads_the_ways_an_indian_number_is_written(self, typed):
        assert inputs.normalise_mobile(typed) == "+919876543210"

    def test_reads_a_number_abroad_with_its_country(self):
        assert inputs.normalise_mobile("+44 7400 123456") == "+447400123456"

    @pytest.mark.parametrize(
        "typed",
        [
            *STRANGE,
            "12345",
            "5876543210",
            "98765432101",
            "+91 12345 67890",
            "+999 123456789",
            "98765x43210",
            "9876543210;ext=5",
            "+1 555",
        ],
    )
    def test_refuses_what_is_no_mobile_number(self, typed):
        with pytest.raises(InvalidInput) as refused:
            inputs.normalise_mobile(typed, field="mobile_number")
        assert list(refused.value.fields) == ["mobile_number"]

    @given(st.from_regex(r"[6-9]\d{9}", fullmatch=True).filter(str.isascii))
    def test_gives_its_own_result_again(self, ten_digits):
        once = inputs.normalise_mobile(ten_digits)
        assert once == f"+91{ten_digits}"
        assert inputs.normalise_mobile(once) == once

    @given(st.text(max_size=40))
    def test_never_fails_in_another_way(self, typed):
        with contextlib.suppress(InvalidInput):
            assert inputs.normalise_mobile(typed).startswith("+")


class TestMaskMobile:
    def test_shows_country_and_last_digits(self):
        assert inputs.mask_mobile("+919876543210") == "+91 •••••43210"

    def test_hides_at_least_three_digits_of_a_short_number(self):
        assert inputs.mask_mobile("+2901234") == "+290 •••4"


class TestFullName:
    @pytest.mark.parametrize("name", ["A", "Ravi Kumar", "O'Neill", "लक्ष्मी", "李", "x" * 100])
    def test_takes_names_of_all_scripts(self, name):
        assert inputs.full_name(name) == name

    def test_takes_superfluous_blanks_away(self):
        assert inputs.full_name("  Ravi \u00a0  Kumar ") == "Ravi Kumar"

    @pytest.mark.parametrize(
        "name", [*STRANGE, "123", "...", "Ra\nvi", "Ra\tvi", "Ravi\u202egnp", "y" * 101]
    )
    def test_refuses_what_is_no_name(self, name):
        with pytest.raises(InvalidInput) as refused:
            inputs.full_name(name)
        assert list(refused.value.fields) == ["full_name"]

    @given(st.text(max_size=120))
    def test_never_fails_in_another_way(self, name):
        try:
            cleaned = inputs.full_name(name)
        except InvalidInput:
            return
        assert 1 <= len(cleaned) <= 300
        assert cleaned.encode()


class TestEmailAndUsername:
    def test_are_kept_in_lower_case(self):
        assert inputs.email(" Asha@Example.COM ") == "asha@example.com"
        assert inputs.username("Asha.K") == "asha.k"

    @pytest.mark.parametrize(
        "address", [*STRANGE, "asha", "a@b", "a@@b.in", "a b@c.in", "ä@b.in", "a@b..in", "a@b.in."]
    )
    def test_refuses_what_is_no_address(self, address):
        with pytest.raises(InvalidInput):
            inputs.email(address)

    @pytest.mark.parametrize(
        "name", [*STRANGE, "ab", "9lives", "a b c", "asha@x", "x" * 31, "ñandu"]
    )
    def test_refuses_what_is_no_username(self, name):
        with pytest.raises(InvalidInput):
            inputs.username(name)


class TestLogin:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("98765 43210", "+919876543210"),
            ("Asha@Example.com", "asha@example.com"),
            (" ASHA ", "asha"),
            ("12345", "12345"),
            ("\uff41sha", "asha"),
        ],
    )
    def test_has_one_form(self, typed, stored):
        assert inputs.login(typed) == stored

    @pytest.mark.parametrize("typed", STRANGE)
    def test_refuses_what_is_no_line(self, typed):
        with pytest.raises(InvalidInput) as refused:
            inputs.login(typed)
        assert list(refused.value.fields) == ["login"]


class TestIdentifier:
    def test_reads_an_id_as_itself_or_as_text(self):
        wanted = uuid.uuid4()
        assert inputs.identifier(wanted, field="x") == wanted
        assert inputs.identifier(str(wanted), field="x") == wanted

    @pytest.mark.parametrize("sent", [*STRANGE, "not-an-id", "0" * 37])
    def test_refuses_anything_else(self, sent):
        with pytest.raises(InvalidInput):
            inputs.identifier(sent, field="user_id")


class TestNetwork:
    @pytest.mark.parametrize(
        ("address", "counted"),
        [
            ("203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("testclient", "testclient"),
            ("", ""),
        ],
    )
    def test_counts_a_whole_ipv6_site_as_one(self, address, counted):
        assert inputs.network(address) == counted

    @pytest.mark.parametrize("sent", STRANGE)
    def test_what_the_entry_saw_is_always_storable(self, sent):
        assert len(inputs.address(sent)) <= 64
        assert len(inputs.user_agent(sent)) <= 300
        assert inputs.network(inputs.address(sent)).encode() is not None
        assert "\0" not in inputs.user_agent(sent)
