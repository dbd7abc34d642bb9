"""Which adapter fits which port, by settings. Tests wire fakes here."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from luckychit.core.settings import settings
from luckychit.domain.fairness.beacon import BeaconSource
from luckychit.domain.mail.sender import MailSender
from luckychit.integrations.drand import DrandRelays
from luckychit.integrations.smtp import SmtpSender

_beacon_source: BeaconSource | None = None
_mail_sender: MailSender | None = None


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
