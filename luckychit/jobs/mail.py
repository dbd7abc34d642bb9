"""Jobs of the letters."""

from luckychit import wiring
from luckychit.core.log import get_logger
from luckychit.core.settings import settings
from luckychit.domain.mail import service

_log = get_logger(__name__)
_is_warned = False


def send_letters() -> None:
    """Send the letters that are due; without a mail server they wait, at most three days."""
    sender = wiring.mail_sender()
    if sender is None and not settings().is_live:
        return
    given_up = service.give_up_old()
    if given_up:
        _log.warning("letters_given_up", count=given_up)
    if sender is None:
        _warn_once()
        return
    service.send_due(sender=sender)


def _warn_once() -> None:
    global _is_warned
    if not _is_warned:
        _is_warned = True
        _log.warning("no_mail_server", setting="SMTP_HOST")
