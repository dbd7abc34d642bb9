"""Where a request comes from: its address, its page, its session."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from fastapi import Request

from luckychit.core import errors
from luckychit.core.settings import settings

LONGEST_NEXT = 200


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


def token_of(request: Request) -> str | None:
    """Return the session token of the request's cookie, or None."""
    return request.cookies.get(settings().session_cookie)


def safe_next(wanted: str) -> str:
    """Return ``wanted`` when it is an address of a page of ours, else ""."""
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\", "/auth/", "/api/"))
    if not is_path or len(wanted) > LONGEST_NEXT or not wanted.isprintable() or "\\" in wanted:
        return ""
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc else ""


def _split(headers: Iterable[str]) -> list[str]:
    return [part.strip() for header in headers for part in header.split(",") if part.strip()]
