"""What others may know of a draw."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from luckychit.domain.fairness.lcd1.chain import EntryType, LogLine
from luckychit.domain.fairness.models import Proof, ProofStatus
from luckychit.domain.fairness.rules import BEACON_PATIENCE


@dataclass(frozen=True, slots=True)
class Winner:
    """A picked entry.

    Args:
        position_index: Place in the locked list, from 0; people are shown one more.
        ticket_id: As in the list.
    """

    position_index: int
    ticket_id: str


@dataclass(frozen=True, slots=True)
class LockOutcome:
    """What LOCK made public.

    Args:
        n: Entries in the list.
        root: Merkle root, hexadecimal.
        lock_hash: L of the proof, hexadecimal.
        lock_log_hash: Hash of the log entry, the one to witness.
        beacon_at: When the committed round is born; None for a weak draw.
    """

    n: int
    root: str
    lock_hash: str
    lock_log_hash: str
    beacon_at: datetime | None


@dataclass(frozen=True, slots=True)
class LogEntryView:
    """One public log entry: its exact text, its hash, and what it says."""

    seq: int
    type: str
    at_ms: int
    entry: str
    hash: str


@dataclass(frozen=True, slots=True)
class ProofView:
    """The public side of a draw; ``None`` where nothing is public yet.

    Args:
        is_weak: No beacon: the operator knew the seed when the list closed.
        commit_log_hash: Hash of the COMMIT log entry, to be witnessed.
        lock_log_hash: Hash of the LOCK log entry, to be witnessed.
        server_seed: S, from LOCK on (weak: from REVEAL on).
        client_seed: K, with the result.
    """

    draw_id: str
    kind: str
    status: str
    is_weak: bool
    currency: str
    price_minor: int
    fee_bps: int
    winners_wanted: int
    opens_at: datetime
    locks_at: datetime
    beacon_round: int | None
    beacon_at: datetime | None
    server_seed_hash: str
    params_hash: str
    commit_log_hash: str
    n: int | None
    root: str | None
    lock_hash: str | None
    lock_log_hash: str | None
    server_seed: str | None
    beacon_signature: str | None
    beacon_randomness: str | None
    client_seed: str | None
    winners: tuple[Winner, ...]
    void_reason: str
    committed_at: datetime
    locked_at: datetime | None
    closed_at: datetime | None

    def is_beacon_overdue(self, now: datetime) -> bool:
        """Tell whether the draw has waited 24 h for its round, so the caller voids it."""
        return (
            self.status == ProofStatus.LOCKED.value
            and self.beacon_at is not None
            and self.beacon_signature is None
            and now >= self.beacon_at + BEACON_PATIENCE
        )


def bodies(lines: Sequence[LogLine]) -> dict[str, dict[str, Any]]:
    """Return the body of each log entry by its type."""
    said = (json.loads(line.entry) for line in lines)
    return {entry["type"]: entry["body"] for entry in said}


def log_entry_view(line: LogLine) -> LogEntryView:
    """Return what a log line says."""
    said = json.loads(line.entry)
    return LogEntryView(line.seq, said["type"], said["ts"], line.entry, line.hash)


def proof_view(proof: Proof, lines: Sequence[LogLine]) -> ProofView:
    """Return the public side of a draw from its row and its whole log, in order."""
    said = bodies(lines)
    params = said[EntryType.COMMIT]["params"]
    lock = said.get(EntryType.LOCK, {})
    beacon = said.get(EntryType.BEACON, {})
    result = said.get(EntryType.RESULT, {})
    return ProofView(
        draw_id=proof.draw_id,
        kind=proof.kind,
        status=proof.status,
        is_weak=proof.beacon_round is None,
        currency=params["currency"],
        price_minor=params["price"],
        fee_bps=params["fee_bps"],
        winners_wanted=params["winners"],
        opens_at=proof.opens_at,
        locks_at=proof.locks_at,
        beacon_round=proof.beacon_round,
        beacon_at=proof.beacon_at,
        server_seed_hash=params["server_seed_hash"],
        params_hash=proof.params_hash,
        commit_log_hash=lines[0].hash,
        n=proof.n,
        root=proof.root,
        lock_hash=lock.get("lock_hash"),
        lock_log_hash=lines[1].hash if lock else None,
        server_seed=public_seed(said),
        beacon_signature=beacon.get("signature"),
        beacon_randomness=beacon.get("randomness"),
        client_seed=result.get("client_seed"),
        winners=tuple(winners_of(result)),
        void_reason=said.get(EntryType.VOID, {}).get("reason", ""),
        committed_at=proof.committed_at,
        locked_at=proof.locked_at,
        closed_at=proof.closed_at,
    )


def public_seed(said: dict[str, dict[str, Any]]) -> str | None:
    """Return the server seed as far as the log has made it public."""
    lock = said.get(EntryType.LOCK, {})
    return lock.get("server_seed") or said.get(EntryType.REVEAL, {}).get("server_seed")


def winners_of(result: dict[str, Any]) -> list[Winner]:
    """Return the winners of a RESULT body; none of an empty one."""
    return [Winner(item["position"], item["ticket_id"]) for item in result.get("winners", [])]
