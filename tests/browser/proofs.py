"""Proofs for the browser's verifier, written here once more so that a slip in one shows."""

import hashlib
import json
import struct
from typing import Any

CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
PK = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064"
    "510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ec"
    "e45a"
)
GENESIS_S = 1692803367
OPENS = 1_790_000_000_000
LOCKS = OPENS + 86_400_000


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _named(draw_id: str, index: int) -> str:
    return f"{draw_id}-{index + 1:05d}"


def _opening(index: int) -> dict[str, str]:
    return {"user_id": f"person {index}", "salt": sha(b"salt%d" % index)[:16].hex()}


def a_ticket(draw_id: str, index: int) -> dict[str, Any]:
    who = _opening(index)
    name = who["user_id"].encode()
    blinded = struct.pack(">H", len(name)) + name + bytes.fromhex(who["salt"])
    return {
        "ticket_id": _named(draw_id, index),
        "owner": sha(b"LCD1/owner\0" + blinded).hex(),
        "client_seed": f"phrase {index}",
        "issued_ms": OPENS + index % 86_000_000,
        "seal": sha(b"seal%d" % index).hex(),
    }


def root_of(leaves: list[bytes]) -> bytes:
    """Split at the largest power of two below the count, as RFC 6962 writes it."""
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha(b"\x01" + root_of(leaves[:half]) + root_of(leaves[half:]))


def path_of(leaves: list[bytes], index: int) -> list[bytes]:
    """Return PATH(m, D[n]) as RFC 6962, section 2.1.1, writes it."""
    if len(leaves) == 1:
        return []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    left, right = leaves[:half], leaves[half:]
    if index < half:
        return [*path_of(left, index), root_of(right)]
    return [*path_of(right, index - half), root_of(left)]


def _leaf(ph: bytes, index: int, ticket: dict[str, Any]) -> bytes:
    name, phrase = ticket["ticket_id"].encode(), ticket["client_seed"].encode()
    return sha(
        b"\0LCD1/ticket\0" + ph + struct.pack(">IH", index, len(name)) + name
        + bytes.fromhex(ticket["owner"]) + struct.pack(">H", len(phrase)) + phrase
        + struct.pack(">Q", ticket["issued_ms"]) + bytes.fromhex(ticket["seal"])
    )  # fmt: skip


def _picked(seed: str, mix: str, n: int, wanted: int, draw_id: str) -> list[dict[str, Any]]:
    left, nonce, found = list(range(n)), 0, []
    while left and len(found) < wanted:
        digest = sha(f"{seed}{mix}{nonce}".encode())
        number = int.from_bytes(digest[:4], "big")
        if number < 2**32 - 2**32 % len(left):
            of, idx = len(left), number % len(left)
            position = left.pop(idx)
            found.append({
                "nonce": nonce, "hash": digest.hex(), "of": of, "idx": idx, "position": position,
                "ticket_id": _named(draw_id, position),
            })  # fmt: skip
        nonce += 1
    return found


