"""Reads of proofs, all public: anyone may check any draw."""

import json
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select, tuple_

from luckychit.core.db import reading
from luckychit.domain.fairness import errors
from luckychit.domain.fairness.lcd1.canonical import is_plain
from luckychit.domain.fairness.lcd1.chain import EntryType, LogLine
from luckychit.domain.fairness.models import Proof, ProofEntry, ProofLine, ProofStatus
from luckychit.domain.fairness.views import (
    LogEntryView,
    ProofView,
    bodies,
    log_entry_view,
    proof_view,
    public_seed,
)

MOST_PER_PAGE = 100


def proof(draw_id: str) -> ProofView:
    """Return the public side of a draw.

    Raises:
        DrawNotFound: No such draw.
    """
    with reading() as session:
        return view_of(session, draw_id)


def view_of(session: Session, draw_id: str) -> ProofView:
    """Return the public side of a draw, in the caller's transaction.

    Raises:
        DrawNotFound: No such draw.
    """
    row, lines = _found(session, draw_id)
    return proof_view(row, lines)


def proofs(draw_ids: Sequence[str]) -> dict[str, ProofView]:
    """Return several draws by their number; unknown numbers are left out."""
    with reading() as session:
        rows = session.exec(select(Proof).where(col(Proof.draw_id).in_(draw_ids))).all()
        return {view.draw_id: view for view in _views(session, rows)}


def log(draw_id: str) -> list[LogEntryView]:
    """Return the public log of a draw, in order.

    Raises:
        DrawNotFound: No such draw.
    """
    with reading() as session:
        _, lines = _found(session, draw_id)
        return [log_entry_view(line) for line in lines]


def bundle(draw_id: str) -> bytes:
    """Return all that is public of a draw, as one JSON text for any verifier.

    Before the result the parts that are not public yet are null (the tickets: an empty
    list), so a verifier calls it unfinished.

    Raises:
        DrawNotFound: No such draw.
    """
    with reading() as session:
        row, lines = _found(session, draw_id)
        tickets = _tickets(session, draw_id)
    said = bodies(lines)
    whole = {
        "v": 1,
        "params": json.loads(row.params),
        "tickets": tickets,
        "n": row.n,
        "root": row.root,
        "server_seed": public_seed(said),
        "beacon": said.get(EntryType.BEACON),
        "result": said.get(EntryType.RESULT),
        "log": [{"entry": line.entry, "hash": line.hash} for line in lines],
    }
    return json.dumps(whole, sort_keys=True, separators=(",", ":")).encode("ascii")


def history(kind: str | None = None, after: str | None = None, limit: int = 20) -> list[ProofView]:
    """Return finished draws (drawn or void), newest first.

    Args:
        kind: daily, monthly or room; None for all.
        after: The draw_id of the last one already seen; an unknown one starts anew.
        limit: 1 to 100.
    """
    finished = [ProofStatus.DRAWN.value, ProofStatus.VOID.value]
    wanted = select(Proof).where(col(Proof.status).in_(finished))
    if kind is not None:
        wanted = wanted.where(col(Proof.kind) == kind)
    with reading() as session:
        last = session.get(Proof, after) if is_plain(after) else None
        if last is not None and last.closed_at is not None:
            place = tuple_(col(Proof.closed_at), col(Proof.draw_id))
            wanted = wanted.where(place < tuple_(last.closed_at, last.draw_id))
        newest_first = (col(Proof.closed_at).desc(), col(Proof.draw_id).desc())
        rows = session.exec(
            wanted.order_by(*newest_first).limit(max(1, min(limit, MOST_PER_PAGE)))
        ).all()
        return _views(session, rows)


def _found(session: Session, draw_id: str) -> tuple[Proof, list[LogLine]]:
    # A database text cannot hold a zero byte; no draw has such a number.
    row = session.get(Proof, draw_id) if is_plain(draw_id) else None
    if row is None:
        raise errors.DrawNotFound(draw_id=draw_id)
    return row, _logs(session, [draw_id])[draw_id]


def _views(session: Session, rows: Sequence[Proof]) -> list[ProofView]:
    logs = _logs(session, [row.draw_id for row in rows])
    return [proof_view(row, logs[row.draw_id]) for row in rows]


def _logs(session: Session, draw_ids: Sequence[str]) -> dict[str, list[LogLine]]:
    found: dict[str, list[LogLine]] = {draw_id: [] for draw_id in draw_ids}
    rows = session.exec(
        select(ProofLine)
        .where(col(ProofLine.draw_id).in_(draw_ids))
        .order_by(col(ProofLine.draw_id), col(ProofLine.seq))
    )
    for row in rows:
        found[row.draw_id].append(LogLine(row.seq, row.entry, row.hash))
    return found


def _tickets(session: Session, draw_id: str) -> list[dict[str, Any]]:
    rows = session.execute(
        select(  # type: ignore[call-overload]
            ProofEntry.ticket_id,
            ProofEntry.owner,
            ProofEntry.client_seed,
            ProofEntry.issued_ms,
            ProofEntry.seal,
        )
        .where(col(ProofEntry.draw_id) == draw_id)
        .order_by(col(ProofEntry.position))
    )
    return [dict(row) for row in rows.mappings()]
