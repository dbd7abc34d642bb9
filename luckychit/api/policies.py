"""Content security policies: what a page of ours may run, load and speak to.

No policy allows text to be evaluated, and none allows inline scripts but those that our
own built pages begin with, each known by its hash. Styles may stand inline: React writes
(Emotion, Sonner) put style elements into the page while it runs, with content that no build
can know, and letters shown in the demo bring their own.
"""

import hashlib
import posixpath
import re
from base64 import b64encode
from functools import lru_cache
from pathlib import Path

from luckychit.core import building
from luckychit.core.settings import settings

# Answers that are no pages: nothing in them is run, whatever they hold.
DATA = "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
# The description of the API draws itself with scripts and styles of ours, none inline.
DOCS = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "object-src 'none'; "
    "base-uri 'none'; "
    "form-action 'none'; "
    "frame-ancestors 'none'"
)
_PAGE = (
    "default-src 'self'; "
    "script-src {scripts}; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; "
    "font-src 'self'; "
    "connect-src {sockets}; "
    "worker-src 'self'; "
    "object-src 'none'; "
    "base-uri 'none'; "
    "form-action 'self'; "
    "frame-ancestors 'none'"
)
_DOCS_PATH = "/api/docs"
_FILES = ("/assets/", "/css/", "/fonts/", "/js/")
_DATA = ("/api/", "/auth/", "/_")
# Answers every address that has no file of its own; see PrecompressedStaticFiles of Reflex.
_FALLBACK = "404"
_SCRIPT = re.compile(r"<script([^>]*)>(.*?)</script>", re.DOTALL)


def policy_of(path: str, status: int) -> str:
    """Return the policy of the answer at an address.

    By the address and not by what the answer holds: "not modified" holds nothing, and
    browsers then take its policy for the page they kept.

    Args:
        path: As asked for, without the query.
        status: The status of the answer.
    """
    if path == _DOCS_PATH or path.startswith(f"{_DOCS_PATH}/"):
        return DOCS
    if path.startswith(_DATA) or (status < 400 and path.startswith(_FILES)):
        return DATA
    known = _of_pages()
    return known.get(_name_of(path)) or known[_FALLBACK]


def for_page(scripts: tuple[str, ...] = ()) -> str:
    """Return the policy of a page; only our own addresses may hold a socket.

    Args:
        scripts: The hashes of its inline scripts, as in :func:`hashes_of`.
    """
    sockets = (origin.replace("http", "ws", 1) for origin in settings().origins)
    made = _PAGE.format(
        scripts=" ".join(("'self'", *scripts)), sockets=" ".join(("'self'", *sockets))
    )
    return f"{made}; upgrade-insecure-requests" if settings().is_https else made


def hashes_of(html: str) -> tuple[str, ...]:
    """Return the hashes of a document's inline scripts, each once, as a policy names them."""
    inline = (text for attributes, text in _SCRIPT.findall(html) if "src=" not in attributes)
    hashed = (hashlib.sha256(text.encode()).digest() for text in inline)
    return tuple(dict.fromkeys(f"'sha256-{b64encode(each).decode()}'" for each in hashed))


def read_pages(client: Path) -> dict[str, tuple[str, ...]]:
    """Return the hashes of each built page by its name, as in "app/rooms"; "" is the first page.

    Args:
        client: The folder of the built pages; without it nothing is known.
    """
    return {
        _name_of(file.relative_to(client).as_posix()): hashes_of(file.read_text("utf-8"))
        for file in client.rglob("*.html")
    }


@lru_cache(maxsize=1)
def _of_pages() -> dict[str, str]:
    found = read_pages(building.ROOT / building.CLIENT)
    return {_FALLBACK: for_page()} | {name: for_page(each) for name, each in found.items()}


def _name_of(path: str) -> str:
    name = posixpath.normpath(f"/{path}").strip("/")
    return name.removesuffix("index.html").removesuffix(".html").rstrip("/")
