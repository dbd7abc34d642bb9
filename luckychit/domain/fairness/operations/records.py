"""Reads and appends the rows of a proof, for the operations."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlmodel import Session, col, select

from luckychit.core import clock
from luckychit.core import errors as core_errors
from luckychit.domain.fairness import errors, seeds
from luckychit.domain.fairness.lcd1.chain import EntryType, LogLine, next_line
from luckychit.domain.fairness.models import Proof, ProofLine, ProofSeed, ProofStatus


def held_proof(session: Session, draw_id: str) -> tuple[Proof, list[LogLine]]:
    """Return a draw's row, locked until the transaction ends, and its log in order.

    Raises:
        DrawNotFound: No such draw.
    """
    proof = session.exec(
        select(Proof)
        .where(col(Proof.draw_id) == draw_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if proof is None:
        raise errors.DrawNotFound(draw_id=draw_id)
    return proof, log_lines(session, draw_id)


def log_lines(session: Session, draw_id: str) -> list[LogLine]:
    """Return a draw's log, in order."""
    rows = session.exec(
        select(ProofLine).where(col(ProofLine.draw_id) == draw_id).order_by(col(ProofLine.seq))
    )
    return [LogLine(row.seq, row.entry, row.hash) for row in rows]


def ts_of(line: LogLine) -> int:
    """Return when a log line was written, in milliseconds since 1970."""
    ts_ms: int = json.loads(line.entry)["ts"]
    return ts_ms


def append(
    session: Session,
    proof: Proof,
    lines: Sequence[LogLine],
    entry_type: EntryType,
    *,
    now_ms: int,
    body: Mapping[str, Any],
) -> LogLine:
    """Append an entry to the log; its time never goes back, even when the clock does.

    Args:
        session: The open transaction, which holds the proof's row.
        proof: The draw.
        lines: Its whole log so far.
        entry_type: What the entry says.
        now_ms: The present moment, in milliseconds since 1970.
        body: As the type asks for.
    """
    last = lines[-1] if lines else None
    ts_ms = now_ms if last is None else max(now_ms, ts_of(last))
    line = next_line(last, draw_id=proof.draw_id, entry_type=entry_type, ts_ms=ts_ms, body=body)
    session.add(
        ProofLine(
            draw_id=proof.draw_id,
            seq=line.seq,
            entry_type=entry_type.value,
            entry=line.entry,
            hash=line.hash,
        )
    )
    session.flush()
    return line


def server_seed(session: Session, draw_id: str) -> str:
    """Return S of a draw, decrypted.

    Raises:
        SeedLost: There is none, or it was encrypted with another secret.
    """
    row = session.get(ProofSeed, draw_id)
    if row is None:
        raise errors.SeedLost(draw_id=draw_id, missing="seed")
    try:
        return seeds.opened(draw_id, row.nonce, row.sealed)
    except InvalidTag as exc:
        why = "its seed does not open: was TICKET_SEAL_SECRET changed?"
        raise errors.SeedLost(draw_id=draw_id, why=why) from exc


def close(session: Session, proof: Proof, status: ProofStatus, now: datetime) -> None:
    """Mark a draw as drawn or void."""
    proof.status = status.value
    proof.closed_at = clock.from_ms(clock.to_ms(now))
    session.flush()


def refusal(proof: Proof) -> core_errors.Refused:
    """Return why a draw in its present status cannot take the step of a locked one."""
    if proof.status == ProofStatus.COMMITTED.value:
        return errors.NotLocked(draw_id=proof.draw_id)
    return errors.DrawIsOver(draw_id=proof.draw_id, status=proof.status)
