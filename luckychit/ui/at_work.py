"""Which event is at work, and for whom, also in the task that tells of its failure.

The framework tells of a failure in a task of its own, which knows the event's number and
nothing of what its handler knew.
"""

from collections import OrderedDict
from contextlib import suppress

from reflex_base.event.context import EventContext

from luckychit.core import context
from luckychit.core.context import Context

MOST_KEPT = 1_000

_kept: OrderedDict[str, tuple[Context, str]] = OrderedDict()


def begin(address: str) -> None:
    """Let the log and the audit trail know the event of this task.

    Args:
        address: Of the page, as seen behind the trusted proxies.
    """
    _keep(Context(EventContext.get().txid, address), "")


def known_as(user_id: object) -> None:
    """Remember whose event it turned out to be."""
    seen = context.current()
    if seen.request_id in _kept:
        _keep(seen, str(user_id))
    else:
        context.known_as(user_id)


def resume() -> None:
    """Know again, in another task, what the event's own task knew."""
    with suppress(LookupError):
        number = EventContext.get().txid
        seen, user_id = _kept.get(number, (Context(number), ""))
        context.begin(seen)
        context.known_as(user_id)


def _keep(seen: Context, user_id: str) -> None:
    context.begin(seen)
    context.known_as(user_id)
    _kept[seen.request_id] = (seen, user_id)
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
