"""Every hash of the proof, each with its own tag so that none can stand for another."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from luckychit.domain.fairness.lcd1.canonical import canonical_bytes, is_plain

DIGEST_BYTES = 32
ZERO = bytes(DIGEST_BYTES)
SALT_BYTES = 16
LONGEST_CLIENT_SEED = 64
_HEX64 = re.compile(r"[0-9a-f]{64}")


def sha256(data: bytes) -> bytes:
    """Return H(data), 32 bytes."""
    return hashlib.sha256(data).digest()


def is_hex64(text: object) -> bool:
    """Tell whether ``text`` is 64 lower-case hexadecimal characters."""
    return isinstance(text, str) and _HEX64.fullmatch(text) is not None


def length_prefixed(text: str) -> bytes:
    """Return LP(text): its length as two bytes, then its ASCII bytes."""
    data = text.encode("ascii")
    return len(data).to_bytes(2, "big") + data


def params_hash(params: Mapping[str, Any]) -> bytes:
    """Return ph, the hash of a draw's parameters."""
    return sha256(b"LCD1/params\0" + canonical_bytes(dict(params)))


def seed_hash(server_seed: str) -> str:
    """Return C, the published hash of the server seed (over its ASCII characters)."""
    return sha256(server_seed.encode("ascii")).hex()


def owner_hash(user_id: str, salt: bytes) -> str:
    """Return the blinded owner of an entry: only who has the salt can open it."""
    return owner_digest(user_id, salt).hex()


def owner_digest(user_id: str, salt: bytes) -> bytes:
    """Return the same as 32 bytes, for who makes leaves by the thousand."""
    return sha256(b"LCD1/owner\0" + length_prefixed(user_id) + salt)


def seal(
    *, ticket_id: str, draw_id: str, user_id: str, position: int, issued_ms: int, secret: str
) -> str:
    """Return the ticket hash: the server's own mark on a ticket.

    Args:
        ticket_id: As printed.
        draw_id: Of the draw.
        user_id: Of the owner.
        position: As shown to people, from 1.
        issued_ms: Milliseconds since 1970.
        secret: Known to the server only.

    Source: the product's first plan, "ticket_hash":
        sha256(ticketId|drawId|userId|position|purchasedAt|secret).
    """
    return seal_digest(ticket_id, draw_id, user_id, position, issued_ms, secret).hex()


def seal_digest(
    ticket_id: str, draw_id: str, user_id: str, position: int, issued_ms: int, secret: str
) -> bytes:
    """Return the same as 32 bytes; the arguments are those of :func:`seal`."""
    joined = f"{ticket_id}|{draw_id}|{user_id}|{position}|{issued_ms}|{secret}"
    return sha256(joined.encode("ascii"))


def leaf(ph: bytes, index: int, ticket: Mapping[str, Any]) -> bytes:
    """Return the Merkle leaf of the entry at ``index`` (from 0).

    Args:
        ph: The hash of the parameters, so a list cannot move to another draw.
        index: Place in the list, from 0.
        ticket: ticket_id, owner, client_seed, issued_ms and seal, as in the bundle.
    """
    return leaf_digest(
        ph,
        index,
        ticket["ticket_id"],
        bytes.fromhex(ticket["owner"]),
        ticket["client_seed"],
        ticket["issued_ms"],
        bytes.fromhex(ticket["seal"]),
    )


def leaf_digest(
    ph: bytes,
    index: int,
    ticket_id: str,
    owner: bytes,
    client_seed: str,
    issued_ms: int,
    seal_: bytes,
) -> bytes:
    """Return the same, of the ticket's parts.

    Args:
        ph: The hash of the parameters, 32 bytes.
        index: Place in the list, from 0.
        ticket_id: As printed.
        owner: The blinded owner, 32 bytes.
        client_seed: The buyer's phrase.
        issued_ms: Milliseconds since 1970.
        seal_: The seal, 32 bytes.
    """
    return sha256(
        b"\0LCD1/ticket\0"
        + ph
        + index.to_bytes(4, "big")
        + length_prefixed(ticket_id)
        + owner
        + length_prefixed(client_seed)
        + issued_ms.to_bytes(8, "big")
        + seal_
    )


def lock_hash(ph: bytes, count: int, root: bytes) -> bytes:
    """Return L, which binds the parameters, the number of entries and their root."""
    return sha256(b"LCD1/lock\0" + ph + count.to_bytes(4, "big") + root)


def beacon_hash(signature: bytes | None) -> bytes:
    """Return B: the hash of the beacon's signature, or 32 zero bytes without a beacon."""
    return ZERO if signature is None else sha256(signature)


def mixed_seed(lock: bytes, round_number: int, beacon: bytes) -> str:
    """Return K, published as the client seed of the result.

    Args:
        lock: L, 32 bytes.
        round_number: The committed drand round, 0 without a beacon.
        beacon: B, 32 bytes.
    """
    return sha256(b"LCD1/mix\0" + lock + round_number.to_bytes(8, "big") + beacon).hex()


def is_client_seed(text: object) -> bool:
    """Tell whether ``text`` may be a buyer's own phrase: 1 to 64 plain ASCII characters."""
    return is_plain(text) and 1 <= len(str(text)) <= LONGEST_CLIENT_SEED
