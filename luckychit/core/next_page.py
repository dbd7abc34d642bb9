"""Where somebody wanted to go before signing in: only ever a page of ours."""

from urllib.parse import urlsplit

LONGEST_NEXT = 200


def safe_next(wanted: str) -> str:
    """Return ``wanted`` when it is an address of a page of ours, else ""."""
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\", "/auth/", "/api/"))
    if not is_path or len(wanted) > LONGEST_NEXT or not wanted.isprintable() or "\\" in wanted:
        return ""
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc else ""
