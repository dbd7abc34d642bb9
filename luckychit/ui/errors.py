"""What people see when something is refused or broken.

A refusal has a sentence; a bug has only an incident number. No exception text ever
reaches a person; the facts go to the log.
"""

import reflex as rx
from reflex.event import EventSpec

from luckychit.core import db, errors, incidents
from luckychit.core.log import get_logger
from luckychit.domain.users.errors import PasswordMustChange
from luckychit.ui import at_work, orders, toasts
from luckychit.ui.session import OtherRole

LONGEST_REPORT = 500

_log = get_logger(__name__)

idle, done = orders.idle, orders.done


def handle(exception: Exception) -> list[EventSpec]:
    """Translate an exception of any handler into what its person sees."""
    at_work.resume()
    exception = db.understood(exception)
    if isinstance(exception, PasswordMustChange):
        return [orders.go_back_through("/change-password")]
    if isinstance(exception, errors.SignInNeeded):
        return [orders.go_back_through("/sign-in")]
    if isinstance(exception, OtherRole):
        _log.warning("refused", code=exception.code, facts=repr(exception.facts))
        return [rx.redirect(exception.start_page)]
    return [_toast(exception), idle()]


def _toast(exception: Exception) -> EventSpec:
    is_known = isinstance(exception, errors.LuckyChitError)
    if not is_known or isinstance(exception, errors.InvariantBroken):
        number = incidents.report(exception)
        return toasts.error(
            "Something went wrong on our side. Nothing was changed.",
            description=f"If you ask for help, say incident {number}.",
            duration=15_000,
        )
    assert isinstance(exception, errors.LuckyChitError)
    is_odd = isinstance(exception, errors.NotAllowed | errors.DatabaseAway)
    level = _log.warning if is_odd else _log.info
    level("refused", code=exception.code, facts=repr(exception.facts))
    return toasts.warning(exception.message, duration=8_000)


def note_broken_page(exception: Exception) -> None:
    """Log what a browser says went wrong in it: a stranger's words, and never an incident."""
    _log.warning("page_broke", said=str(exception)[:LONGEST_REPORT])
