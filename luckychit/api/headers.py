"""Headers of every answer: what browsers may keep, and what they must not allow."""

from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from luckychit.core.settings import settings

FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
NOT_KEPT = "no-store"
A_DAY = "public, max-age=86400"
# The built page starts with small inline scripts and styles, and the framework evaluates
# what a handler sends (toasts, redirects), so those are allowed; other origins never are.
_POLICY = (
    "default-src 'self'; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; "
    "font-src 'self'; "
    "connect-src 'self' {sockets}; "
    "worker-src 'self' blob:; "
    "object-src 'none'; "
    "base-uri 'self'; "
    "form-action 'self'; "
    "frame-ancestors 'none'"
)
ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # A receipt's address is its key: no other site learns it.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
A_YEAR_OF_HTTPS = "max-age=31536000; includeSubDomains"


def policy() -> str:
    """Return the content security policy; only our own addresses may hold a socket."""
    sockets = (origin.replace("http", "ws", 1) for origin in settings().origins)
    return _POLICY.format(sockets=" ".join(sockets))


@lru_cache(maxsize=1)
def _always() -> list[tuple[bytes, bytes]]:
    # As they travel: turning eight names and values into bytes again and again would take
    # a twentieth of a purchase's processor time.
    said = {**ALWAYS, "content-security-policy": policy()}
    if settings().is_https:
        said["strict-transport-security"] = A_YEAR_OF_HTTPS
    return [(name.encode(), value.encode()) for name, value in said.items()]


def caching_of(path: str) -> str:
    """Return what browsers may keep of the answer at ``path``, unless it says so itself."""
    if path.startswith("/assets/") and not path.startswith("/assets/reflex-env"):
        return FOREVER
    if path.startswith("/fonts/"):
        return FOREVER
    if path.startswith("/icons/") or path in {"/favicon.svg", "/favicon.ico"}:
        return A_DAY
    if path.startswith(("/auth/", "/api/auth/", "/api/user/", "/_")):
        return NOT_KEPT
    return ASK_AGAIN


class Headers:
    """ASGI layer around everything: pages, API, files."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; add headers to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _with_ours(message, scope["path"])}
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _with_ours(message: Message, path: str) -> list[tuple[bytes, bytes]]:
    headers = list(message.get("headers", []))
    said = {name.lower() for name, _ in headers}
    headers += [ours for ours in _always() if ours[0] not in said]
    if b"cache-control" not in said:
        kept = caching_of(path) if message["status"] < 400 else NOT_KEPT
        headers.append((b"cache-control", kept.encode()))
    return headers
