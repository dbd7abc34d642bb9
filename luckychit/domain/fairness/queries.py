"""Reads of proofs, all public: anyone may check any draw."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlmodel import Session, col, select, tuple_

from luckychit.core.db import reading
from luckychit.domain.fairness import errors
from luckychit.domain.fairness.lcd1.canonical import is_plain
from luckychit.domain.fairness.lcd1.chain import EntryType, LogLine
from luckychit.domain.fairness.models import Proof, ProofEntry, ProofLine, ProofStatus
from luckychit.domain.fairness.operations.records import refusal
from luckychit.domain.fairness.views import (
    LogEntryView,
    ProofView,
    bodies,
    log_entry_view,
    proof_view,
    public_seed,
)

MOST_PER_PAGE = 100
PUBLIC_KINDS = ("daily", "monthly")
TICKET_PARTS = ("ticket_id", "owner", "client_seed", "issued_ms", "seal")
TICKETS_PER_PART = 500


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
    list), so a verifier calls it unfinished. Of a list that another slice keeps see
    :func:`bundle_parts`.

    Raises:
        DrawNotFound: No such draw.
    """
    with reading() as session:
        return b"".join(_parts(_head(session, draw_id), _tickets(session, draw_id)))


def bundle_parts(draw_id: str, tickets: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Return the pieces of a bundle whose list the caller keeps, never all at once.

    Joined they are the bytes that :func:`bundle` gives for the same list. The list is
    only read once it is frozen: before that it is nobody's business.

    Args:
        draw_id: Of the draw.
        tickets: ticket_id, owner, client_seed, issued_ms and seal of each, in order.

    Raises:
        DrawNotFound: No such draw; at once, not when the pieces are read.
    """
    with reading() as session:
        whole = _head(session, draw_id)
    return _parts(whole, tickets)


def head(draw_id: str) -> bytes:
    """Return a draw's bundle without its list: ``tickets`` is null.

    It is enough to repeat the pick over the locked number of entries, and never enough
    to check the list itself.

    Raises:
        DrawNotFound: No such draw.
    """
    with reading() as session:
        return _json(_head(session, draw_id))


def ticket_file(
    draw_id: str,
    *,
    index: int,
    ticket: Mapping[str, Any],
    path: Sequence[bytes],
    opening: tuple[str, str] | None = None,
) -> bytes:
    """Return a draw's proof for one ticket: the ticket and its path in place of the list.

    Args:
        draw_id: Of a draw whose list is frozen.
        index: Place of the ticket in the list, from 0.
        ticket: ticket_id, owner, client_seed, issued_ms and seal, as in the list.
        path: See :func:`lcd1.merkle.inclusion_path`.
        opening: For the owner only: user id and salt (32 hexadecimal characters), which
            show that the blinded owner of the ticket is this person.

    Raises:
        DrawNotFound: No such draw.
        NotLocked: The list is still open.
        DrawIsOver: The draw was called off before its list was closed.
    """
    with reading() as session:
        whole = _head(session, draw_id)
        if whole["n"] is None:
            raise refusal(_found(session, draw_id)[0])
    del whole["tickets"]
    whole["ticket"] = {name: ticket[name] for name in TICKET_PARTS}
    whole["index"] = index
    whole["path"] = [step.hex() for step in path]
    if opening is not None:
        whole["opening"] = {"user_id": opening[0], "salt": opening[1]}
    return _json(whole)


def _head(session: Session, draw_id: str) -> dict[str, Any]:
    row, lines = _found(session, draw_id)
    said = bodies(lines)
    return {
        "v": 1,
        "params": json.loads(row.params),
        "tickets": None,
        "n": row.n,
        "root": row.root,
        "server_seed": public_seed(said),
        "beacon": said.get(EntryType.BEACON),
        "result": said.get(EntryType.RESULT),
        "log": [{"entry": line.entry, "hash": line.hash} for line in lines],
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def _parts(whole: dict[str, Any], tickets: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    # In sorted order only the version follows the list.
    rest = b'null,"v":1}'
    yield _json(whole).removesuffix(rest) + b"["
    if whole["n"] is not None:
        comma, left = b"", iter(tickets)
        while some := list(islice(left, TICKETS_PER_PART)):
            listed = _json([{name: item[name] for name in TICKET_PARTS} for item in some])
            yield comma + listed[1:-1]
            comma = b","
    yield b"]" + rest.removeprefix(b"null")


def history(
    kinds: Sequence[str] = PUBLIC_KINDS, after: str | None = None, limit: int = 20
) -> list[ProofView]:
    """Return finished draws (drawn or void), newest first.

    Args:
        kinds: Of daily, monthly and room. Rooms are private: only who has the number
            of such a draw reads it, so no public list names them.
        after: The draw_id of the last one already seen; an unknown one starts anew.
        limit: 1 to 100.
    """
    finished = [ProofStatus.DRAWN.value, ProofStatus.VOID.value]
    wanted = select(Proof).where(col(Proof.status).in_(finished), col(Proof.kind).in_(list(kinds)))
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
