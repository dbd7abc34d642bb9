"""Which adapter fits which port, by settings. Tests wire fakes here."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from luckychit.core.settings import settings
from luckychit.domain.fairness.beacon import BeaconSource
from luckychit.domain.mail.sender import MailSender
from luckychit.domain.safety.countries import CountrySource
from luckychit.domain.safety.rules import UNKNOWN_COUNTRY
from luckychit.integrations.drand import DrandRelays
from luckychit.integrations.maxmind import MaxMindFile
from luckychit.integrations.smtp import SmtpSender

# As proxies write it: T1 is Tor.
_COUNTRY = re.compile(r"[A-Z]{2}|T1")
_beacon_source: BeaconSource | None = None
_mail_sender: MailSender | None = None
_country_source: CountrySource | None = None


class NoBeaconSource:
    """Stands where no beacon is used: knows no signature."""

    def signatures(self, round_number: int) -> Iterator[str]:  # noqa: ARG002 - the port
        """Yield nothing."""
        return iter(())


def beacon_source() -> BeaconSource:
    """Return where beacons are fetched: the relays of the settings, or a fake of a test.

    Draws committed with a beacon keep waiting for it when the setting is changed, so
    the relays are asked whatever BEACON says, as long as any are named.
    """
    if _beacon_source is not None:
        return _beacon_source
    relays = settings().drand_relays
    return DrandRelays(relays) if relays else NoBeaconSource()


def use_beacon_source(source: BeaconSource | None) -> None:
    """Replace the source of beacons (tests); None returns to the settings."""
    global _beacon_source
    _beacon_source = source


def mail_sender() -> MailSender | None:
    """Return where letters go: the mail server of the settings, or a fake of a test.

    None when there is no mail server.
    """
    if _mail_sender is not None or not settings().smtp_host:
        return _mail_sender
    chosen = settings()
    own_host = urlsplit(chosen.origin).hostname or "localhost"
    return SmtpSender(
        host=chosen.smtp_host,
        port=chosen.smtp_port,
        security=chosen.smtp_security,
        user=chosen.smtp_user,
        password=chosen.smtp_password.get_secret_value(),
        from_address=chosen.smtp_from or chosen.smtp_user or f"LuckyChit <no-reply@{own_host}>",
        own_host=own_host,
    )


def use_mail_sender(sender: MailSender | None) -> None:
    """Replace where letters go (tests); None returns to the settings."""
    global _mail_sender
    _mail_sender = sender


def country_source() -> CountrySource | None:
    """Return where countries are looked up: COUNTRY_FILE, or a fake of a test, if any."""
    if _country_source is not None:
        return _country_source
    path = settings().country_file
    return None if path is None else _country_file(path)


@lru_cache(maxsize=1)
def _country_file(path: Path) -> CountrySource:
    return MaxMindFile(path)


def tells_countries() -> bool:
    """Tell whether there is a way to know where a request comes from."""
    return country_source() is not None or settings().trusts_country_header


def country_of(*, said: str, address: str) -> str:
    """Return the country a request comes from.

    Args:
        said: What the header COUNTRY_HEADER says; believed only behind a trusted proxy.
        address: The visitor's network address.

    Returns:
        Two letters; ``T1`` for Tor, ``XX`` when it is not known, "" when there is no way to.
    """
    if not tells_countries():
        return ""
    source, told = country_source(), settings()
    if told.trusts_country_header and _COUNTRY.fullmatch(said) and said != UNKNOWN_COUNTRY:
        return said
    found = source.country_of(address) if source is not None else ""
    return found if _COUNTRY.fullmatch(found) else UNKNOWN_COUNTRY


def use_country_source(source: CountrySource | None) -> None:
    """Replace the source of countries (tests); None returns to the settings."""
    global _country_source
    _country_source = source
