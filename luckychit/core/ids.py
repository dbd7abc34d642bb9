"""Identifiers: UUIDv7 for rows, random codes for links and passwords."""

import secrets
import uuid

import uuid_utils

from luckychit.core import clock

# No 0/O, 1/I/L, U/V twins: read aloud and typed from paper without mistakes.
UNAMBIGUOUS = "23456789ABCDEFGHJKMNPQRSTWXYZ"


def new_id() -> uuid.UUID:
    """Make a UUIDv7: unique, and sorted by the moment it was made.

    Source: RFC 9562 section 5.7.
    """
    made = uuid_utils.uuid7(nanoseconds=clock.to_ms(clock.now()) * 1_000_000)
    return uuid.UUID(bytes=made.bytes)


def random_code(length: int) -> str:
    """Make an unguessable code of unambiguous capitals and digits.

    Args:
        length: Number of characters, 1 to 64; each adds 4.8 bits.
    """
    return "".join(secrets.choice(UNAMBIGUOUS) for _ in range(length))
