"""Settings: kind in demo mode, strict in live mode."""

import stat
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from luckychit.core.settings import Settings, _demo_secret

STRONG = {
    "luckychit_mode": "live",
    "jwt_secret": "0123456789abcdefghijklmnopqrstuv",
    "ticket_seal_secret": "vutsrqponmlkjihgfedcba9876543210",
    "public_url": "https://chit.example",
    "beacon": "",
}


def wrong(**changed) -> str:
    with pytest.raises(ValidationError) as caught:
        Settings(**(STRONG | changed))
    return str(caught.value)


class TestLiveMode:
    def test_starts_with_strong_secrets_and_https(self):
        live = Settings(**STRONG)
        assert live.is_live
        assert live.is_https
        assert live.uses_drand

    @pytest.mark.parametrize("weak", ["", "short", "a" * 64, "abab" * 16])
    @pytest.mark.parametrize("name", ["jwt_secret", "ticket_seal_secret"])
    def test_refuses_a_weak_secret_and_names_it(self, name, weak):
        said = wrong(**{name: weak})
        assert name.upper() in said

    def test_refuses_one_secret_for_two_purposes(self):
        assert "must differ" in wrong(ticket_seal_secret=STRONG["jwt_secret"])

    @pytest.mark.parametrize("address", ["", "http://chit.example", "chit.example"])
    def test_refuses_an_address_without_https(self, address):
        assert "https://" in wrong(public_url=address)

    def test_refuses_a_moved_clock(self):
        assert "LUCKYCHIT_CLOCK" in wrong(luckychit_clock="2027-03-01T18:00:00Z")

    def test_refuses_a_clock_moved_by_an_inherited_offset(self, monkeypatch):
        # A day behind, the round of a draw would be public before its commitment.
        monkeypatch.setenv("LUCKYCHIT_CLOCK_OFFSET_S", "-86400")
        assert "LUCKYCHIT_CLOCK" in wrong()

    def test_names_everything_that_is_wrong_at_once(self):
        said = wrong(jwt_secret="", ticket_seal_secret="", public_url="")
        for name in ("JWT_SECRET", "TICKET_SEAL_SECRET", "PUBLIC_URL"):
            assert name in said

    def test_does_not_repeat_a_secret_in_its_refusal(self):
        assert "weak-but-mine" not in wrong(jwt_secret="weak-but-mine")


class TestDemoMode:
    def test_needs_nothing(self):
        demo = Settings(luckychit_mode="demo", jwt_secret="", ticket_seal_secret="", beacon="")
        assert not demo.uses_drand
        assert demo.origin == "http://localhost:8000"
        assert not demo.is_https

    def test_may_use_drand_when_asked(self):
        assert Settings(beacon="drand").uses_drand
        assert not Settings(**(STRONG | {"beacon": "none"})).uses_drand

    def test_refuses_a_moved_clock_beside_public_randomness(self):
        with pytest.raises(ValidationError, match="BEACON=drand needs the true time"):
            Settings(beacon="drand", luckychit_clock="2027-03-01T18:00:00Z")

    def test_gives_less_notice_of_a_draw_than_live_mode(self):
        assert Settings(beacon="none").notice_s == 5
        assert Settings(beacon="drand").notice_s == 60
        assert Settings(**STRONG).notice_s == 60
        assert Settings(draw_notice_s=7).notice_s == 7

    def test_refuses_a_clock_without_a_zone(self):
        with pytest.raises(ValidationError, match="zone"):
            Settings(luckychit_clock=datetime(2027, 3, 1))
        assert Settings(luckychit_clock="2027-03-01T18:00:00+05:30").luckychit_clock == datetime(
            2027, 3, 1, 12, 30, tzinfo=UTC
        )


class TestAnySetting:
    @pytest.mark.parametrize(
        "changed",
        [
            {"port": 0},
            {"port": 65_536},
            {"luckychit_mode": "test"},
            {"bcrypt_cost": 3},
            {"draw_notice_s": 1},
            {"web_concurrency": 0},
            {"trusted_proxy_hops": -1},
            {"log_level": "loud"},
        ],
    )
    def test_out_of_range_is_refused(self, changed):
        with pytest.raises(ValidationError):
            Settings(**changed)

    def test_is_read_from_the_environment_under_its_own_name(self, monkeypatch):
        monkeypatch.setenv("PORT", "9000")
        monkeypatch.setenv("LUCKYCHIT_MODE", "demo")
        assert Settings().port == 9000

    def test_cannot_be_changed_afterwards(self):
        with pytest.raises(ValidationError):
            Settings().port = 1

    def test_does_not_show_secrets(self):
        assert STRONG["jwt_secret"] not in repr(Settings(**STRONG))

    def test_lists_of_addresses_lose_blanks_and_slashes(self):
        read = Settings(drand_urls=" https://a/ ,,https://b", allowed_origins="https://c/, ")
        assert read.drand_relays == ["https://a", "https://b"]
        assert read.origins == ["http://localhost:8000", "http://127.0.0.1:8000", "https://c"]
        assert Settings(public_url="https://d/").origins == ["https://d"]


class TestSecret:
    def test_of_one_purpose_is_always_the_same_and_of_another_unrelated(self):
        one = Settings(ticket_seal_secret="x" * 32)
        assert one.secret("seed") == one.secret("seed")
        assert one.secret("seed") != one.secret("pepper")
        assert len(one.secret("seed")) == 32

    def test_of_demo_mode_is_made_once_and_readable_by_its_owner_only(self, tmp_path):
        folder = tmp_path / "new"
        demo = Settings(luckychit_data=folder, ticket_seal_secret="")
        first = demo.secret("seed")
        _demo_secret.cache_clear()
        assert demo.secret("seed") == first
        kept = folder / "demo-secret"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert len(kept.read_text()) == 64


class TestLimits:
    @pytest.mark.parametrize("text", ["100/15minutes", "5/second", "1/day", "600/minute"])
    def test_are_written_as_people_say_them(self, text):
        assert Settings(api_anonymous_limit=text).api_anonymous_limit == text

    @pytest.mark.parametrize(
        "text", ["", "100", "0/minute", "100 per minute", "1/0minutes", "x/day"]
    )
    def test_of_another_shape_are_refused(self, text):
        with pytest.raises(ValidationError, match="100/15minutes"):
            Settings(auth_limit=text)


class TestMetrics:
    def test_refuse_an_address_that_is_none(self):
        with pytest.raises(ValidationError):
            Settings(metrics_allow="127.0.0.1,everybody")

    def test_take_networks(self):
        assert Settings(metrics_allow="10.0.0.0/8, ::1").metrics_allow

    def test_in_live_mode_refuse_a_weak_token(self):
        assert "METRICS_TOKEN" in wrong(metrics_token="guess-me")
