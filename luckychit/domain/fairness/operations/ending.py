"""From the lock to the end: BEACON or REVEAL, RESULT, or VOID."""

import json
from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session, col, select

from luckychit.core import clock
from luckychit.domain.fairness import errors
from luckychit.domain.fairness.lcd1 import hashes, sampler
from luckychit.domain.fairness.lcd1.canonical import is_plain
from luckychit.domain.fairness.lcd1.chain import EntryType
from luckychit.domain.fairness.models import ProofEntry, ProofStatus
from luckychit.domain.fairness.operations import records
from luckychit.domain.fairness.rules import BEACON_PATIENCE
from luckychit.domain.fairness.views import Winner, bodies, proof_view, public_seed, winners_of


def settle(
    session: Session,
    *,
    draw_id: str,
    now: datetime,
    ticket_id_of: Callable[[int], str] | None = None,
) -> list[Winner] | None:
    """Write the result, as soon as everybody could compute it.

    Called again it returns the same winners. Call it in the transaction that posts the
    prize.

    Args:
        session: The open transaction.
        draw_id: Of the draw.
        now: The present moment.
        ticket_id_of: For a list that the caller keeps: the number of the entry at an
            index, from 0.

    Returns:
        The winners in order (none when the list is empty), or None while the beacon is
        still awaited.

    Raises:
        DrawNotFound: No such draw.
        NotLocked: The list is still open.
        DrawIsOver: The draw is void.
    """
    proof, lines = records.held_proof(session, draw_id)
    said = bodies(lines)
    if proof.status == ProofStatus.DRAWN.value:
        return winners_of(said[EntryType.RESULT])
    if proof.status != ProofStatus.LOCKED.value:
        raise records.refusal(proof)
    beacon = said.get(EntryType.BEACON)
    if proof.beacon_round is not None and beacon is None:
        return None
    now_ms = clock.to_ms(now)
    # Where a beacon follows, LOCK has made the seed public already.
    seed = public_seed(said) or records.server_seed(session, draw_id)
    if beacon is None:
        shown = {"server_seed": seed}
        lines.append(
            records.append(session, proof, lines, EntryType.REVEAL, now_ms=now_ms, body=shown)
        )
    client_seed = hashes.mixed_seed(
        bytes.fromhex(said[EntryType.LOCK]["lock_hash"]),
        proof.beacon_round or 0,
        hashes.beacon_hash(bytes.fromhex(beacon["signature"]) if beacon else None),
    )
    picks = sampler.draw(seed, client_seed, proof.n or 0, json.loads(proof.params)["winners"])
    if ticket_id_of is None:
        names = _ticket_ids(session, draw_id, [pick.position for pick in picks])
        ticket_id_of = names.__getitem__
    winners = [pick.as_winner(ticket_id_of(pick.position)) for pick in picks]
    result = {"client_seed": client_seed, "winners": winners}
    records.append(session, proof, lines, EntryType.RESULT, now_ms=now_ms, body=result)
    records.close(session, proof, ProofStatus.DRAWN, now)
    return winners_of(result)


def _ticket_ids(session: Session, draw_id: str, positions: list[int]) -> dict[int, str]:
    rows = session.exec(
        select(ProofEntry.position, ProofEntry.ticket_id).where(
            col(ProofEntry.draw_id) == draw_id, col(ProofEntry.position).in_(positions)
        )
    )
    return dict(rows.all())


def void(session: Session, *, draw_id: str, reason: str, now: datetime) -> None:
    """End a draw without a result, with the reason in the public log.

    Before the lock any draw may be called off. Afterwards only one whose beacon has
    not come for 24 hours: else voiding would be a way to draw again.

    Args:
        session: The open transaction.
        draw_id: Of the draw.
        reason: For everybody to read; quotes, backslashes and what is not ASCII are
            written as "?", and at most 200 characters are kept.
        now: The present moment.

    Raises:
        DrawNotFound: No such draw.
        AlreadyLocked: The list is closed and the draw can still have its result.
        DrawIsOver: The draw is drawn or void.
    """
    proof, lines = records.held_proof(session, draw_id)
    if proof.status == ProofStatus.LOCKED.value:
        if not proof_view(proof, lines).is_beacon_overdue(now):
            raise errors.AlreadyLocked(draw_id=draw_id, patience=str(BEACON_PATIENCE))
    elif proof.status != ProofStatus.COMMITTED.value:
        raise records.refusal(proof)
    plain = "".join(letter if is_plain(letter) else "?" for letter in reason)[:200]
    records.append(
        session, proof, lines, EntryType.VOID, now_ms=clock.to_ms(now), body={"reason": plain}
    )
    records.close(session, proof, ProofStatus.VOID, now)


def append_beacon(
    session: Session, *, draw_id: str, round_number: int, signature: str, now: datetime
) -> bool:
    """Append a beacon whose signature the caller has checked.

    Returns:
        False when it was there already.

    Raises:
        DrawNotFound: No such draw.
        NotLocked: The list is still open.
        DrawIsOver: The draw is void.
        WrongRound: It is not the committed round.
    """
    proof, lines = records.held_proof(session, draw_id)
    if EntryType.BEACON in bodies(lines):
        return False
    if proof.status != ProofStatus.LOCKED.value:
        raise records.refusal(proof)
    if proof.beacon_round != round_number:
        raise errors.WrongRound(draw_id=draw_id, round_number=round_number)
    body = {
        "round": round_number,
        "signature": signature,
        "randomness": hashes.sha256(bytes.fromhex(signature)).hex(),
    }
    records.append(session, proof, lines, EntryType.BEACON, now_ms=clock.to_ms(now), body=body)
    return True
