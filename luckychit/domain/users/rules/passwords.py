"""Passwords: what is accepted, how one is stored, and one-time passwords."""

import base64
import gzip
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import bcrypt

from luckychit.core.errors import InvalidInput
from luckychit.core.ids import random_code

SHORTEST = 8
LONGEST = 256
ONE_TIME_LENGTH = 12
ONE_TIME_LIFE = timedelta(days=7)
SCHEME = "v1:"
NO_PASSWORD = "none:"  # noqa: S105 - says that nobody can sign in with a password yet
_COMMON = Path(__file__).with_name("common_passwords.txt")
# The passwords of 8 characters and more among the 20,000 seen most often in breaches. Packed:
# nobody should have to read them.
# Source: Royce Williams's list, as Django 5.2 hands it out in contrib/auth.
_BREACHED = Path(__file__).with_name("breached_passwords.txt.gz")
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def _pre_hash(password: str, pepper: bytes) -> bytes:
    # Why: bcrypt reads 72 bytes at most and bcrypt 5 refuses more; 44 always fit.
    normal = unicodedata.normalize("NFKC", password)
    digest = hmac.digest(pepper, normal.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return base64.b64encode(digest)


def hash_password(password: str, *, pepper: bytes, cost: int) -> str:
    """Return the text to store: scheme prefix and bcrypt hash. Slow on purpose.

    Args:
        password: At most 256 code points.
        pepper: Secret of this installation, 32 bytes.
        cost: bcrypt's work factor, 4 to 16; each step doubles the time.

    Source: OWASP Password Storage Cheat Sheet, "Pre-hashing passwords with bcrypt".
    """
    hashed = bcrypt.hashpw(_pre_hash(password, pepper), bcrypt.gensalt(cost))
    return SCHEME + hashed.decode()


def matches(password: str, stored: str | None, *, pepper: bytes, cost: int) -> bool:
    """Tell whether the password is the stored one; takes as long when there is none.

    Args:
        password: What was typed, at most 256 code points.
        stored: What :func:`hash_password` returned; None for an unknown person.
        pepper: Secret of this installation.
        cost: Work factor for the hash that is computed in vain.
    """
    is_real = stored is not None and stored.startswith(SCHEME)
    against = stored.removeprefix(SCHEME) if stored is not None and is_real else _dummy(cost)
    is_same = bcrypt.checkpw(_pre_hash(password, pepper), against.encode())
    return is_same and is_real


def _dummy(cost: int) -> str:
    return f"$2b${cost:02d}$" + "." * 53


def one_time_password() -> str:
    """Make a one-time password of 12 characters, 58 bits: ``7KQM-2XWD-RT9A``."""
    code = random_code(ONE_TIME_LENGTH)
    return "-".join(code[at : at + 4] for at in range(0, ONE_TIME_LENGTH, 4))


def as_one_time(typed: str) -> str:
    """Return a one-time password as it was made, however its hyphens were typed."""
    code = re.sub(r"[\s-]", "", typed).upper()
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def typed_password(value: object, *, field: str = "password") -> str:
    """Return a password that somebody offers, whatever rules it was made under.

    Raises:
        InvalidInput: Not text, empty, over 256 code points, or with NUL.
    """
    if not isinstance(value, str) or not value:
        raise InvalidInput({field: "Please type your password."})
    if len(value) > LONGEST:
        raise InvalidInput({field: f"Please use at most {LONGEST} characters."})
    if "\0" in value or any(unicodedata.category(character) == "Cs" for character in value):
        raise InvalidInput({field: "Please use characters that can be printed."})
    return value


def new_password(
    value: object, *, field: str = "new_password", own: Iterable[str | None] = ()
) -> str:
    """Return a password somebody chose, if it is good enough.

    At least 8 code points, not a common password, not the person's own name or
    number; no rules about kinds of characters.

    Args:
        value: What was typed.
        field: Name of the field, for the error.
        own: The person's name, mobile number, e-mail address and username.

    Raises:
        InvalidInput: Too short or long, or too easy to guess.

    Source: NIST SP 800-63B section 5.1.1.2 (verifiers of memorized secrets).
    """
    password = typed_password(value, field=field)
    normal = unicodedata.normalize("NFKC", password).casefold()
    if len(unicodedata.normalize("NFKC", password)) < SHORTEST:
        raise InvalidInput({field: f"Please use at least {SHORTEST} characters."})
    if _is_common(normal):
        raise InvalidInput({field: "Too many people use this password. Please choose another."})
    if any(_is_own(normal, item) for item in own if item):
        raise InvalidInput({field: "Please do not use your own name or number as password."})
    return password


def _is_common(normal: str) -> bool:
    base = _EDGES.sub("", normal)
    steps = {ord(after) - ord(before) for before, after in pairwise(normal)}
    is_run = len(steps) == 1 and steps <= {-1, 0, 1}
    return is_run or normal in common_passwords() or base in common_passwords()


def _is_own(normal: str, item: str) -> bool:
    known = item.casefold()
    if known.startswith("+"):
        return known[-10:] in re.sub(r"\D", "", normal)
    said = _EDGES.sub("", normal).replace(" ", "")
    forms = (known.replace(" ", ""), *known.split(), known.split("@")[0])
    return bool(said) and said in {_EDGES.sub("", form) for form in forms}


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """Return the passwords and words that are guessed first, in lower case."""
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    breached = gzip.decompress(_BREACHED.read_bytes()).decode().splitlines()
    own = (item for item in lines if item and not item.startswith("#"))
    return frozenset(own) | frozenset(breached)
