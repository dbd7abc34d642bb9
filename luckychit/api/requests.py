"""The outermost layer: every request has an id, is counted, and is logged when it matters."""

import logging
import re
import secrets
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from luckychit.api import visitors
from luckychit.core import context, metrics
from luckychit.core.context import Context
from luckychit.core.log import get_logger

HEADER = b"x-request-id"
SLOW_S = 1.0
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SANE = re.compile(rb"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")
# What was refused before a route took it, files of the built tree, and the socket.
_PLACES = ("/api/", "/auth/", "/assets/", "/fonts/", "/icons/", "/_event", "/ping")

_log = get_logger(__name__)
# Asked first, because even a line that is not written costs more than all of the above.
_plain_log = logging.getLogger(__name__)


class Requests:
    """ASGI layer around everything.

    A line of the log costs more than all other layers together, and thousands of purchases
    a second would write gigabytes a day that nobody reads. So at ``info`` it is written of
    what somebody will ask about: refusals, failures, and answers that took a second or
    longer. At ``debug`` it is written of all. The metrics count every one.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Take what answers."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, knowing what it is from now on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, _id_of(scope))
        began = time.perf_counter()
        seen = Context(answer.request_id.decode(), visitors.address_in(scope))
        with context.at_work(seen):
            try:
                await self._app(scope, receive, answer.send)
            finally:
                _note(scope, answer, time.perf_counter() - began)


class _Answer:
    """Sends an answer on, with the request's id, and keeps what is to be noted of it."""

    __slots__ = ("_send", "byte_count", "request_id", "status")

    def __init__(self, send: Send, request_id: bytes) -> None:
        self._send = send
        self.request_id = request_id
        # What nobody answered was an error: the server says 500 then.
        self.status = 500
        self.byte_count = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            headers = [*message.get("headers", []), (HEADER, self.request_id)]
            message = {**message, "headers": headers}
        elif message["type"] == "http.response.body":
            self.byte_count += len(message.get("body", b""))
        await self._send(message)


def _id_of(scope: Scope) -> bytes:
    """Return the id that the caller gave, if it can be one; else a new one."""
    for name, value in scope["headers"]:
        if name == HEADER:
            return value if _SANE.fullmatch(value) else _new_id()
    return _new_id()


def _new_id() -> bytes:
    return secrets.token_hex(8).encode()


def _note(scope: Scope, answer: _Answer, seconds: float) -> None:
    method = scope["method"] if scope["method"] in METHODS else "OTHER"
    route = route_of(scope)
    metrics.answered(method, route, answer.status, seconds)
    matters = answer.status >= 400 or seconds >= SLOW_S
    if not matters and not _plain_log.isEnabledFor(logging.DEBUG):
        return
    (_log.info if matters else _log.debug)(
        "request",
        method=method,
        # As routes are written: an address itself may be a key, as a receipt's is.
        route=route,
        status=answer.status,
        duration_ms=round(seconds * 1000, 1),
        bytes=answer.byte_count,
    )


def route_of(scope: Scope) -> str:
    """Return which route took a request, without what a stranger wrote into its address."""
    path = getattr(scope.get("route"), "path", "")
    if path:
        return str(path)
    return next((f"{place}*" for place in _PLACES if scope["path"].startswith(place)), "pages")
