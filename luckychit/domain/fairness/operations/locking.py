"""LOCK: the list is frozen, and what is left of chance is named."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session

from luckychit.core import clock
from luckychit.core.settings import settings
from luckychit.domain.fairness import errors
from luckychit.domain.fairness.lcd1 import hashes
from luckychit.domain.fairness.lcd1.canonical import is_plain
from luckychit.domain.fairness.lcd1.chain import EntryType, LogLine
from luckychit.domain.fairness.lcd1.merkle import merkle_root
from luckychit.domain.fairness.models import Proof, ProofEntry, ProofStatus
from luckychit.domain.fairness.operations import records
from luckychit.domain.fairness.views import LockOutcome

LONGEST_TICKET_ID = 80
MOST_ENTRIES = 2**32


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry for the list of a draw; its place is its place in the sequence.

    Args:
        ticket_id: Unique in the draw, plain ASCII, at most 80 characters.
        user_id: The owner; only a blinded hash of it becomes public.
        client_seed: The owner's own phrase, 1 to 64 plain ASCII characters.
        issued_at: From the draw's opens_at (earlier is moved up to it) to locks_at.
    """

    ticket_id: str
    user_id: UUID
    client_seed: str
    issued_at: datetime


def lock(session: Session, *, draw_id: str, entries: Sequence[Entry], now: datetime) -> LockOutcome:
    """Freeze the list and publish its root, and with a beacon the seed too.

    From then on nobody can choose another result. The row of the proof is locked until
    the transaction ends.

    Args:
        session: The open transaction.
        draw_id: Of the draw.
        entries: The whole list, in order; may be empty.
        now: The present moment.

    Raises:
        DrawNotFound: No such draw.
        AlreadyLocked: The list is closed.
        DrawIsOver: The draw is drawn or void.
        TooEarly: ``now`` is before the committed locks_at.
        LockedTooLate: The committed round is born already; the caller voids the draw.
        SeedLost: The sealed seed does not open; the caller voids the draw.
        EntryRefused: A duplicate ticket, an unfit phrase, or a moment after locks_at.
    """
    proof, lines, seed, ts_ms = _ready_to_lock(session, draw_id, now)
    _check_entries(draw_id, entries)
    rows = list(_rows(proof, entries))
    if rows:
        session.execute(insert(ProofEntry), rows)
    ph = bytes.fromhex(proof.params_hash)
    root = merkle_root(hashes.leaf(ph, row["position"], row) for row in rows)
    return _freeze(session, proof, lines, seed=seed, n=len(rows), root=root, ts_ms=ts_ms)


def lock_list(session: Session, *, draw_id: str, n: int, root: bytes, now: datetime) -> LockOutcome:
    """Freeze a list that the caller keeps, and publish its root; otherwise like :func:`lock`.

    Args:
        session: The open transaction.
        draw_id: Of the draw.
        n: Entries of the list, 0 to 2^32 - 1.
        root: Merkle root of their leaves, 32 bytes; see ``lcd1.hashes.leaf``.
        now: The present moment.

    Raises:
        ValueError: ``n`` or ``root`` has another shape.
        DrawNotFound: No such draw.
        AlreadyLocked: The list is closed.
        DrawIsOver: The draw is drawn or void.
        TooEarly: ``now`` is before the committed locks_at.
        LockedTooLate: The committed round is born already; the caller voids the draw.
        SeedLost: The sealed seed does not open; the caller voids the draw.
    """
    if not 0 <= n < MOST_ENTRIES or len(root) != hashes.DIGEST_BYTES:
        raise ValueError(f"no list has {n} entries and a root of {len(root)} bytes")
    proof, lines, seed, ts_ms = _ready_to_lock(session, draw_id, now)
    return _freeze(session, proof, lines, seed=seed, n=n, root=root, ts_ms=ts_ms)


