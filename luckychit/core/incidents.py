"""A bug has a number that people may quote; all the rest is in the log."""

from typing import Any

from luckychit.core import errors
from luckychit.core.ids import random_code
from luckychit.core.log import get_logger

_log = get_logger(__name__)


def report(exception: BaseException, **facts: Any) -> str:
    """Log ``exception`` with all it knows and return its incident number.

    Args:
        exception: What was not foreseen.
        **facts: What the entry knows, such as the address that was asked for.
    """
    number = random_code(8)
    kept = exception.facts if isinstance(exception, errors.LuckyChitError) else {}
    _log.error("incident", incident=number, exc_info=exception, facts=repr(kept), **facts)
    return number
