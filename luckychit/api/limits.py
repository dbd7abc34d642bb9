"""Counts calls before any work is done for them; the table is in core/limits.py.

Strangers are counted by their address. Who shows a session or a bearer that was found
valid is counted as a person, so that many people behind one address do not wait for each
other; one that nobody has looked up yet counts as a stranger's, and only when strangers
have no room left is it looked up.
"""

from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Receive, Scope, Send

from luckychit.api import callers, errors, forms, proven, visitors
from luckychit.core import addresses, context, limits, next_page
from luckychit.core.errors import LuckyChitError
from luckychit.core.limiter import Rule, item_of
from luckychit.core.limits import TooOften
from luckychit.core.log import get_logger
from luckychit.core.settings import settings

FORM_TYPE = b"application/x-www-form-urlencoded"
AUTH_PLACES = ("/auth/", "/api/auth/")
# Long to make or long to send; by the last part of their address.
FILES = ("/bundle", "/head", "/file", "/statement.csv", "/export", "/trail.csv", "/trail.json")
# Proven by their signatures, and sent by few.
EXEMPT = "/api/webhooks/"

_log = get_logger(__name__)
_warned: set[str] = set()


class Limits:
    """ASGI layer of the API and the sign-in forms."""

    def __init__(self, app: ASGIApp) -> None:
        """Take what is called when there is room."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the call, and pass it on or refuse it."""
        if scope["type"] == "http" and scope["path"].startswith(("/api/", "/auth/")):
            try:
                await _count(scope)
            except TooOften as spent:
                await _refusal(scope, spent)(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _count(scope: Scope) -> None:
    path, method = scope["path"], scope["method"]
    if path.startswith(EXEMPT):
        return
    _warn_once(scope)
    seen = context.current().address or visitors.address_in(scope)
    address = addresses.network(seen)
    rule = rule_of(method, path)
    if rule is not None:
        await limits.require(rule, address)
        if path.startswith(AUTH_PLACES):
            return
    credential = visitors.credential_in(scope)
    person = proven.holder(credential)
    if person is not None:
        await limits.require(limits.PERSON, person)
        return
    try:
        await limits.require(limits.ANONYMOUS, address)
    except TooOften:
        if credential is None or not await _is_somebody(scope, credential, address):
            raise


def rule_of(method: str, path: str) -> Rule | None:
    """Return the narrower rule of an address, which counts whoever calls; else None."""
    if path == "/api/auth/refresh":
        return limits.REFRESH
    if path.startswith(AUTH_PLACES):
        return None if method in callers.SAFE_METHODS else limits.AUTH
    if path == "/api/draws/verify":
        return limits.VERIFY
    return limits.FILES if path.endswith(FILES) else None


async def _is_somebody(scope: Scope, credential: str, address: str) -> bool:
    if not await limits.limiter().hit(limits.UNPROVEN, address):
        return False
    with suppress(LuckyChitError, SQLAlchemyError):
        await callers.actor_of(Request(scope))
    return proven.holder(credential) is not None


def _warn_once(scope: Scope) -> None:
    if settings().trusted_proxy_hops or _warned or visitors.is_address_known(scope):
        return
    _warned.add("proxy")
    _log.warning(
        "proxy_not_trusted",
        advice="Requests come with X-Forwarded-For, but TRUSTED_PROXY_HOPS is 0: everybody"
        " behind that proxy is counted as one address.",
    )


def _refusal(scope: Scope, spent: TooOften) -> Response:
    headers = dict(scope["headers"])
    is_form = headers.get(b"content-type", b"").startswith(FORM_TYPE)
    if scope["path"].startswith("/auth/") and is_form:
        return _back_to_the_form(headers.get(b"referer", b"").decode("latin-1"), spent)
    item = item_of(spent.rule)
    answer = errors.answer(HTTPStatus.TOO_MANY_REQUESTS, spent.code, spent.message)
    answer.headers["Retry-After"] = str(spent.retry_after_s)
    # Source: draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4.
    name = spent.rule.name
    answer.headers["RateLimit-Policy"] = f'"{name}";q={item.amount};w={item.get_expiry()}'
    answer.headers["RateLimit"] = f'"{name}";r=0;t={spent.retry_after_s}'
    return answer


def _back_to_the_form(came_from: str, spent: TooOften) -> Response:
    """Lead a browser back to the page whose form it sent; the page says how long to wait."""
    parts = urlsplit(came_from)
    is_ours = f"{parts.scheme}://{parts.netloc}" in settings().origins
    page = next_page.safe_next(parts.path) if is_ours else ""
    answer = forms.go(page or "/sign-in", why="wait", wait=str(spent.retry_after_s))
    answer.headers["Retry-After"] = str(spent.retry_after_s)
    return answer
