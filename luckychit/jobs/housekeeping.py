"""Jobs that throw away what nobody needs any more."""

from luckychit.core.log import get_logger
from luckychit.domain.mail import service as mail
from luckychit.domain.users import service

_log = get_logger(__name__)


def forget_old_sign_ins() -> None:
    """Delete sessions and counters of sign-ins that ended long ago."""
    forgotten = service.forget_old_sign_ins()
    if forgotten:
        _log.info("old_sign_ins_forgotten", count=forgotten)


def forget_old_letters() -> None:
    """Delete letters of long ago."""
    forgotten = mail.forget_old()
    if forgotten:
        _log.info("old_letters_forgotten", count=forgotten)
