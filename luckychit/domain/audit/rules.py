"""The chain: how an entry becomes bytes, and bytes become a seal. Pure.

The seal of entry number ``seq`` is::

    SHA-256( previous seal, 32 bytes  ||  document, UTF-8 )

where the seal before the first is ``GENESIS`` and the document is one JSON object (form
``FORM``) with exactly these members, written as RFC 8785 says: members sorted by name, no
blanks, only the characters that must be escaped are escaped:

    action        text
    actor_id      UUID in lower case with hyphens, or null
    actor_role    text
    address       text
    facts         the facts as they were recorded: text, whole numbers, true, false, null,
                  and lists and objects of these; never a fraction, so that a number has
                  one spelling (whole numbers of any size are written in full)
    form          "luckychit-audit-1"
    happened_at   whole microseconds since 1970-01-01T00:00:00Z
    id            number of the entry
    manager_id    UUID or null
    owner_id      UUID or null
    request_id    text
    seq           place in the chain, from 1
    subject_id    text
    subject_kind  text
    written_in    number of the transaction that wrote it

Whoever has the rows and this page can recompute the chain without our code.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

FORM = "luckychit-audit-1"
GENESIS = hashlib.sha256(FORM.encode()).digest()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")
_FIELDS = (
    "action", "actor_id", "actor_role", "address", "facts", "id", "manager_id", "owner_id",
    "request_id", "subject_id", "subject_kind", "written_in",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seal:
    """A place in the chain and the hash that vouches for everything up to it."""

    seq: int
    hash: bytes

    def __str__(self) -> str:
        """As it is printed and written down: ``SEQ:HASH``."""
        return f"{self.seq}:{self.hash.hex()}"


START = Seal(0, GENESIS)


def read_seal(typed: str) -> Seal | None:
    """Return the seal that somebody wrote down as ``SEQ:HASH``; None when it is none."""
    found = _HEAD.fullmatch(typed.strip().lower())
    return Seal(int(found[1]), bytes.fromhex(found[2])) if found else None


def is_plain(value: object) -> bool:
    """Tell whether a fact has one spelling: no fraction, and only JSON's own kinds."""
    if value is None or isinstance(value, str | int):
        return True
    if isinstance(value, list | tuple):
        return all(is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_plain(item) for key, item in value.items())
    return False


def document(entry: Mapping[Any, Any], seq: int) -> bytes:
    """Return the bytes of an entry at its place, as the head of this module says.

    Args:
        entry: The columns of its row, by name.
        seq: Its place, from 1.
    """
    said = {name: _spelled(entry[name]) for name in _FIELDS}
    said |= {"form": FORM, "seq": seq, "happened_at": _microseconds(entry["happened_at"])}
    return json.dumps(
        said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def sealed(previous: Seal, entry: Mapping[Any, Any]) -> Seal:
    """Return the seal of the entry that follows ``previous``."""
    seq = previous.seq + 1
    return Seal(seq, hashlib.sha256(previous.hash + document(entry, seq)).digest())


def _spelled(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | dict) else str(value)


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
