"""Where a request comes from: its address, its page, its session."""

from collections.abc import Iterable
from dataclasses import replace

from fastapi import Request

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
    hops = settings().trusted_proxy_hops
    direct = request.client.host if request.client else ""
    if hops == 0:
        return direct
    listed = _split(request.headers.getlist("x-forwarded-for"))
    # Each trusted proxy appends the address it saw; what stands before is hearsay.
    return listed[-hops] if len(listed) >= hops else direct


def country_of(request: Request) -> str:
    """Return the country a request comes from, two letters; "" without a way to know."""
    header = settings().country_header
    said = request.headers.get(header, "") if header else ""
    return wiring.country_of(said=said, address=address_of(request))


def placed(actor: Actor, request: Request) -> Actor:
    """Return the actor with the country of this request, when there is a way to know it."""
    country = country_of(request)
    return replace(actor, country=country) if country else actor


def token_of(request: Request) -> str | None:
    """Return the session token of the request's cookie, or None."""
    return request.cookies.get(settings().session_cookie)


def _split(headers: Iterable[str]) -> list[str]:
    return [part.strip() for header in headers for part in header.split(",") if part.strip()]
