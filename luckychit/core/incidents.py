"""A bug has a number that people may quote; all the rest is in the log."""

from typing import Any

from luckychit.core import context, errors, metrics, sentry
from luckychit.core.ids import random_code
from luckychit.core.log import get_logger

_log = get_logger(__name__)


def report(exception: BaseException, *, event: str = "incident", **facts: Any) -> str:
    """Log ``exception`` with all it knows and return its incident number.

    The line says for which request or event, and for whom, as every line does. The number
    goes to Sentry and into the metrics as well.

    Args:
        exception: What was not foreseen.
        event: What the log calls it.
        **facts: What the entry knows, such as the address that was asked for.
    """
    number = random_code(8)
    kept = exception.facts if isinstance(exception, errors.LuckyChitError) else {}
    _log.error(event, incident=number, exc_info=exception, facts=repr(kept), **facts)
    metrics.incident()
    sentry.tell(exception, incident=number, request_id=context.current().request_id)
    return number
