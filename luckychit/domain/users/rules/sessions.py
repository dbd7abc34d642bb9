"""Session tokens and how long a session lives."""

import base64
import hashlib
import secrets
from datetime import datetime, timedelta

TOKEN_BYTES = 32
TOKEN_LENGTH = 43
IDLE_LIFE = timedelta(days=30)
WHOLE_LIFE = timedelta(days=90)
TOUCHED_EVERY = timedelta(minutes=1)


def new_token() -> str:
    """Make a session token: 256 random bits in 43 characters that fit a cookie."""
    return base64.urlsafe_b64encode(secrets.token_bytes(TOKEN_BYTES)).rstrip(b"=").decode()


def token_hash(token: object) -> bytes | None:
    """Return what is stored of a token, or None when it cannot be one.

    Args:
        token: Whatever the cookie held.
    """
    # Why: a fast hash is enough, since 256 random bits cannot be guessed from it.
    if not isinstance(token, str) or len(token) != TOKEN_LENGTH or not token.isascii():
        return None
    return hashlib.sha256(token.encode()).digest()


def is_live(
    *, created_at: datetime, last_seen_at: datetime, revoked_at: datetime | None, now: datetime
) -> bool:
    """Tell whether a session still holds.

    It ends when revoked, after 30 days unseen, and 90 days after it began.

    Source: OWASP ASVS 5.0, 7.3 (session timeouts).
    """
    if revoked_at is not None:
        return False
    return now < last_seen_at + IDLE_LIFE and now < created_at + WHOLE_LIFE
