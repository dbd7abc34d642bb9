"""Headers of every answer: what browsers may keep, and what they must not allow."""

from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from luckychit.api import policies
from luckychit.core.settings import settings

FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
NOT_KEPT = "no-store"
A_DAY = "public, max-age=86400"
ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # A receipt's address is its key: no other site learns it.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    # What other origins may read is said by CORS; nothing of ours goes into their pages.
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), payment=(), usb=()"
    ),
}
A_YEAR_OF_HTTPS = "max-age=31536000; includeSubDomains"


@lru_cache(maxsize=1)
def _always() -> list[tuple[bytes, bytes]]:
    # As they travel: turning eight names and values into bytes again and again would take
    # a twentieth of a purchase's processor time.
    said = dict(ALWAYS)
    if settings().is_https:
        said["strict-transport-security"] = A_YEAR_OF_HTTPS
    return [(name.encode(), value.encode()) for name, value in said.items()]


def caching_of(path: str) -> str:
    """Return what browsers may keep of the answer at ``path``, unless it says so itself."""
    if path.startswith("/assets/") and not path.startswith("/assets/reflex-env"):
        return FOREVER
    if path.startswith("/fonts/") and path.endswith(".woff2"):
        return FOREVER  # other letters get another name
    if path.startswith("/icons/") or path in {"/favicon.svg", "/favicon.ico"}:
        return A_DAY
    if path.startswith(("/auth/", "/api/", "/_")):
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
    if b"content-security-policy" not in said:
        policy = policies.policy_of(path, message["status"])
        headers.append((b"content-security-policy", policy.encode()))
    if b"cache-control" not in said:
        kept = caching_of(path) if message["status"] < 400 else NOT_KEPT
        headers.append((b"cache-control", kept.encode()))
    return headers
