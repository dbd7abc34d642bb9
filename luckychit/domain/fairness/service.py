"""Use-cases of proofs that need no actor: posting beacons and verifying bundles.

Anyone may post the beacon of a draw, because the signature makes the messenger
irrelevant. What a stranger can make us compute is bounded: cheap checks come first,
and only a few signatures are checked at once.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import col, select

from luckychit.core import clock
from luckychit.core.db import reading, retried, transaction
from luckychit.core.errors import InvalidInput
from luckychit.core.log import get_logger
from luckychit.domain.audit.operations import NOBODY, SYSTEM, record
from luckychit.domain.fairness import bls, errors, operations, queries
from luckychit.domain.fairness.beacon import BeaconSource
from luckychit.domain.fairness.lcd1.canonical import NotCanonical, read_strict
from luckychit.domain.fairness.lcd1.params import SIGNATURE_HEX_LENGTH
from luckychit.domain.fairness.lcd1.verifier import Report, verify
from luckychit.domain.fairness.models import Proof, ProofLine, ProofStatus
from luckychit.domain.fairness.views import ProofView

CHECKS_AT_ONCE = 2
MOST_DRAWS_PER_PASS = 200

_log = get_logger(__name__)
_places = threading.BoundedSemaphore(CHECKS_AT_ONCE)
_SIGNATURE = re.compile(rf"[0-9a-f]{{{SIGNATURE_HEX_LENGTH}}}")


def post_beacon(*, draw_id: str, round_number: int, signature: str) -> bool:
    """Take the beacon of a draw from whoever brings it.

    Posting the same beacon again is fine and costs nothing.

    Args:
        draw_id: Of a locked draw.
        round_number: The committed round.
        signature: 96 lower-case hexadecimal characters.

    Returns:
        True when it was new, False when it was known.

    Raises:
        InvalidInput: The signature has another shape.
        DrawNotFound: No such draw.
        NoBeacon: The draw does not wait for one.
        WrongRound: Another round was committed to.
        NotLocked: The list is still open.
        DrawIsOver: The draw is void.
        RoundNotBorn: The round lies in the future.
        BadSignature: The network did not sign this.
        VerifierBusy: Too many signatures are being checked right now.
    """
    if not isinstance(signature, str) or not _SIGNATURE.fullmatch(signature):
        raise InvalidInput({"signature": "A signature is 96 hexadecimal digits."})
    with reading() as session:
        view = queries.view_of(session, draw_id)
    if _is_known(view, round_number, signature):
        return False
    with _a_place():
        is_good = bls.is_signed(round_number, bytes.fromhex(signature))
    if not is_good:
        raise errors.BadSignature(draw_id=draw_id, round_number=round_number)
    return _append(draw_id, round_number, signature)


def _is_known(view: ProofView, round_number: int, signature: str) -> bool:
    """Do every check that costs nothing; True when this very beacon is in the log."""
    if view.beacon_round is None or view.beacon_at is None:
        raise errors.NoBeacon(draw_id=view.draw_id)
    if round_number != view.beacon_round:
        raise errors.WrongRound(draw_id=view.draw_id, committed=view.beacon_round)
    if view.beacon_signature is not None:
        # A round has one signature; another text needs no pairing to be refused.
        if signature != view.beacon_signature:
            raise errors.BadSignature(draw_id=view.draw_id)
        return True
    if view.status == ProofStatus.COMMITTED.value:
        raise errors.NotLocked(draw_id=view.draw_id)
    if view.status != ProofStatus.LOCKED.value:
        raise errors.DrawIsOver(draw_id=view.draw_id)
    if clock.now() < view.beacon_at:
        raise errors.RoundNotBorn(draw_id=view.draw_id, beacon_at=view.beacon_at)
    return False


@contextmanager
def _a_place() -> Iterator[None]:
    # Why without waiting: who waits holds a thread that everybody's pages need too.
    if not _places.acquire(blocking=False):
        raise errors.VerifierBusy
    try:
        yield
    finally:
        _places.release()


@retried
def _append(draw_id: str, round_number: int, signature: str, brought_by: str = NOBODY) -> bool:
    now = clock.now()
    with transaction() as session:
        is_new = operations.append_beacon(
            session,
            draw_id=draw_id,
            round_number=round_number,
            signature=signature,
            now=now,
        )
        if is_new:
            record(
                session,
                action="fairness.beacon_posted",
                actor=None,
                acting_as=brought_by,
                subject=("draw", draw_id),
                now=now,
                draw_id=draw_id,
                round=round_number,
            )
        return is_new


def fetch_beacons(*, source: BeaconSource) -> int:
    """Fetch, check and append the beacon of every locked draw whose round is born.

    Safe to run twice and by two. Draws that wait for the same round share one fetch
    and one check. What cannot be fetched is tried again by the next pass.

    Args:
        source: Where to ask; see wiring.

    Returns:
        How many draws got their beacon.
    """
    awaited = _awaited()
    found = {number: _fetched(source, number) for number in sorted(set(awaited.values()))}
    count = 0
    for draw_id, number in awaited.items():
        signature = found[number]
        if signature is not None and _append(draw_id, number, signature, SYSTEM):
            count += 1
    return count


def _awaited() -> dict[str, int]:
    has_beacon = select(ProofLine.draw_id).where(col(ProofLine.entry_type) == "BEACON")
    with reading() as session:
        rows = session.exec(
            select(Proof.draw_id, Proof.beacon_round)
            .where(
                col(Proof.status) == ProofStatus.LOCKED.value,
                col(Proof.beacon_at) <= clock.now(),
                col(Proof.draw_id).not_in(has_beacon),
            )
            .order_by(col(Proof.beacon_at))
            .limit(MOST_DRAWS_PER_PASS)
        )
        return {draw_id: number for draw_id, number in rows if number is not None}


def _fetched(source: BeaconSource, round_number: int) -> str | None:
    for signature in source.signatures(round_number):
        if _SIGNATURE.fullmatch(signature) and bls.is_signed(
            round_number, bytes.fromhex(signature)
        ):
            return signature
        _log.warning("beacon_refused", round=round_number)
    _log.info("beacon_not_there_yet", round=round_number)
    return None


def verify_bundle(*, text: bytes) -> Report:
    """Verify a bundle as anyone could, with the beacon's signature.

    Args:
        text: The bundle's JSON; the caller bounds its size.

    Raises:
        InvalidInput: It is not JSON that reads in one way only.
        VerifierBusy: Too many proofs are being checked right now.
    """
    try:
        bundle = read_strict(text)
    except NotCanonical as exc:
        raise InvalidInput({"body": "This is not a readable proof file."}) from exc
    with _a_place():
        return verify(bundle, check_signature=bls.is_signed)
