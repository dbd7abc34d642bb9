"""The five steps of a verification, in order. Each returns what it saw, in plain words."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from luckychit.domain.fairness.lcd1 import hashes, sampler
from luckychit.domain.fairness.lcd1.canonical import is_plain, read_canonical, same
from luckychit.domain.fairness.lcd1.chain import EntryType, chained_hash
from luckychit.domain.fairness.lcd1.merkle import merkle_root
from luckychit.domain.fairness.lcd1.params import PATIENCE_MS, QUICKNET, VERSION

LONGEST_TICKET_ID = 128
ENTRY_KEYS = {"body", "draw_id", "seq", "ts", "type"}
BUNDLE_KEYS = {
    "v", "params", "tickets", "n", "root", "server_seed", "beacon", "result", "log",
}  # fmt: skip
_SIGNATURE = re.compile(r"[0-9a-f]{96}")


class Broken(Exception):
    """The proof is false; the text says where."""


@dataclass(slots=True)
class Case:
    """A bundle under examination and what the steps have established."""

    bundle: Any
    commit_hash: str | None = None
    lock_hash: str | None = None
    ticket_id: str | None = None
    check_signature: Callable[[int, bytes], bool] | None = None
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    params_hash: bytes = b""
    bound: bytes = b""  # L
    beacon_hash: bytes = hashes.ZERO  # B
    is_void: bool = False
    is_weak: bool = False
    is_signature_checked: bool = False

    def body(self, entry_type: str) -> dict[str, Any] | None:
        """Return the body of the entry of a type, or None when the log has none."""
        entry = self.entries.get(entry_type)
        return None if entry is None else entry["body"]


def _need(condition: object, flaw: str) -> None:
    if not condition:
        raise Broken(flaw)


def _whole(value: Any, least: int = 0) -> bool:
    return type(value) is int and value >= least


def _exactly(body: Any, *keys: str) -> None:
    _need(type(body) is dict and set(body) == set(keys), "an entry has other parts than it must")


def log(case: Case) -> str:
    """Step 1: the log chains, is canonical, in order, and is the one that was witnessed."""
    bundle = case.bundle
    _need(type(bundle) is dict and bundle.keys() >= BUNDLE_KEYS, "this is not a whole bundle")
    _need(same(bundle["v"], VERSION), "the bundle is of another version")
    _need(type(bundle["log"]) is list and bundle["log"], "the log is empty")
    previous, last_ts, types = hashes.ZERO, 0, []
    for seq, line in enumerate(bundle["log"]):
        previous = chained_hash(seq, previous, line["entry"])
        _need(line["hash"] == previous.hex(), f"entry {seq} of the log does not chain")
        entry = read_canonical(line["entry"])
        _need(set(entry) == ENTRY_KEYS, f"entry {seq} has missing or additional parts")
        _need(same(entry["seq"], seq), f"entry {seq} has another number")
        _need(entry["draw_id"] == bundle["params"]["draw_id"], f"entry {seq} is of another draw")
        _need(_whole(entry["ts"], last_ts), "time goes back in the log")
        last_ts = entry["ts"]
        types.append(entry["type"])
        case.entries[entry["type"]] = entry
    _check_order(case, types)
    _check_witnesses(case)
    return f"{len(types)} entries, chained without a gap: {' > '.join(types)}"


def _check_order(case: Case, types: list[str]) -> None:
    is_weak = case.bundle["params"]["beacon"] is None
    third = EntryType.REVEAL if is_weak else EntryType.BEACON
    whole = [EntryType.COMMIT, EntryType.LOCK, third, EntryType.RESULT]
    case.is_void = types[-1] == EntryType.VOID
    steps = types[:-1] if case.is_void else types
    _need(0 < len(steps) <= len(whole), "the log has other entries than it must")
    _need(steps == whole[: len(steps)], "the entries are not COMMIT, LOCK, chance, RESULT")
    _need(case.is_void or len(steps) == len(whole), "the draw is not finished")
    is_known = len(steps) > (1 if is_weak else 2)
    _need(not (case.is_void and is_known), "called off when its outcome could be known")


def _check_witnesses(case: Case) -> None:
    for seq, name, seen in ((0, "COMMIT", case.commit_hash), (1, "LOCK", case.lock_hash)):
        if seen is not None:
            _need(name in case.entries, f"the log has no {name}, yet one was seen")
            stated = case.bundle["log"][seq]["hash"]
            _need(stated == seen.strip().lower(), f"this {name} is not the one that was seen")


def commit(case: Case) -> str:
    """Step 2: parameters and seed are the ones committed to, before anything opened."""
    params, body = case.bundle["params"], case.body("COMMIT") or {}
    _exactly(body, "params", "params_hash")
    _need(same(body["params"], params), "the parameters are not those of COMMIT")
    _check_params(params)
    case.params_hash = hashes.params_hash(params)
    _need(body["params_hash"] == case.params_hash.hex(), "params_hash is another one")
    _need(case.entries["COMMIT"]["ts"] < params["opens_at"], "COMMIT came after the opening")
    case.is_weak = params["beacon"] is None
    seed = case.bundle["server_seed"]
    shown = (case.body("LOCK") or {}).get("server_seed") or (case.body("REVEAL") or {}).get(
        "server_seed"
    )
    if case.is_void and shown is None:
        _need(seed is None, "the seed of a draw called off is not in its log")
        return "the terms were fixed before the opening; the seed was never needed"
    _need(hashes.is_hex64(seed), "the server seed is not 64 lower-case hexadecimal characters")
    _need(hashes.seed_hash(seed) == params["server_seed_hash"], "the seed is not the promised one")
    return "terms and seed are the ones fixed before the opening"


def _check_params(params: dict[str, Any]) -> None:
    names = all(is_plain(params[key]) and params[key] for key in ("draw_id", "kind", "currency"))
    numbers = all(_whole(params[key]) for key in ("price", "fee_bps", "opens_at", "locks_at"))
    digests = all(hashes.is_hex64(params[key]) for key in ("server_seed_hash", "rules_sha256"))
    _need(same(params["v"], VERSION), "the parameters are of another version")
    _need(names and numbers and digests and _whole(params["winners"], 1), "a parameter is unfit")


def tickets(case: Case) -> str:
    """Step 3: the list is well formed and exactly the one that was locked."""
    bundle, lock = case.bundle, case.body("LOCK")
    listed = bundle["tickets"]
    _need(type(listed) is list, "the list is not a list")
    _need(
        case.ticket_id is None or case.ticket_id in {item["ticket_id"] for item in listed},
        "your ticket is not in the list",
    )
    if lock is None:
        _need(listed == [], "the list has entries but was never closed")
        _need(bundle["n"] is None and bundle["root"] is None, "the list was never closed")
        return "called off before the list was closed"
    keys = ("n", "root", "lock_hash") + (() if case.is_weak else ("server_seed",))
    _exactly(lock, *keys)
    _check_list(listed, bundle["params"])
    root = merkle_root(hashes.leaf(case.params_hash, i, item) for i, item in enumerate(listed))
    case.bound = hashes.lock_hash(case.params_hash, len(listed), root)
    for where in (lock, bundle):
        _need(same(where["n"], len(listed)), "the number of entries is another one")
        _need(where["root"] == root.hex(), "the Merkle root is another one")
    _need(lock["lock_hash"] == case.bound.hex(), "the lock hash is another one")
    _need(case.entries["LOCK"]["ts"] >= bundle["params"]["locks_at"], "locked too early")
    return f"{len(listed)} entries, exactly the list that was locked"


def _check_list(listed: list[Any], params: dict[str, Any]) -> None:
    seen = set()
    for place, item in enumerate(listed, start=1):
        ticket_id = item["ticket_id"]
        is_named = is_plain(ticket_id) and 0 < len(ticket_id) <= LONGEST_TICKET_ID
        _need(is_named and ticket_id not in seen, f"entry {place} has no number of its own")
        seen.add(ticket_id)
        is_bound = hashes.is_hex64(item["owner"]) and hashes.is_hex64(item["seal"])
        _need(is_bound, f"entry {place} has an unfit owner or seal")
        _need(hashes.is_client_seed(item["client_seed"]), f"entry {place} has an unfit phrase")
        issued = item["issued_ms"]
        is_in_time = _whole(issued) and params["opens_at"] <= issued <= params["locks_at"]
        _need(is_in_time, f"entry {place} was issued outside the times")


def beacon(case: Case) -> str:
    """Step 4: chance came after the lock, from the pinned network, in the named round."""
    stated = case.bundle["beacon"]
    if case.is_weak:
        return _check_reveal(case, stated)
    params = case.bundle["params"]
    round_number = params["beacon"]["round"]
    pinned = QUICKNET.params(round_number)
    _need(_whole(round_number, 1) and same(params["beacon"], pinned), "this is another beacon")
    lock, body = case.body("LOCK"), case.body("BEACON")
    if lock is None:
        _need(stated is None, "a beacon without a lock")
        return "called off before its round was needed"
    born_ms = QUICKNET.born_ms(round_number)
    _need(lock["server_seed"] == case.bundle["server_seed"], "LOCK carries another seed")
    _need(
        params["locks_at"] < case.entries["LOCK"]["ts"] < born_ms,
        "the list was not closed before the round was born",
    )
    _need(same(stated, body), "the beacon is not that of the log")
    if body is None:
        waited = case.entries["VOID"]["ts"] - born_ms
        _need(waited >= PATIENCE_MS, "called off before its round had failed to come for a day")
        return "called off: its round never came"
    _exactly(body, "round", "signature", "randomness")
    _need(case.entries["BEACON"]["ts"] >= born_ms, "the beacon came before its round was born")
    _need(same(body["round"], round_number), "the round is not the one named")
    return _check_beacon_bytes(case, body)


def _check_beacon_bytes(case: Case, body: dict[str, Any]) -> str:
    is_shaped = isinstance(body["signature"], str) and _SIGNATURE.fullmatch(body["signature"])
    _need(is_shaped, "the signature is not 96 lower-case hexadecimal characters")
    signature = bytes.fromhex(body["signature"])
    case.beacon_hash = hashes.beacon_hash(signature)
    _need(body["randomness"] == case.beacon_hash.hex(), "randomness is not H(signature)")
    if case.check_signature is None:
        return "chance from the named round; signature not checked here, compare with a relay"
    is_signed = case.check_signature(body["round"], signature)
    _need(is_signed, "the network did not sign this")
    case.is_signature_checked = True
    return "chance from the named round, signed by the network"


def _check_reveal(case: Case, stated: Any) -> str:
    body = case.body("REVEAL")
    _need(stated is None, "a beacon that the parameters do not name")
    if body is not None:
        _exactly(body, "server_seed")
        _need(body["server_seed"] == case.bundle["server_seed"], "REVEAL carries another seed")
    return "weak: no public chance; the operator knew the seed when the list closed"


def result(case: Case) -> str:
    """Step 5: the pick, done again, gives the published winners."""
    stated = case.bundle["result"]
    if case.is_void:
        body = case.body("VOID") or {}
        _exactly(body, "reason")
        _need(is_plain(body["reason"]) and stated is None, "a void draw with a result")
        return f"void, no winner: {body['reason']}"
    params, listed = case.bundle["params"], case.bundle["tickets"]
    round_number = 0 if case.is_weak else params["beacon"]["round"]
    client_seed = hashes.mixed_seed(case.bound, round_number, case.beacon_hash)
    picks = sampler.draw(case.bundle["server_seed"], client_seed, len(listed), params["winners"])
    winners = [pick.as_winner(listed[pick.position]["ticket_id"]) for pick in picks]
    expected = {"client_seed": client_seed, "winners": winners}
    _need(same(stated, expected), "the numbers give another result")
    _need(same(case.body("RESULT"), expected), "RESULT is another one")
    places = ", ".join(f"{pick.position + 1} ({pick.of} left)" for pick in picks) or "nobody"
    return f"the pick gives place {places}"
