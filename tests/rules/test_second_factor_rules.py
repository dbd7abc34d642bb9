"""Codes of authenticator apps and recovery codes, as pure functions."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luckychit.domain.users.rules import second_factor as rules

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2026, 12, 1, 12, 0, 7, tzinfo=UTC)
HERE = rules.step_of(NOW)


def code_of(step: int) -> str:
    return pyotp.TOTP(SECRET).generate_otp(step)


def match(code: str, *, now: datetime = NOW, last_step: int = 0) -> int | None:
    return rules.matching_step(SECRET, code, now=now, last_step=last_step)


class TestACodeOfTheApp:
    def test_is_that_of_the_standard(self):
        """RFC 6238 appendix B, SHA-1, cut to six digits."""
        secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        at = datetime.fromtimestamp(1_111_111_109, UTC)
        assert rules.matching_step(secret, "081804", now=at, last_step=0) == 1_111_111_109 // 30

    @pytest.mark.parametrize("away", [-1, 0, 1])
    def test_counts_one_step_early_and_late(self, away):
        assert match(code_of(HERE + away)) == HERE + away

    @pytest.mark.parametrize("away", [-2, 2, -100])
    def test_counts_no_further(self, away):
        assert match(code_of(HERE + away)) is None

    def test_is_never_taken_again_nor_one_before_it(self):
        assert match(code_of(HERE), last_step=HERE) is None
        assert match(code_of(HERE - 1), last_step=HERE) is None
        assert match(code_of(HERE + 1), last_step=HERE) == HERE + 1

    @given(st.text(max_size=12))
    def test_is_six_digits_and_nothing_else(self, typed):
        if not rules.CODE.fullmatch(typed):
            assert match(typed) is None

    @given(st.integers(60, 4_000_000_000))
    def test_holds_for_its_half_minute(self, seconds):
        at = datetime.fromtimestamp(seconds, UTC)
        code = code_of(rules.step_of(at))
        found = [match(code, now=at + timedelta(seconds=later), last_step=-9) for later in (0, 29)]
        assert None not in found


class TestTyping:
    @pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456"])
    def test_may_hold_blanks_and_hyphens(self, typed):
        assert rules.tidy(typed) == "123456"

    def test_of_a_recovery_code_may_be_small(self):
        assert rules.tidy("7kqm2-xwdrt") == "7KQM2XWDRT"

    @pytest.mark.parametrize("sent", [None, 7, {"a": 1}, [], "1" * 41, b"123456"])
    def test_of_anything_else_is_no_code(self, sent):
        assert rules.tidy(sent) == ""


class TestRecoveryCodes:
    def test_are_ten_and_differ(self):
        codes = rules.new_recovery_codes()
        assert len(set(codes)) == 10
        assert all(len(rules.tidy(code)) == 10 for code in codes)

    def test_are_stored_under_a_key_and_a_person(self):
        one = rules.recovery_hash("A", key=b"k", person=b"p")
        assert len(one) == 32
        assert one != rules.recovery_hash("A", key=b"k", person=b"q")
        assert one != rules.recovery_hash("A", key=b"l", person=b"p")


def test_the_app_is_told_who_and_whose():
    uri = rules.key_uri(SECRET, login="asha@example.com")
    assert uri.startswith("otpauth://totp/LuckyChit:asha%40example.com?secret=" + SECRET)
    assert "issuer=LuckyChit" in uri
