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
_user_id: ContextVar[str] = ContextVar("luckychit_user_id", default="")


def current() -> Context:
    """Return what is known of the work at hand; empty outside of any request."""
    return _current.get()


@contextmanager
def at_work(context: Context) -> Iterator[None]:
    """Let everything called inside know that it works for ``context``."""
    before, nobody = _current.set(context), _user_id.set("")
    try:
        yield
    finally:
        _current.reset(before)
        _user_id.reset(nobody)


def begin(context: Context) -> None:
    """Let all that follows in this task know that it works for ``context``.

    For tasks that end with their work, as those of the pages' events do.
    """
    _current.set(context)
    _user_id.set("")


def known_as(user_id: object) -> None:
    """Remember who it turned out to be, for the log."""
    _user_id.set(str(user_id))


def user_id() -> str:
    """Return who the work at hand is for, as far as that is known; else ""."""
    return _user_id.get()
