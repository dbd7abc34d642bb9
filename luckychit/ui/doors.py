"""The door of the event socket: how fast, in what shape, and for which event.

Twenty events a second, and forty at once, are more than anybody clicks, and more than a
page sends by itself when it opens or comes back. What is beyond is dropped, and the page
says so; whoever goes on regardless is no person and loses the connection.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import reflex as rx
from reflex.state import StateUpdate
from reflex_base.event import Event

from luckychit.core import metrics
from luckychit.core.log import get_logger
from luckychit.ui import at_work, errors, shapes, sockets, toasts

EVENTS_A_SECOND = 20.0
EVENTS_AT_ONCE = 40.0
# Ten seconds of the highest pace: no finger does that.
MOST_DROPPED = 200
NOTICE_EVERY_S = 5.0
TOO_FAST = "That was faster than we can follow. Please wait a moment, then try again."
# What the framework's packets raise when somebody wrote them by hand.
_ODD = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
_CLIENT_EVENTS = {"event": (2, 2), "ping": (1, 2), "client_error": (1, 2)}

_log = get_logger(__name__)


@dataclass(slots=True)
class Pace:
    """How fast one socket talks: a bucket of tokens that fills by itself."""

    now_s: Callable[[], float] = time.monotonic
    tokens: float = EVENTS_AT_ONCE
    dropped: int = 0
    odd: int = 0
    noticed_at_s: float = float("-inf")
    _filled_at_s: float = field(default=-1.0)

    def takes(self) -> bool:
        """Tell whether one more message may pass now."""
        now_s = self.now_s()
        if self._filled_at_s >= 0:
            gained = (now_s - self._filled_at_s) * EVENTS_A_SECOND
            self.tokens = min(EVENTS_AT_ONCE, self.tokens + gained)
        self._filled_at_s = now_s
        if self.tokens >= EVENTS_AT_ONCE:
            self.dropped = 0
        if self.tokens < 1:
            self.dropped += 1
            return False
        self.tokens -= 1
        return True

    def shall_notice(self) -> bool:
        """Tell whether the page should be told now; not again for a while."""
        now_s = self.now_s()
        if now_s - self.noticed_at_s < NOTICE_EVERY_S:
            return False
        self.noticed_at_s = now_s
        return True


class EventContextKnown(rx.Middleware):
    """Lets log lines and the audit trail know which event is at work, and from where."""

    async def preprocess(self, app: rx.App, state: Any, event: Event) -> None:  # noqa: ARG002
        """Begin the event's context; its task ends with it."""
        at_work.begin(state.router.session.client_ip or "")


class Door:
    """Stands before the framework's socket server.

    Args:
        namespace: The framework's, which knows the sockets and their pages.
    """

    def __init__(self, namespace: Any) -> None:
        self._namespace = namespace
        self._server = namespace.server
        self._paces: WeakKeyDictionary[Any, Pace] = WeakKeyDictionary()
        self._pass_message: Callable[[str, Any], Awaitable[None]]
        self._pass_message = self._server.eio.handlers["message"]
        self._pass_event = self._server._handle_event_internal  # noqa: SLF001 - no public way
        self._pass_checked = namespace.on_event

    def stand(self) -> None:
        """Take the places of what is guarded; :meth:`go` gives them back."""
        self._server.eio.handlers["message"] = self.message
        self._server._handle_event_internal = self.event  # noqa: SLF001
        self._namespace.on_event = self.page_event

    def go(self) -> None:
        """Leave everything as it was found."""
        self._server.eio.handlers["message"] = self._pass_message
        del self._server._handle_event_internal  # noqa: SLF001
        del self._namespace.on_event

    async def message(self, connection: str, data: Any) -> None:
        """Take one message of any kind, if it is not one too many."""
        pace = self._pace(connection)
        if pace is None:
            return
        if not pace.takes():
            await self._too_fast(connection, pace)
            return
        try:
            await self._pass_message(connection, data)
        except _ODD as exc:
            self._odd(pace, type(exc).__name__)

    async def event(
        self, server: Any, sid: str, connection: str, data: list[Any], name: Any, number: Any
    ) -> None:
        """Take one event of a client: those that pages send, and no other.

        The framework would also run ``connect`` again, with headers of the client's making.
        """
        known = data[0] if isinstance(data[0], str) else ""
        fewest, most = _CLIENT_EVENTS.get(known, (0, -1))
        if not fewest <= len(data) <= most:
            pace = self._pace(connection)
            if pace is not None:
                self._odd(pace, "unknown kind")
            return
        taken = data[:1] if known == "ping" else data
        await self._pass_event(server, sid, connection, taken, name, number)

    async def page_event(self, sid: str, data: Any) -> None:
        """Take one event of a page; the first one comes with the handshake itself."""
        try:
            event = shapes.checked(data)
        except shapes.OddEvent as exc:
            connection = self._server.manager.eio_sid_from_sid(sid, self._namespace.namespace)
            pace = self._pace(connection) or Pace()
            self._odd(pace, str(exc.facts["why"]))
            return
        metrics.event("taken")
        await self._pass_checked(sid, event)

    def _pace(self, connection: str) -> Pace | None:
        socket = self._server.eio.sockets.get(connection)
        if socket is None:
            return None
        pace = self._paces.get(socket)
        if pace is None:
            pace = self._paces[socket] = Pace()
        return pace

    def _odd(self, pace: Pace, why: str) -> None:
        metrics.event("odd")
        pace.odd += 1
        if pace.odd == 1:
            # Once for a socket: what a script repeats would fill the log.
            _log.info("odd_event", why=why)

    async def _too_fast(self, connection: str, pace: Pace) -> None:
        metrics.event("dropped")
        if pace.dropped > MOST_DROPPED:
            _log.info("socket_closed", why="too fast")
            socket = self._server.eio.sockets[connection]
            await self._server.eio.disconnect(connection)
            # The framework says goodbye and waits for the other side to go; a robot stays.
            await socket.queue.put(None)
            return
        if not pace.shall_notice():
            return
        ours = self._namespace
        sid = self._server.manager.sid_from_eio_sid(connection, ours.namespace)
        if sid is None:
            return
        said = toasts.warning(TOO_FAST, id="too-fast", duration=5_000)
        events = Event.from_event_type([said, errors.idle()])
        await ours.emit("event", StateUpdate(events=events), to=sid)


@asynccontextmanager
async def guarded() -> AsyncIterator[None]:
    """Keep the door of this worker's sockets for as long as the app runs."""
    namespace = sockets.namespace()
    if namespace is None:
        yield
        return
    door = Door(namespace)
    door.stand()
    try:
        yield
    finally:
        door.go()
