"""Steps 1, 2, 4 and 5 of a verification. Each returns what it saw, in plain words."""

import re
from typing import Any

from luckychit.domain.fairness.lcd1 import hashes, sampler
from luckychit.domain.fairness.lcd1.canonical import is_plain, read_canonical, same
from luckychit.domain.fairness.lcd1.case import (
    HEAD,
    LIST,
    TICKET,
    Case,
    exactly,
    is_whole,
    need,
)
from luckychit.domain.fairness.lcd1.chain import EntryType, chained_hash
from luckychit.domain.fairness.lcd1.checks_list import is_ticket_id
from luckychit.domain.fairness.lcd1.params import PATIENCE_MS, QUICKNET, VERSION

ENTRY_KEYS = {"body", "draw_id", "seq", "ts", "type"}
FILE_KEYS = {"v", "params", "n", "root", "server_seed", "beacon", "result", "log"}
TICKET_FILE_KEYS = {"ticket", "index", "path"}
_SIGNATURE = re.compile(r"[0-9a-f]{96}")


def log(case: Case) -> str:
    """Step 1: the log chains, is canonical, in order, and is the one that was witnessed."""
    bundle = case.bundle
    need(type(bundle) is dict and bundle.keys() >= FILE_KEYS, "this is not a whole bundle")
    case.scope = _scope(bundle)
    need(same(bundle["v"], VERSION), "the bundle is of another version")
    need(type(bundle["log"]) is list and bundle["log"], "the log is empty")
    previous, last_ts, types = hashes.ZERO, 0, []
    for seq, line in enumerate(bundle["log"]):
        previous = chained_hash(seq, previous, line["entry"])
        need(line["hash"] == previous.hex(), f"entry {seq} of the log does not chain")
        entry = read_canonical(line["entry"])
        need(set(entry) == ENTRY_KEYS, f"entry {seq} has missing or additional parts")
        need(same(entry["seq"], seq), f"entry {seq} has another number")
        need(entry["draw_id"] == bundle["params"]["draw_id"], f"entry {seq} is of another draw")
        need(is_whole(entry["ts"], last_ts), "time goes back in the log")
        last_ts = entry["ts"]
        types.append(entry["type"])
        case.entries[entry["type"]] = entry
    _check_order(case, types)
    _check_witnesses(case)
    return f"{len(types)} entries, chained without a gap: {' > '.join(types)}"


def _scope(bundle: dict[str, Any]) -> str:
    if "tickets" in bundle:
        return HEAD if bundle["tickets"] is None else LIST
    need(bundle.keys() >= TICKET_FILE_KEYS, "the file has neither a list nor a ticket")
    return TICKET


def _check_order(case: Case, types: list[str]) -> None:
    is_weak = case.bundle["params"]["beacon"] is None
    third = EntryType.REVEAL if is_weak else EntryType.BEACON
    whole = [EntryType.COMMIT, EntryType.LOCK, third, EntryType.RESULT]
    case.is_void = types[-1] == EntryType.VOID
    steps = types[:-1] if case.is_void else types
    need(0 < len(steps) <= len(whole), "the log has other entries than it must")
    need(steps == whole[: len(steps)], "the entries are not COMMIT, LOCK, chance, RESULT")
    need(case.is_void or len(steps) == len(whole), "the draw is not finished")
    is_known = len(steps) > (1 if is_weak else 2)
    need(not (case.is_void and is_known), "called off when its outcome could be known")


def _check_witnesses(case: Case) -> None:
    for seq, name, seen in ((0, "COMMIT", case.commit_hash), (1, "LOCK", case.lock_hash)):
        if seen is not None:
            need(name in case.entries, f"the log has no {name}, yet one was seen")
            stated = case.bundle["log"][seq]["hash"]
            need(stated == seen.strip().lower(), f"this {name} is not the one that was seen")


def commit(case: Case) -> str:
    """Step 2: parameters and seed are the ones committed to, before anything opened."""
    params, body = case.bundle["params"], case.body("COMMIT") or {}
    exactly(body, "params", "params_hash")
    need(same(body["params"], params), "the parameters are not those of COMMIT")
    _check_params(params)
    case.params_hash = hashes.params_hash(params)
    need(body["params_hash"] == case.params_hash.hex(), "params_hash is another one")
    need(case.entries["COMMIT"]["ts"] < params["opens_at"], "COMMIT came after the opening")
    case.is_weak = params["beacon"] is None
    seed = case.bundle["server_seed"]
    shown = (case.body("LOCK") or {}).get("server_seed") or (case.body("REVEAL") or {}).get(
        "server_seed"
    )
    if case.is_void and shown is None:
        need(seed is None, "the seed of a draw called off is not in its log")
        return "the terms were fixed before the opening; the seed was never needed"
    need(hashes.is_hex64(seed), "the server seed is not 64 lower-case hexadecimal characters")
    need(hashes.seed_hash(seed) == params["server_seed_hash"], "the seed is not the promised one")
    return "terms and seed are the ones fixed before the opening"