def _ready_to_lock(
    session: Session, draw_id: str, now: datetime
) -> tuple[Proof, list[LogLine], str, int]:
    proof, lines = records.held_proof(session, draw_id)
    _check_open(proof, now)
    # A verifier wants LOCK strictly after locks_at where a beacon follows.
    locks_ms = clock.to_ms(proof.locks_at)
    ts_ms = max(clock.to_ms(now), locks_ms + 1, records.ts_of(lines[-1]))
    if proof.beacon_at is not None and ts_ms >= clock.to_ms(proof.beacon_at):
        raise errors.LockedTooLate(draw_id=draw_id, beacon_at=proof.beacon_at)
    # Opened before the list is frozen, also without a beacon: after it nobody could void.
    return proof, lines, records.server_seed(session, draw_id), ts_ms


def _freeze(
    session: Session,
    proof: Proof,
    lines: list[LogLine],
    *,
    seed: str,
    n: int,
    root: bytes,
    ts_ms: int,
) -> LockOutcome:
    bound = hashes.lock_hash(bytes.fromhex(proof.params_hash), n, root).hex()
    body: dict[str, Any] = {"n": n, "root": root.hex(), "lock_hash": bound}
    if proof.beacon_round is not None:
        body["server_seed"] = seed
    line = records.append(session, proof, lines, EntryType.LOCK, now_ms=ts_ms, body=body)
    proof.status = ProofStatus.LOCKED.value
    proof.n, proof.root = n, root.hex()
    proof.locked_at = clock.from_ms(ts_ms)
    session.flush()
    return LockOutcome(n, root.hex(), bound, line.hash, proof.beacon_at)


def _check_open(proof: Proof, now: datetime) -> None:
    if proof.status == ProofStatus.LOCKED.value:
        raise errors.AlreadyLocked(draw_id=proof.draw_id)
    if proof.status != ProofStatus.COMMITTED.value:
        raise errors.DrawIsOver(draw_id=proof.draw_id, status=proof.status)
    if now < proof.locks_at:
        raise errors.TooEarly(draw_id=proof.draw_id, locks_at=proof.locks_at)


def _check_entries(draw_id: str, entries: Sequence[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        ticket_id = entry.ticket_id
        if not is_plain(ticket_id) or not 1 <= len(ticket_id) <= LONGEST_TICKET_ID:
            raise errors.EntryRefused(draw_id=draw_id, ticket_id=ticket_id, wrong="ticket_id")
        if not hashes.is_client_seed(entry.client_seed):
            raise errors.EntryRefused(draw_id=draw_id, ticket_id=ticket_id, wrong="client_seed")
        if ticket_id in seen:
            raise errors.EntryRefused(draw_id=draw_id, ticket_id=ticket_id, wrong="duplicate")
        seen.add(ticket_id)


def _rows(proof: Proof, entries: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    opens_ms, locks_ms = clock.to_ms(proof.opens_at), clock.to_ms(proof.locks_at)
    secret = settings().secret("ticket-seal").hex()
    for position, entry in enumerate(entries):
        issued_ms = max(clock.to_ms(entry.issued_at), opens_ms)
        if issued_ms > locks_ms:
            raise errors.EntryRefused(
                draw_id=proof.draw_id, ticket_id=entry.ticket_id, wrong="issued after locks_at"
            )
        user_id, salt = str(entry.user_id), secrets.token_bytes(hashes.SALT_BYTES)
        yield {
            "draw_id": proof.draw_id,
            "position": position,
            "ticket_id": entry.ticket_id,
            "owner": hashes.owner_hash(user_id, salt),
            "salt": salt,
            "user_id": entry.user_id,
            "client_seed": entry.client_seed,
            "issued_ms": issued_ms,
            "seal": hashes.seal(
                ticket_id=entry.ticket_id,
                draw_id=proof.draw_id,
                user_id=user_id,
                position=position + 1,
                issued_ms=issued_ms,
                secret=secret,
            ),
        }
