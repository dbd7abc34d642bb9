"""Who may open the socket of a page: from which page, and how many from one address."""

from collections import Counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from luckychit.api import visitors
from luckychit.core import addresses, metrics
from luckychit.core.log import get_logger
from luckychit.core.settings import settings

# What the framework's first look at a packet raises.
_ODD = (ValueError, TypeError, LookupError)

_log = get_logger(__name__)


class Handshakes:
    """ASGI layer that turns sockets away before anything is done for them.

    A browser always says which site its page is from; one of another site is turned away.
    What says nothing is no browser, carries nobody's cookie unknowingly, and may come in.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Take what the sockets are for."""
        self._app = app
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a socket in, or close it before it opened, which a browser sees as 403."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        address = addresses.network(visitors.address_in(scope))
        reason = self._why_not(scope, address)
        if reason:
            metrics.handshake_refused(reason)
            _log.info("socket_refused", reason=reason, address=address)
            await _turned_away(receive, send)
            return
        self._open[address] += 1
        metrics.socket_opened()
        try:
            await self._app(scope, receive, send)
        except _ODD as exc:
            # A packet that is none ends the connection; it is no error of ours.
            metrics.event("odd")
            _log.debug("odd_packet", why=type(exc).__name__)
        finally:
            metrics.socket_closed()
            self._open[address] -= 1
            if self._open[address] <= 0:
                del self._open[address]

    def _why_not(self, scope: Scope, address: str) -> str:
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        if any(value.decode("latin-1") not in settings().origins for value in origins):
            return "origin"
        return "many" if self._open.get(address, 0) >= settings().sockets_per_address else ""


async def _turned_away(receive: Receive, send: Send) -> None:
    opening: Message = await receive()
    if opening["type"] == "websocket.connect":
        await send({"type": "websocket.close", "code": 1008})