def _check_params(params: dict[str, Any]) -> None:
    names = all(is_plain(params[key]) and params[key] for key in ("draw_id", "kind", "currency"))
    numbers = all(is_whole(params[key]) for key in ("price", "fee_bps", "opens_at", "locks_at"))
    digests = all(hashes.is_hex64(params[key]) for key in ("server_seed_hash", "rules_sha256"))
    need(same(params["v"], VERSION), "the parameters are of another version")
    need(names and numbers and digests and is_whole(params["winners"], 1), "a parameter is unfit")


def beacon(case: Case) -> str:
    """Step 4: chance came after the lock, from the pinned network, in the named round."""
    stated = case.bundle["beacon"]
    if case.is_weak:
        return _check_reveal(case, stated)
    params = case.bundle["params"]
    round_number = params["beacon"]["round"]
    pinned = QUICKNET.params(round_number)
    need(is_whole(round_number, 1) and same(params["beacon"], pinned), "this is another beacon")
    lock, body = case.body("LOCK"), case.body("BEACON")
    if lock is None:
        need(stated is None, "a beacon without a lock")
        return "called off before its round was needed"
    born_ms = QUICKNET.born_ms(round_number)
    need(lock["server_seed"] == case.bundle["server_seed"], "LOCK carries another seed")
    need(
        params["locks_at"] < case.entries["LOCK"]["ts"] < born_ms,
        "the list was not closed before the round was born",
    )
    need(same(stated, body), "the beacon is not that of the log")
    if body is None:
        waited = case.entries["VOID"]["ts"] - born_ms
        need(waited >= PATIENCE_MS, "called off before its round had failed to come for a day")
        return "called off: its round never came"
    exactly(body, "round", "signature", "randomness")
    need(case.entries["BEACON"]["ts"] >= born_ms, "the beacon came before its round was born")
    need(same(body["round"], round_number), "the round is not the one named")
    return _check_beacon_bytes(case, body)


def _check_beacon_bytes(case: Case, body: dict[str, Any]) -> str:
    is_shaped = isinstance(body["signature"], str) and _SIGNATURE.fullmatch(body["signature"])
    need(is_shaped, "the signature is not 96 lower-case hexadecimal characters")
    signature = bytes.fromhex(body["signature"])
    case.beacon_hash = hashes.beacon_hash(signature)
    need(body["randomness"] == case.beacon_hash.hex(), "randomness is not H(signature)")
    if case.check_signature is None:
        return "chance from the named round; signature not checked here, compare with a relay"
    is_signed = case.check_signature(body["round"], signature)
    need(is_signed, "the network did not sign this")
    case.is_signature_checked = True
    return "chance from the named round, signed by the network"


def _check_reveal(case: Case, stated: Any) -> str:
    body = case.body("REVEAL")
    need(stated is None, "a beacon that the parameters do not name")
    if body is not None:
        exactly(body, "server_seed")
        need(body["server_seed"] == case.bundle["server_seed"], "REVEAL carries another seed")
    return "weak: no public chance; the operator knew the seed when the list closed"


def result(case: Case) -> str:
    """Step 5: the pick, done again, gives the published winners."""
    stated = case.bundle["result"]
    if case.is_void:
        body = case.body("VOID") or {}
        exactly(body, "reason")
        need(is_plain(body["reason"]) and stated is None, "a void draw with a result")
        return f"void, no winner: {body['reason']}"
    params = case.bundle["params"]
    # Else a short file could ask for a pick without an end.
    need(len(stated["winners"]) == min(params["winners"], case.count), "other winners are stated")
    round_number = 0 if case.is_weak else params["beacon"]["round"]
    client_seed = hashes.mixed_seed(case.bound, round_number, case.beacon_hash)
    picks = sampler.draw(case.bundle["server_seed"], client_seed, case.count, params["winners"])
    names = _names(case, [pick.position for pick in picks])
    winners = [pick.as_winner(names[pick.position]) for pick in picks]
    expected = {"client_seed": client_seed, "winners": winners}
    need(same(stated, expected), "the numbers give another result")
    need(same(case.body("RESULT"), expected), "RESULT is another one")
    places = ", ".join(f"{pick.position + 1} ({pick.of} left)" for pick in picks) or "nobody"
    return f"the pick gives place {places}"


def _names(case: Case, places: list[int]) -> dict[int, str]:
    """Return the ticket ids of the picked places; what no list shows is taken as stated."""
    names = dict(case.names)
    for place, winner in zip(places, case.bundle["result"]["winners"], strict=True):
        ticket_id = names.setdefault(place, winner["ticket_id"])
        need(is_ticket_id(ticket_id), "a winner has no proper number")
    need(len(set(names.values())) == len(names), "a winner has the number of another entry")
    return names
