"""Codes of an authenticator app, and the recovery codes that stand in for a lost one.

Source: RFC 6238 with its defaults (SHA-1, 30 s, 6 digits), which every app knows; section
5.2 for one step of leeway to each side, and for taking no code twice.
"""

import hashlib
import hmac
import re
from datetime import datetime

import pyotp

from luckychit.core.ids import random_code

ISSUER = "LuckyChit"
STEP_S = 30
LEEWAY_STEPS = 1
CODE = re.compile(r"\d{6}", re.ASCII)
RECOVERY_CODES = 10
RECOVERY_LENGTH = 10
LONGEST_TYPED = 40


def new_secret() -> str:
    """Make the secret that the app and we share: 160 random bits in base 32."""
    return pyotp.random_base32()


def key_uri(secret: str, *, login: str) -> str:
    """Return what the app's camera reads.

    Args:
        secret: From :func:`new_secret`.
        login: How the person signs in, to tell two accounts in the app apart.
    """
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def step_of(now: datetime) -> int:
    """Return the number of the 30 seconds that ``now`` lies in, since 1970."""
    return int(now.timestamp()) // STEP_S


def matching_step(secret: str, code: str, *, now: datetime, last_step: int) -> int | None:
    """Return the step whose code this is; None when it is wrong or was used.

    Args:
        secret: The shared secret, in base 32.
        code: From :func:`tidy`.
        now: The true time: an app knows no other.
        last_step: The newest step a code was taken of; that one and older ones are used up.
    """
    if not CODE.fullmatch(code):
        return None
    app, present = pyotp.TOTP(secret), step_of(now)
    found = None
    for step in range(present - LEEWAY_STEPS, present + LEEWAY_STEPS + 1):
        is_right = hmac.compare_digest(app.generate_otp(step), code)
        if is_right and step > last_step:
            found = step
    return found


def tidy(typed: object) -> str:
    """Return a code as it is compared, however it was typed: no blanks or hyphens, capitals."""
    text = typed if isinstance(typed, str) and len(typed) <= LONGEST_TYPED else ""
    return re.sub(r"[\s-]", "", text).upper()


def new_recovery_codes() -> list[str]:
    """Make ten recovery codes of 48 bits each, as they are written down: ``7KQM2-XWDRT``."""
    codes: set[str] = set()
    while len(codes) < RECOVERY_CODES:
        code = random_code(RECOVERY_LENGTH)
        codes.add(f"{code[:5]}-{code[5:]}")
    return sorted(codes)


def recovery_hash(code: str, *, key: bytes, person: bytes) -> bytes:
    """Return what is stored of a recovery code.

    Args:
        code: As :func:`tidy` returns it.
        key: A secret of this installation, so that the table alone tells nothing.
        person: Whose it is: the same code of another person has another hash.
    """
    return hmac.digest(key, person + code.encode(), hashlib.sha256)
