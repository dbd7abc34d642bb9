"""What is known of the request or event at work: carried along, never passed by hand.

Entries set it once; the log and the audit trail read it. Threads that
``asyncio.to_thread`` starts see what their caller saw.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """A request or an event.

    Args:
        request_id: Of this one alone; in every log line and every answer.
        address: Network address it comes from, "" when it comes from nowhere (a job).
    """

    request_id: str = ""
    address: str = ""


_NONE = Context()
_current: ContextVar[Context] = ContextVar("luckychit_context", default=_NONE)


def current() -> Context:
    """Return what is known of the work at hand; empty outside of any request."""
    return _current.get()


@contextmanager
def at_work(context: Context) -> Iterator[None]:
    """Let everything called inside know that it works for ``context``."""
    before = _current.set(context)
    try:
        yield
    finally:
        _current.reset(before)
