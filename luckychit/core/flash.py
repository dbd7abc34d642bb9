"""What a form that was refused tells the page it goes back to: a short-lived, signed cookie.

Not in the address: addresses are shared, kept and logged. Signed, because the page shows
it: nobody else may put words into our pages.
"""

import hashlib
import hmac
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from luckychit.core.settings import settings

_COOKIE = "lc_flash"
LIVES_S = 60
# Browsers keep 4,096 bytes of a cookie; name, attributes and signature need some.
LONGEST = 3_500


def cookie() -> str:
    """Return the cookie's name."""
    return settings().cookie(_COOKIE)


def sealed(said: Mapping[str, str]) -> str:
    """Return the cookie's value: what is said, and the signature.

    Args:
        said: A few short values; the empty ones, and all that finds no room, are left out.
    """
    kept: dict[str, str] = {}
    for name, value in said.items():
        if value and len(urlencode({**kept, name: value})) <= LONGEST:
            kept[name] = value
    words = urlencode(kept)
    return f"{words}&sig={_signature(words)}"


def read(cookie_header: str) -> dict[str, str]:
    """Return what was said, or nothing when the cookie is missing or not ours.

    Args:
        cookie_header: The whole header, as a browser sent it.
    """
    try:
        found = SimpleCookie(cookie_header).get(cookie())
    except CookieError:
        return {}
    words, _, signature = (found.value if found else "").rpartition("&sig=")
    if not hmac.compare_digest(_signature(words).encode(), signature.encode()):
        return {}
    return dict(parse_qsl(words))


def _signature(words: str) -> str:
    return hmac.digest(settings().secret("flash"), words.encode(), hashlib.sha256).hex()
