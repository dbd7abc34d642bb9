"""Access tokens that we did not make, or not so, name nobody; refresh tokens follow each other."""

import base64
import hashlib
import hmac
import json
import uuid
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luckychit.domain.users.rules import sessions, tokens
from luckychit.domain.users.rules.tokens import Access

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
ISSUER = "https://luckychit.example"
NOW = datetime(2027, 3, 1, 6, tzinfo=UTC)
WHO = Access(uuid.UUID(int=1), uuid.UUID(int=2))
TOKEN_ID = uuid.UUID(int=3)
HEADER_NAMES = ("alg", "typ", "kid", "crit", "b64", "jku", "jwk", "x5c", "cty")
HEADER_VALUES = st.one_of(
    st.sampled_from(["HS256", "HS512", "RS256", "EdDSA", "none", "", ["b64"], [5], {}]),
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
)


def made(*, key=KEY, issuer=ISSUER, now=NOW) -> str:
    return tokens.access_token(WHO, key=key, issuer=issuer, token_id=TOKEN_ID, now=now)


def read(token, *, now=NOW):
    return tokens.read_access(token, key=KEY, issuer=ISSUER, now=now)


def claims_of(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


def signed(claims: dict, *, key=KEY, algorithm="HS256", headers=None) -> str:
    """Sign any claims: what a forger would do who had the key, or a bug of ours."""
    return jwt.encode(claims, key, algorithm=algorithm, headers=headers)


def as_part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class TestAccessTokens:
    def test_say_whom_they_name(self):
        assert read(made()) == WHO
        assert claims_of(made()) == {
            "iss": ISSUER,
            "aud": "luckychit-api",
            "sub": str(WHO.user_id),
            "sid": str(WHO.session_id),
            "iat": int(NOW.timestamp()),
            "exp": int(NOW.timestamp()) + 600,
            "jti": str(TOKEN_ID),
            "typ": "access",
        }

    @given(st.integers(min_value=0, max_value=599))
    def test_hold_for_ten_minutes(self, seconds):
        assert read(made(), now=NOW + timedelta(seconds=seconds)) == WHO

    @given(st.integers(min_value=600, max_value=10**9))
    def test_hold_no_longer(self, seconds):
        assert read(made(), now=NOW + timedelta(seconds=seconds)) is None

    def test_of_the_future_are_refused_but_for_clocks_that_differ_a_little(self):
        assert read(made(), now=NOW - timedelta(seconds=60)) == WHO
        assert read(made(), now=NOW - timedelta(seconds=61)) is None

    def test_of_another_key_or_address_name_nobody(self):
        assert read(made(key=OTHER_KEY)) is None
        assert read(made(issuer="https://luckychit.example.evil.example")) is None

    @pytest.mark.parametrize("claim", tokens.CLAIMS)
    def test_without_one_of_their_claims_name_nobody(self, claim):
        whole = claims_of(made())
        assert read(signed(whole)) == WHO
        del whole[claim]
        assert read(signed(whole)) is None

    @pytest.mark.parametrize(
        ("claim", "wrong"),
        [
            ("aud", "another-api"),
            ("aud", ["luckychit-api"]),
            ("aud", None),
            ("iss", [ISSUER]),
            ("iss", ""),
            ("typ", "refresh"),
            ("typ", None),
            ("sub", "1"),
            ("sid", "nobody"),
            ("sid", 2),
            ("sid", None),
            ("sid", ["00000000-0000-0000-0000-000000000002"]),
            ("jti", 3),
            ("iat", "now"),
            ("iat", True),
            ("exp", "never"),
            ("exp", 1e300),
            ("exp", None),
            ("exp", True),
        ],
    )
    def test_with_a_claim_of_another_kind_name_nobody(self, claim, wrong):
        whole = claims_of(made())
        # The library would not write some of these; it must not read them either.
        head, _, _ = made().split(".")
        body = as_part({**whole, claim: wrong})
        key = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
        mark = base64.urlsafe_b64encode(key.sign(f"{head}.{body}".encode(), KEY)).rstrip(b"=")
        assert read(f"{head}.{body}.{mark.decode()}") is None

    @pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
    @pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
    def test_of_another_algorithm_name_nobody(self, algorithm):
        assert read(signed(claims_of(made()), algorithm=algorithm)) is None

    @pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", "RS256", None, 5, ["HS256"]])
    def test_that_choose_how_they_are_checked_name_nobody(self, algorithm):
        head, body, mark = made().split(".")
        forged = as_part({"typ": "JWT", "alg": algorithm})
        for token in (f"{forged}.{body}.", f"{forged}.{body}.{mark}", f"{forged}.{body}"):
            assert read(token) is None
        assert read(f"{head}.{body}.") is None

    @given(st.dictionaries(st.sampled_from(HEADER_NAMES), HEADER_VALUES), st.booleans())
    def test_with_any_header_are_read_by_our_algorithm_or_not_at_all(self, changed, is_signed):
        header = {"alg": "HS256", "typ": "JWT"} | changed
        _, body, mark = made().split(".")
        head = as_part(header)
        if is_signed:
            digest = hmac.digest(KEY, f"{head}.{body}".encode(), hashlib.sha256)
            mark = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        found = read(f"{head}.{body}.{mark}")
        is_ours = is_signed or head == made().split(".")[0]
        assert found is None or (is_ours and header["alg"] == "HS256")

    @given(st.integers(min_value=0, max_value=10**6), st.characters(codec="latin-1"))
    def test_changed_anywhere_name_nobody(self, place, instead):
        token = made()
        at = place % len(token)
        changed = token[:at] + instead + token[at + 1 :]
        # The last letter of base64 has bits that mean nothing: the same bytes, the same token.
        found = read(changed)
        assert found is None or (found == WHO and _same_bytes(changed, token))

    @given(st.integers(min_value=0, max_value=500))
    def test_cut_short_name_nobody(self, length):
        token = made()
        assert read(token[: length % len(token)]) is None

    @given(st.one_of(st.text(), st.binary(), st.none(), st.integers(), st.lists(st.text())))
    def test_that_are_anything_else_name_nobody(self, sent):
        assert read(sent) is None

    @pytest.mark.parametrize(
        "sent",
        ["a.b.c", "...", "\ud800.\ud800.\ud800", "é.é.é", "[" * 1000, as_part([]) + ".e30.x"],
    )
    def test_of_odd_shapes_name_nobody(self, sent):
        assert read(sent) is None

    def test_that_are_nested_deep_or_long_name_nobody(self):
        deep = base64.urlsafe_b64encode(b"[" * 700).rstrip(b"=").decode()
        assert read(f"{deep}.e30.x") is None
        whole = claims_of(made())
        assert read(signed({**whole, "more": "x" * 2000})) is None

    def test_are_read_by_our_clock_whatever_the_machine_says(self):
        long_ago = datetime(1999, 1, 1, tzinfo=UTC)
        far_ahead = datetime(2099, 1, 1, tzinfo=UTC)
        for moment in (long_ago, far_ahead):
            assert read(made(now=moment), now=moment) == WHO


def _same_bytes(one: str, other: str) -> bool:
    def parts(token: str) -> list[bytes]:
        return [base64.urlsafe_b64decode(part + "==") for part in token.split(".")]

    return parts(one) == parts(other)


class TestSuccessors:
    def test_are_the_same_every_time_and_of_one_shape(self):
        token = sessions.new_token()
        next_one = tokens.successor_of(token, key=KEY)
        assert next_one == tokens.successor_of(token, key=KEY)
        assert sessions.token_hash(next_one)

    @given(st.integers(min_value=2, max_value=50))
    def test_never_come_back_in_a_chain(self, length):
        seen = [sessions.new_token()]
        for _ in range(length):
            seen.append(tokens.successor_of(seen[-1], key=KEY))
        assert len(set(seen)) == length + 1

    def test_cannot_be_told_without_the_key(self):
        token = sessions.new_token()
        assert tokens.successor_of(token, key=KEY) != tokens.successor_of(token, key=OTHER_KEY)


class TestGrace:
    @given(st.floats(min_value=-5, max_value=9.999))
    def test_lasts_ten_seconds(self, seconds):
        assert tokens.is_in_grace(NOW, now=NOW + timedelta(seconds=seconds))

    @given(st.floats(min_value=10, max_value=10**8))
    def test_ends(self, seconds):
        assert not tokens.is_in_grace(NOW, now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("LuckyChitApp/1.4 (Android 16)", "LuckyChitApp"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "a browser"),
        ("curl", "curl"),
        ("", "a program"),
        ("  ", "a program"),
        ("/", "a program"),
        ("x" * 300, "x" * 40),
    ],
)
def test_programs_are_called_by_their_first_word(user_agent, name):
    assert tokens.program_of(user_agent) == name
