"""Every setting, in one list, read from the environment once.

``.env.example`` explains each for the person who deploys. Nothing else in the
project reads ``os.environ`` for a setting. Live mode refuses to start with what
would be dangerous: weak secrets, an address without https.
"""

import hashlib
import re
import secrets
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from luckychit.core import addresses, clock
from luckychit.core.money import PLAY_CREDIT

SHORTEST_SECRET = 32
DEFAULT_DRAND_URLS = "https://api.drand.sh,https://drand.cloudflare.com,https://api2.drand.sh"
_A_LIMIT = re.compile(r"[1-9]\d{0,8}/([1-9]\d{0,3})?(second|minute|hour|day)s?")


class Settings(BaseSettings):
    """All settings; field names are the environment variables in lower case.

    Raises:
        pydantic.ValidationError: A value has a wrong shape, or live mode would
            run with weak secrets or without https.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    luckychit_mode: Literal["demo", "live"] = "demo"
    luckychit_data: Path = Path("data")
    luckychit_clock: datetime | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    database_url: SecretStr | None = None
    public_url: str = ""
    web_concurrency: int = Field(default=1, ge=1, le=32)
    reflex_redis_url: SecretStr | None = None
    trusted_proxy_hops: int = Field(default=0, ge=0, le=5)
    jwt_secret: SecretStr = SecretStr("")
    ticket_seal_secret: SecretStr = SecretStr("")
    allowed_origins: str = ""
    beacon: Literal["drand", "none", ""] = ""
    drand_urls: str = DEFAULT_DRAND_URLS
    draw_notice_s: int | None = Field(default=None, ge=3, le=3600)
    bcrypt_cost: int = Field(default=12, ge=4, le=16)
    draw_currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    draw_price_minor: int = Field(default=100, ge=1, le=10**7)
    draw_fee_bps: int = Field(default=500, ge=0, le=10_000)
    draw_fewest_entries: int = Field(default=1, ge=1, le=10**6)
    draw_tickets_per_person: int = Field(default=1000, ge=1, le=10**6)
    room_fee_bps: int = Field(default=500, ge=0, le=10_000)
    room_hours: int = Field(default=24, ge=1, le=24 * 30)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = ""
    country_header: str = Field(default="", pattern="^[A-Za-z0-9-]{0,64}$")
    country_file: Path | None = None
    games_blocked_countries: str = Field(default="", pattern="^([A-Z]{2}(,[A-Z]{2})*)?$")
    sentry_dsn: SecretStr | None = None
    metrics_allow: str = "127.0.0.1,::1"
    metrics_token: SecretStr = SecretStr("")
    api_anonymous_limit: str = "100/15minutes"
    api_person_limit: str = "600/minute"
    auth_limit: str = "30/5minutes"
    purchase_limit: str = "120/minute"
    file_limit: str = "60/5minutes"
    sockets_per_address: int = Field(default=200, ge=1, le=10**6)

    @field_validator("luckychit_clock")
    @classmethod
    def _clock_has_a_zone(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("LUCKYCHIT_CLOCK needs a zone, as in 2027-03-01T18:00:00Z")
        return value

    @field_validator(
        "api_anonymous_limit", "api_person_limit", "auth_limit", "purchase_limit", "file_limit"
    )
    @classmethod
    def _limit_is_one(cls, value: str) -> str:
        if not _A_LIMIT.fullmatch(value):
            raise ValueError("a limit is written as in 100/15minutes")
        return value

    @field_validator("metrics_allow")
    @classmethod
    def _addresses_are_some(cls, value: str) -> str:
        addresses.networks(value)
        return value

    @model_validator(mode="after")
    def _live_mode_is_safe(self) -> Self:
        if not self.is_live:
            return self
        wrong = [
            f"{name} must be at least {SHORTEST_SECRET} characters of chance"
            for name, value in (
                ("JWT_SECRET", self.jwt_secret),
                ("TICKET_SEAL_SECRET", self.ticket_seal_secret),
            )
            if not _is_strong(value.get_secret_value())
        ]
        token = self.metrics_token.get_secret_value()
        if token and not _is_strong(token):
            wrong.append(f"METRICS_TOKEN must be at least {SHORTEST_SECRET} characters of chance")
        if self.jwt_secret == self.ticket_seal_secret:
            wrong.append("JWT_SECRET and TICKET_SEAL_SECRET must differ")
        if not self.public_url.startswith("https://"):
            wrong.append("PUBLIC_URL must start with https://")
        # With a clock that is behind, the public random number would be known beforehand.
        if self.luckychit_clock is not None or clock.offset():
            wrong.append("LUCKYCHIT_CLOCK is for demo mode only")
        if wrong:
            raise ValueError("live mode refuses to start: " + "; ".join(wrong))
        return self

    @model_validator(mode="after")
    def _public_randomness_keeps_its_time(self) -> Self:
        if self.uses_drand and self.luckychit_clock is not None:
            raise ValueError(
                "BEACON=drand needs the true time: with LUCKYCHIT_CLOCK a round could be "
                "public before it is committed to"
            )
        return self

    @model_validator(mode="after")
    def _countries_can_be_told(self) -> Self:
        if self.country_file is not None and not self.country_file.is_file():
            raise ValueError(f"COUNTRY_FILE: there is no file {self.country_file}")
        if self.games_blocked_countries and not self.tells_countries:
            raise ValueError(
                "GAMES_BLOCKED_COUNTRIES would block nobody: set COUNTRY_HEADER and "
                "TRUSTED_PROXY_HOPS, or COUNTRY_FILE"
            )
        return self

    @property
    def tells_countries(self) -> bool:
        """True when there is a way to know where a request comes from."""
        return self.country_file is not None or self.trusts_country_header

    @property
    def trusts_country_header(self) -> bool:
        """True when a proxy of ours says the country; without one, anybody could."""
        return bool(self.country_header) and self.trusted_proxy_hops >= 1

    @property
    def is_live(self) -> bool:
        """True when real money may move."""
        return self.luckychit_mode == "live"

    @property
    def games_currency(self) -> str:
        """Currency of the daily draw and of rooms.

        Without a licence and payment providers, games in live mode run on play credit,
        a currency of its own that can be neither bought nor taken out.
        """
        return PLAY_CREDIT if self.is_live else self.draw_currency

    @property
    def origin(self) -> str:
        """The address people open, without a slash at the end."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def is_https(self) -> bool:
        """True when people reach the app over https, so cookies must be Secure."""
        return self.origin.startswith("https://")

    @property
    def session_cookie(self) -> str:
        """Name of the session cookie."""
        return self.cookie("lc_session")

    def cookie(self, name: str) -> str:
        """Return the name a cookie of ours has; on https bound to this host and to Secure."""
        return f"__Host-{name}" if self.is_https else name

    @property
    def origins(self) -> list[str]:
        """Every origin that may open the socket or post with a cookie."""
        listed = [item.strip() for item in self.allowed_origins.split(",")]
        own = [self.origin]
        if not self.public_url:
            own.append(f"http://127.0.0.1:{self.port}")
        return own + [item.rstrip("/") for item in listed if item]

    @property
    def uses_drand(self) -> bool:
        """True when draws wait for public randomness (default in live mode)."""
        return (self.beacon or ("drand" if self.is_live else "none")) == "drand"

    @property
    def drand_relays(self) -> list[str]:
        """Base addresses of the drand relays, in the order to try them."""
        listed = (item.strip().rstrip("/") for item in self.drand_urls.split(","))
        return [item for item in listed if item]

    @property
    def notice_s(self) -> int:
        """Seconds between announcing a draw that is brought forward and its lock."""
        if self.draw_notice_s is not None:
            return self.draw_notice_s
        return 60 if self.is_live or self.uses_drand else 5

    def secret(self, purpose: str) -> bytes:
        """Derive 32 bytes for one purpose from the seal secret.

        In demo mode without a secret one is made once and kept, readable by its
        owner only, in LUCKYCHIT_DATA; live mode always has its own.

        Args:
            purpose: A fixed word, such as ``seed`` or ``pepper``; other words give
                unrelated bytes.
        """
        root = self.ticket_seal_secret.get_secret_value() or _demo_secret(str(self.luckychit_data))
        return _derived(purpose, root)


def _is_strong(value: str) -> bool:
    return len(value) >= SHORTEST_SECRET and len(set(value)) >= SHORTEST_SECRET // 4


@lru_cache(maxsize=32)
def _derived(purpose: str, root: str) -> bytes:
    # Remembered, because every seal of every purchase asks for the same one.
    return hashlib.sha256(f"luckychit/{purpose}/{root}".encode()).digest()


@lru_cache(maxsize=8)
def _demo_secret(data_dir: str) -> str:
    path = Path(data_dir) / "demo-secret"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x") as made:
            path.chmod(0o600)
            made.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text().strip()


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process; read once."""
    return Settings()
