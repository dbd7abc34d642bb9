"""Step 3 of a verification: the list, one entry of it, or only what LOCK says of it."""

import re
from typing import Any

from luckychit.domain.fairness.lcd1 import hashes
from luckychit.domain.fairness.lcd1.canonical import is_plain, same
from luckychit.domain.fairness.lcd1.case import (
    HEAD,
    LIST,
    TICKET,
    Broken,
    Case,
    exactly,
    is_whole,
    need,
)
from luckychit.domain.fairness.lcd1.merkle import merkle_root, root_from_path

LONGEST_TICKET_ID = 128
MOST_ENTRIES = 2**32
_SALT = re.compile(rf"[0-9a-f]{{{2 * hashes.SALT_BYTES}}}")


def tickets(case: Case) -> str:
    """Step 3: what the file shows of the list is what was locked."""
    seen = _CHECKS[case.scope](case)
    lock = case.body("LOCK")
    if lock is None:
        need(case.bundle["n"] is None and case.bundle["root"] is None, "the list was never closed")
        return "called off before the list was closed"
    _check_lock(case, lock)
    return seen


def _check_lock(case: Case, lock: dict[str, Any]) -> None:
    """Compare what was computed of the list with all that was stated of it."""
    exactly(lock, "n", "root", "lock_hash", *([] if case.is_weak else ["server_seed"]))
    for where in (lock, case.bundle):
        need(same(where["n"], case.count), "the number of entries is another one")
        need(where["root"] == case.root.hex(), "the Merkle root is another one")
    case.bound = hashes.lock_hash(case.params_hash, case.count, case.root)
    need(lock["lock_hash"] == case.bound.hex(), "the lock hash is another one")
    locks_at = case.bundle["params"]["locks_at"]
    need(case.entries["LOCK"]["ts"] >= locks_at, "locked too early")


def _whole_list(case: Case) -> str:
    listed = case.bundle["tickets"]
    need(type(listed) is list, "the list is not a list")
    need(case.body("LOCK") is not None or listed == [], "the list has entries but was never closed")
    for place, item in enumerate(listed):
        _check_entry(item, place, case.bundle["params"])
        case.names[place] = item["ticket_id"]
    need(len(set(case.names.values())) == len(listed), "two entries have the same number")
    is_there = case.ticket_id is None or case.ticket_id in case.names.values()
    need(is_there, "your ticket is not in the list")
    ph = case.params_hash
    case.count = len(listed)
    case.root = merkle_root(hashes.leaf(ph, place, item) for place, item in enumerate(listed))
    return f"{len(listed)} entries, exactly the list that was locked"


def _one_ticket(case: Case) -> str:
    bundle = case.bundle
    ticket, index, path = bundle["ticket"], bundle["index"], bundle["path"]
    need(case.body("LOCK") is not None, "a list that was never closed has no places")
    case.count = _stated_count(case)
    need(is_whole(index) and index < case.count, "the list has no such place")
    _check_entry(ticket, index, bundle["params"])
    is_yours = case.ticket_id is None or case.ticket_id == ticket["ticket_id"]
    need(is_yours, "this is the file of another ticket")
    case.names[index] = ticket["ticket_id"]
    need(type(path) is list and all(map(hashes.is_hex64, path)), "the path is not readable")
    leaf = hashes.leaf(case.params_hash, index, ticket)
    try:
        case.root = root_from_path(leaf, index, case.count, [bytes.fromhex(step) for step in path])
    except ValueError as exc:
        raise Broken("the path has another length than the place") from exc
    whose = _check_opening(bundle) if "opening" in bundle else ""
    name = ticket["ticket_id"]
    return f"{name} is number {index + 1} of {case.count} in the list that was locked{whose}"


def _check_opening(bundle: dict[str, Any]) -> str:
    opening = bundle["opening"]
    exactly(opening, "user_id", "salt")
    user_id, salt = opening["user_id"], opening["salt"]
    need(is_plain(user_id) and isinstance(salt, str) and _SALT.fullmatch(salt), "unfit opening")
    owner = hashes.owner_hash(user_id, bytes.fromhex(salt))
    need(owner == bundle["ticket"]["owner"], "the ticket belongs to somebody else")
    return f", and belongs to {user_id}"


def _only_head(case: Case) -> str:
    need(case.ticket_id is None, "this file has no list to find your ticket in")
    if case.body("LOCK") is None:
        return ""
    case.count = _stated_count(case)
    need(hashes.is_hex64(case.bundle["root"]), "the Merkle root is not readable")
    case.root = bytes.fromhex(case.bundle["root"])
    return f"{case.count} entries were locked; the list itself is NOT in this file, NOT checked"


def _stated_count(case: Case) -> int:
    count = case.bundle["n"]
    need(is_whole(count) and count < MOST_ENTRIES, "the number of entries is not readable")
    return int(count)


def _check_entry(item: dict[str, Any], index: int, params: dict[str, Any]) -> None:
    place = index + 1
    need(is_ticket_id(item["ticket_id"]), f"entry {place} has no proper number")
    is_bound = hashes.is_hex64(item["owner"]) and hashes.is_hex64(item["seal"])
    need(is_bound, f"entry {place} has an unfit owner or seal")
    need(hashes.is_client_seed(item["client_seed"]), f"entry {place} has an unfit phrase")
    issued = item["issued_ms"]
    is_in_time = is_whole(issued) and params["opens_at"] <= issued <= params["locks_at"]
    need(is_in_time, f"entry {place} was issued outside the times")


def is_ticket_id(value: object) -> bool:
    """Tell whether a value can be the printed number of an entry."""
    return is_plain(value) and 0 < len(str(value)) <= LONGEST_TICKET_ID


_CHECKS = {LIST: _whole_list, TICKET: _one_ticket, HEAD: _only_head}
