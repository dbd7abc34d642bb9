"""Tokens of programs: access tokens that say who calls, refresh tokens that follow each other.

An access token is a JWT that we sign and only we read. It names a person and a session; that
the session still holds is asked of the database at every call, so a token is worth nothing
once its session has ended. A refresh token is chance; its successor is computed from it, so
that a program which lost our answer gets the same successor without our keeping any.
"""

import base64
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

AUDIENCE = "luckychit-api"
ALGORITHM = "HS256"
KIND = "access"
ACCESS_LIFE = timedelta(minutes=10)
# A program whose connection broke may ask once more with the token it still has.
GRACE = timedelta(seconds=10)
# Servers that share the work agree on the time to about this much.
SKEW = timedelta(seconds=60)
LONGEST = 1024
CLAIMS = ("iss", "aud", "sub", "sid", "iat", "exp", "jti", "typ")


@dataclass(frozen=True, slots=True)
class Access:
    """What a valid access token says."""

    user_id: uuid.UUID
    session_id: uuid.UUID


def access_token(
    access: Access, *, key: bytes, issuer: str, token_id: uuid.UUID, now: datetime
) -> str:
    """Return a signed access token; it holds for ten minutes.

    Args:
        access: Whom it names.
        key: At least 32 bytes that only we know.
        issuer: Our public address.
        token_id: Of this token alone.
        now: When it is made.

    Source: RFC 9068 for the claims, RFC 8725 section 3 for what a reader must check.
    """
    claims: dict[str, Any] = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": str(access.user_id),
        "sid": str(access.session_id),
        "iat": int(now.timestamp()),
        "exp": int((now + ACCESS_LIFE).timestamp()),
        "jti": str(token_id),
        "typ": KIND,
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM)


def read_access(token: object, *, key: bytes, issuer: str, now: datetime) -> Access | None:
    """Return what an access token says, or None when it is not ours or holds no longer.

    Args:
        token: Whatever a caller sent.
        key: As for :func:`access_token`.
        issuer: As for :func:`access_token`.
        now: The moment by which it must hold.
    """
    if not isinstance(token, str) or len(token) > LONGEST:
        return None
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=issuer,
            # The library would read the machine's clock; ours may be ahead of it.
            options={
                "require": list(CLAIMS),
                "strict_aud": True,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except (jwt.InvalidTokenError, UnicodeError):
        return None
    if claims["typ"] != KIND or not _is_its_time(claims["iat"], claims["exp"], now):
        return None
    try:
        return Access(uuid.UUID(claims["sub"]), uuid.UUID(claims["sid"]))
    except (ValueError, AttributeError, TypeError):
        return None


def _is_its_time(issued: object, expires: object, now: datetime) -> bool:
    if type(issued) is not int or type(expires) is not int:
        return False
    return issued <= (now + SKEW).timestamp() and now.timestamp() < expires


def successor_of(refresh_token: str, *, key: bytes) -> str:
    """Return the refresh token that follows this one, in the shape of any session token.

    The same every time, and without the key as hard to guess as a random one.

    Args:
        refresh_token: The token that is used up.
        key: 32 bytes that only we know.
    """
    digest = hmac.digest(key, refresh_token.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_in_grace(used_at: datetime, *, now: datetime) -> bool:
    """Tell whether a used refresh token may be shown again: the answer to it may be lost.

    Source: RFC 9700 section 4.14.2 (rotation), with a grace so that a lost answer does not
    lock its owner out.
    """
    return now < used_at + GRACE


def program_of(user_agent: str) -> str:
    """Return what people call the program of a session: its first word, at most 40 letters.

    Args:
        user_agent: What it says of itself; every browser says Mozilla.
    """
    name = user_agent.strip().partition(" ")[0].partition("/")[0][:40]
    if not name:
        return "a program"
    return "a browser" if name == "Mozilla" else name
