"""The public log of a draw: entries in canonical JSON, each hashed over the one before."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from luckychit.domain.fairness.lcd1.canonical import canonical_text
from luckychit.domain.fairness.lcd1.hashes import ZERO, sha256


class EntryType(StrEnum):
    """What a log entry says."""

    COMMIT = "COMMIT"
    LOCK = "LOCK"
    BEACON = "BEACON"
    REVEAL = "REVEAL"
    RESULT = "RESULT"
    VOID = "VOID"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry: its canonical text and its hash in hexadecimal."""

    seq: int
    entry: str
    hash: str


def chained_hash(seq: int, previous: bytes, entry: str) -> bytes:
    """Return h_seq over the previous hash (32 zero bytes before the first)."""
    return sha256(b"LCD1/log\0" + seq.to_bytes(8, "big") + previous + sha256(entry.encode("ascii")))


def next_line(
    last: LogLine | None,
    *,
    draw_id: str,
    entry_type: EntryType,
    ts_ms: int,
    body: Mapping[str, Any],
) -> LogLine:
    """Write the line that follows ``last``.

    Args:
        last: The line before; None for the first.
        draw_id: Of the draw.
        entry_type: What it says.
        ts_ms: When, in milliseconds since 1970; the caller never goes back.
        body: As the type asks for.
    """
    seq = 0 if last is None else last.seq + 1
    previous = ZERO if last is None else bytes.fromhex(last.hash)
    entry = canonical_text(
        {"body": dict(body), "draw_id": draw_id, "seq": seq, "ts": ts_ms, "type": entry_type.value}
    )
    return LogLine(seq, entry, chained_hash(seq, previous, entry).hex())