def chained(entries: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Write entries as a log; each becomes text and hash."""
    log, last = [], bytes(32)
    for seq, entry in enumerate(entries):
        text = canonical(entry)
        last = sha(b"LCD1/log\0" + struct.pack(">Q", seq) + last + sha(text.encode()))
        log.append({"entry": text, "hash": last.hex()})
    return log


class Writer:
    """Writes the log of one draw, entry by entry."""

    def __init__(self, draw_id: str) -> None:
        self.draw_id = draw_id
        self.entries: list[dict[str, Any]] = []

    def add(self, kind: str, ts: int, body: dict[str, Any]) -> None:
        seq = len(self.entries)
        self.entries.append(
            {"body": body, "draw_id": self.draw_id, "seq": seq, "ts": ts, "type": kind}
        )


def _terms(draw_id: str, kind: str, winners: int, seed: str, round_number: int) -> dict[str, Any]:
    beacon = {
        "chain": CHAIN, "genesis": GENESIS_S, "period": 3, "pk": PK, "round": round_number,
        "scheme": "bls-unchained-g1-rfc9380",
    }  # fmt: skip
    return {
        "v": 1, "draw_id": draw_id, "kind": kind,
        "currency": "INR" if kind == "monthly" else "USD", "price": 500_000,
        "fee_bps": 500, "opens_at": OPENS, "locks_at": LOCKS, "winners": winners,
        "server_seed_hash": sha(seed.encode()).hex(), "rules_sha256": sha(b"rules").hex(),
        "beacon": beacon if round_number else None,
    }  # fmt: skip


def a_proof(
    n: int = 7, *, is_weak: bool = False, winners: int = 1, void: str = "", kind: str = "monthly",
    until: str = "RESULT", is_head: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Make the bundle of a draw.

    Args:
        n: Entries.
        is_weak: Without a beacon.
        winners: How many to pick.
        void: The reason it was called off, after the entry named by ``until``.
        kind: monthly, daily or room.
        until: The last ordinary entry of the log.
        is_head: Make no list, only a root that stands for one.
    """
    draw_id = "CHIT-0A1B2C3D-202609" if kind == "monthly" else "DDL-20260921"
    seed = sha(b"seed of %d" % n).hex()
    round_number = 0 if is_weak else (LOCKS // 1000 + 60 - GENESIS_S) // 3 + 2
    born = (GENESIS_S + (round_number - 1) * 3) * 1000
    terms = _terms(draw_id, kind, winners, seed, round_number)
    ph = sha(b"LCD1/params\0" + canonical(terms).encode())
    tickets = [] if is_head else [a_ticket(draw_id, i) for i in range(n)]
    leaves = [_leaf(ph, i, ticket) for i, ticket in enumerate(tickets)]
    root = sha(b"some list") if is_head else root_of(leaves)
    lock = sha(b"LCD1/lock\0" + ph + struct.pack(">I", n) + root)
    signature = bytes(48) if is_weak else sha(b"signature") + bytes(16)
    mixed = bytes(32) if is_weak else sha(signature)
    mix = sha(b"LCD1/mix\0" + lock + struct.pack(">Q", round_number) + mixed).hex()
    result = {"client_seed": mix, "winners": _picked(seed, mix, n, winners, draw_id)}
    beacon = {"round": round_number, "signature": signature.hex(), "randomness": mixed.hex()}
    closing = {"n": n, "root": root.hex(), "lock_hash": lock.hex()}
    steps = {
        "COMMIT": (OPENS - 1000, {"params": terms, "params_hash": ph.hex()}),
        "LOCK": (LOCKS + 500, closing if is_weak else closing | {"server_seed": seed}),
        "REVEAL" if is_weak else "BEACON": (
            LOCKS + 1000 if is_weak else born,
            {"server_seed": seed} if is_weak else beacon,
        ),
        "RESULT": (max(born, LOCKS) + 2000, result),
    }
    log = Writer(draw_id)
    for name, (ts, body) in steps.items():
        log.add(name, ts, body)
        if name == until:
            break
    if void:
        log.add("VOID", LOCKS + 86_400_000 * 2, {"reason": void})
    done = {entry["type"] for entry in log.entries}
    is_open = bool({"LOCK", "REVEAL"} & done) if not is_weak else "REVEAL" in done
    listed = tickets if "LOCK" in done else []
    return {
        "v": 1, "params": terms, "tickets": None if is_head else listed,
        "n": n if "LOCK" in done else None, "root": root.hex() if "LOCK" in done else None,
        "server_seed": seed if is_open else None,
        "beacon": beacon if "BEACON" in done else None,
        "result": result if "RESULT" in done else None, "log": chained(log.entries),
    }  # fmt: skip


def a_ticket_file(bundle: dict[str, Any], index: int, *, is_mine: bool = False) -> dict[str, Any]:
    """Make the file of one ticket of a bundle; its owner's shows whose it is."""
    ph = sha(b"LCD1/params\0" + canonical(bundle["params"]).encode())
    leaves = [_leaf(ph, i, ticket) for i, ticket in enumerate(bundle["tickets"])]
    made = {key: value for key, value in bundle.items() if key != "tickets"}
    made |= {"ticket": bundle["tickets"][index], "index": index}
    made["path"] = [step.hex() for step in path_of(leaves, index)]
    return made | ({"opening": _opening(index)} if is_mine else {})
