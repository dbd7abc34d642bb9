"""Which pages of other origins may call the API: those that ALLOWED_ORIGINS names."""

from collections.abc import Collection

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What a caller may send, and what a page may read of an answer.
SENT = ("Authorization", "Content-Type", "Idempotency-Key")
READ = ("Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id")
_BY_ORIGIN = (b"vary", b"Origin")


class Cors:
    """ASGI layer that answers browsers who ask whether a page may call us.

    A page that may not is told nothing at all: the framework's own layer names its rules to
    everybody. Calls without an origin, programs' and most of our own, pass by.
    """

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        """Take the app, and the origins that may call it."""
        self._app = app
        self._origins = frozenset(origins)
        self._told = CORSMiddleware(
            app,
            allow_origins=list(origins),
            allow_credentials=True,
            allow_methods=METHODS,
            allow_headers=SENT,
            expose_headers=READ,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, with an answer about its origin if that may know it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        origin = next((value for name, value in scope["headers"] if name == b"origin"), b"")
        if origin.decode("latin-1") in self._origins:
            await self._told(scope, receive, send)
            return

        async def send_by_origin(message: Message) -> None:
            # Whatever keeps the answer must not hand it to a page of another origin.
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), _BY_ORIGIN]}
            await send(message)

        await self._app(scope, receive, send_by_origin)
