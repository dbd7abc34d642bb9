"""COMMIT: a draw is announced before anything of it is sold."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlmodel import Session

from luckychit.core import clock
from luckychit.core.errors import InvalidInput
from luckychit.core.settings import settings
from luckychit.domain.fairness import errors, seeds
from luckychit.domain.fairness.lcd1 import hashes
from luckychit.domain.fairness.lcd1.canonical import LARGEST_INTEGER, canonical_bytes, is_plain
from luckychit.domain.fairness.lcd1.chain import EntryType
from luckychit.domain.fairness.lcd1.params import QUICKNET, SECONDS_FROM_LOCK_TO_ROUND, VERSION
from luckychit.domain.fairness.models import Proof, ProofSeed, ProofStatus
from luckychit.domain.fairness.operations import records
from luckychit.domain.fairness.views import ProofView, proof_view

LONGEST_ID = 64
KINDS = ("daily", "monthly", "room")


def commit(  # noqa: PLR0913 - each is a committed parameter
    session: Session,
    *,
    draw_id: str,
    kind: str,
    currency: str,
    price_minor: int,
    fee_bps: int,
    opens_at: datetime,
    locks_at: datetime,
    rules_text: str,
    now: datetime,
    winners: int = 1,
) -> ProofView:
    """Announce a draw: parameters, the hash of a fresh seed, the round it will use.

    The encrypted seed is written in the same transaction. Where the settings ask for a
    beacon the round is the first born 60 s or more after ``locks_at``.

    Args:
        session: The open transaction.
        draw_id: Plain ASCII, at most 64 characters, used once ever.
        kind: daily, monthly or room.
        currency: ISO 4217 code.
        price_minor: Of one entry, in minor units, 0 or more.
        fee_bps: 0 to 10,000.
        opens_at: When entries may be taken; at the earliest 1 ms after ``now``, and
            moved up to that when it is not.
        locks_at: When the list closes.
        rules_text: The rules people agree to; its hash is committed.
        now: The present moment.
        winners: How many entries are picked, 1 or more.

    Raises:
        InvalidInput: A value does not fit the proof.
        LocksTooSoon: ``locks_at`` is not after the opening.
        DrawIdTaken: The number has been used.
    """
    now_ms = clock.to_ms(now)
    opens_ms = max(clock.to_ms(opens_at), now_ms + 1)
    locks_ms = clock.to_ms(locks_at)
    if locks_ms <= opens_ms:
        raise errors.LocksTooSoon(draw_id=draw_id)
    round_number = None
    if settings().uses_drand:
        round_number = QUICKNET.round_at(locks_ms + SECONDS_FROM_LOCK_TO_ROUND * 1000)
    server_seed = seeds.new_seed()
    params = {
        "v": VERSION,
        "draw_id": draw_id,
        "kind": kind,
        "currency": currency,
        "price": price_minor,
        "fee_bps": fee_bps,
        "opens_at": opens_ms,
        "locks_at": locks_ms,
        "winners": winners,
        "server_seed_hash": hashes.seed_hash(server_seed),
        "rules_sha256": hashes.sha256(rules_text.encode()).hex(),
        "beacon": None if round_number is None else QUICKNET.params(round_number),
    }
    _check_params(params)
    proof = _insert_once(session, params, now_ms)
    nonce, sealed = seeds.closed(draw_id, server_seed)
    session.add(ProofSeed(draw_id=draw_id, nonce=nonce, sealed=sealed))
    body = {"params": params, "params_hash": proof.params_hash}
    line = records.append(session, proof, [], EntryType.COMMIT, now_ms=now_ms, body=body)
    return proof_view(proof, [line])


def _check_params(params: dict[str, Any]) -> None:
    bounds = {"price": (0, LARGEST_INTEGER), "fee_bps": (0, 10_000), "winners": (1, 2**32)}
    wrong = {
        name: f"must be a whole number from {low} to {high}"
        for name, (low, high) in bounds.items()
        if type(params[name]) is not int or not low <= params[name] <= high
    }
    draw_id = params["draw_id"]
    if not is_plain(draw_id) or not 1 <= len(draw_id) <= LONGEST_ID:
        wrong["draw_id"] = f"must be 1 to {LONGEST_ID} plain characters"
    if params["kind"] not in KINDS:
        wrong["kind"] = "must be daily, monthly or room"
    if not is_plain(params["currency"]) or len(params["currency"]) != 3:
        wrong["currency"] = "must be a currency code"
    if wrong:
        raise InvalidInput(wrong)


def _insert_once(session: Session, params: dict[str, Any], now_ms: int) -> Proof:
    beacon = params["beacon"]
    born_ms = None if beacon is None else QUICKNET.born_ms(beacon["round"])
    values = {
        "draw_id": params["draw_id"],
        "kind": params["kind"],
        "status": ProofStatus.COMMITTED.value,
        "params": canonical_bytes(params),
        "params_hash": hashes.params_hash(params).hex(),
        "opens_at": clock.from_ms(params["opens_at"]),
        "locks_at": clock.from_ms(params["locks_at"]),
        "beacon_round": None if beacon is None else beacon["round"],
        "beacon_at": None if born_ms is None else clock.from_ms(born_ms),
        "committed_at": clock.from_ms(now_ms),
    }
    made = session.execute(
        insert_or_skip(Proof)
        .values(values)
        .on_conflict_do_nothing(index_elements=["draw_id"])
        .returning(Proof)
    ).scalar_one_or_none()
    if made is None:
        raise errors.DrawIdTaken(draw_id=params["draw_id"])
    return made
