"""Where a request comes from: its address, its page, its session."""

from collections.abc import Iterable
from dataclasses import replace

from fastapi import Request
from starlette.types import Scope

from luckychit import wiring
from luckychit.core import errors
from luckychit.core.settings import settings
from luckychit.domain.actors import Actor


class ForeignOrigin(errors.NotAllowed):
    """A form on somebody else's page was aimed at us."""

    code = "api.foreign_origin"
    sentence = "This form was sent from another site."


def require_own_page(request: Request) -> None:
    """Refuse a post that a page of ours did not send.

    The browser says so by Sec-Fetch-Site; one that does not must name our origin.

    Raises:
        ForeignOrigin: It came from elsewhere, or does not say from where.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    is_own = site == "same-origin" if site else origin in settings().origins
    if not is_own:
        raise ForeignOrigin(site=site, origin=origin)


def address_of(request: Request) -> str:
    """Return the visitor's network address, as seen behind the trusted proxies."""
    return address_in(request.scope)


def address_in(scope: Scope) -> str:
    """Return the same of a request, or a handshake, that no route has taken yet."""
    hops = settings().trusted_proxy_hops
    client = scope.get("client")
    direct = str(client[0]) if client else ""
    if hops == 0:
        return direct
    listed = _split(_headers(scope, b"x-forwarded-for"))
    # Each trusted proxy appends the address it saw; what stands before is hearsay.
    return listed[-hops] if len(listed) >= hops else direct


def country_of(request: Request) -> str:
    """Return the country a request comes from, two letters; "" without a way to know."""
    # Asked of every call: without a way to know, the address is not looked for either.
    if not wiring.tells_countries():
        return ""
    header = settings().country_header
    said = request.headers.get(header, "") if header else ""
    return wiring.country_of(said=said, address=address_of(request))


def placed(actor: Actor, request: Request) -> Actor:
    """Return the actor with the country of this request, when there is a way to know it."""
    country = country_of(request)
    return replace(actor, country=country) if country else actor


def is_address_known(scope: Scope) -> bool:
    """Tell whether :func:`address_in` is the visitor's, and not that of a proxy.

    Behind a proxy that the settings do not know of, everybody seems to come from it, often
    from this machine itself.
    """
    listed = _split(_headers(scope, b"x-forwarded-for"))
    named = any(name in {b"forwarded", b"x-real-ip"} for name, _ in scope["headers"])
    hops = settings().trusted_proxy_hops
    if hops == 0:
        return not listed and not named
    return not listed or len(listed) >= hops


def token_of(request: Request) -> str | None:
    """Return the session token of the request's cookie, or None."""
    return request.cookies.get(settings().session_cookie)


def credential_in(scope: Scope) -> str | None:
    """Return what a request offers to show who sends it, valid or not; None for nothing.

    Whatever is read here for the limits is no proof: the routes look it up themselves.
    """
    bearer = _headers(scope, b"authorization")
    if bearer:
        return bearer[0]
    name = f"{settings().session_cookie}="
    for header in _headers(scope, b"cookie"):
        for part in header.split(";"):
            if part.lstrip().startswith(name):
                return part.strip()
    return None


def _headers(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _split(headers: Iterable[str]) -> list[str]:
    return [part.strip() for header in headers for part in header.split(",") if part.strip()]
