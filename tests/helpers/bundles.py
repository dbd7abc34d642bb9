"""Bundles made without a database, true ones and ones that lie in one place only."""

import copy
import hashlib
import importlib.util
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from luckychit.domain.fairness.lcd1 import hashes, sampler
from luckychit.domain.fairness.lcd1.canonical import NotCanonical, read_strict
from luckychit.domain.fairness.lcd1.chain import EntryType, LogLine, next_line
from luckychit.domain.fairness.lcd1.merkle import inclusion_path, merkle_root
from luckychit.domain.fairness.lcd1.params import QUICKNET
from luckychit.domain.fairness.lcd1.verifier import Report, verify

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "fairness_vectors"
TV2 = "tv2_daily7_quicknet.json"
TV4 = "tv4_lobby3_nobeacon.json"
ROUND = 657413
BORN_MS = QUICKNET.born_ms(ROUND)
LOCKS_MS = BORN_MS - 60_000
OPENS_MS = LOCKS_MS - 86_400_000
DRAW_ID = "CHIT-0a1b2c3d-202309"
SALT = bytes(range(16))


def vector(name: str) -> Any:
    """Return a shared vector without its notes."""
    read = json.loads((VECTORS / name).read_text())
    if isinstance(read, dict):
        read.pop("_debug", None)
    return read


SIGNATURE = vector(TV2)["beacon"]["signature"]
Twist = Callable[[dict[str, Any]], None]


def some_tickets(count: int, chance: random.Random) -> list[dict[str, Any]]:
    """Make entries with phrases and moments of chance."""
    plain = [chr(code) for code in range(32, 127) if chr(code) not in '"\\']
    return [
        {
            "ticket_id": f"{DRAW_ID}-{place:05}",
            "owner": chance.randbytes(32).hex(),
            "client_seed": "".join(chance.choices(plain, k=chance.randint(1, 64))),
            "issued_ms": chance.randint(OPENS_MS, LOCKS_MS),
            "seal": chance.randbytes(32).hex(),
        }
        for place in range(1, count + 1)
    ]


def a_bundle(
    count: int = 5,
    *,
    winners: int = 1,
    is_weak: bool = False,
    void_after: int | None = None,
    seed: int = 1,
    **lies: Any,
) -> dict[str, Any]:
    """Make a bundle that hangs together in every hash.

    Args:
        count: Entries.
        winners: How many are picked.
        is_weak: Without a beacon.
        void_after: End with VOID after so many log entries.
        seed: Chance of the test.
        **lies: ``params``, ``commit``, ``lock``, ``beacon``, ``reveal``, ``result``,
            ``tickets``: functions that change the thing before it is hashed;
            ``server_seed``; ``commit_ts`` and so on: other moments.
    """
    chance = random.Random(seed)
    server_seed = lies.get("server_seed", chance.randbytes(32).hex())
    params = {
        "v": 1,
        "draw_id": DRAW_ID,
        "kind": "monthly",
        "currency": "INR",
        "price": 500_000,
        "fee_bps": 500,
        "opens_at": OPENS_MS,
        "locks_at": LOCKS_MS,
        "winners": winners,
        "server_seed_hash": hashes.seed_hash(server_seed),
        "rules_sha256": hashlib.sha256(b"rules").hexdigest(),
        "beacon": None if is_weak else QUICKNET.params(ROUND),
    }
    tickets = some_tickets(count, chance)
    _twist(lies, "params", params)
    _twist(lies, "tickets", tickets)
    ph = hashes.params_hash(params)
    root = merkle_root(hashes.leaf(ph, i, ticket) for i, ticket in enumerate(tickets))
    bound = hashes.lock_hash(ph, len(tickets), root)
    lock = {"n": len(tickets), "root": root.hex(), "lock_hash": bound.hex()}
    beacon = None
    if not is_weak:
        lock["server_seed"] = server_seed
        randomness = hashlib.sha256(bytes.fromhex(SIGNATURE)).hexdigest()
        beacon = {"round": ROUND, "signature": SIGNATURE, "randomness": randomness}
        _twist(lies, "beacon", beacon)
    mixed = hashes.mixed_seed(
        bound,
        0 if beacon is None else beacon["round"],
        hashes.beacon_hash(None if beacon is None else bytes.fromhex(beacon["signature"])),
    )
    picks = sampler.draw(server_seed, mixed, len(tickets), params["winners"])
    won = [pick.as_winner(tickets[pick.position]["ticket_id"]) for pick in picks]
    result = {"client_seed": mixed, "winners": won}
    steps: list[tuple[str, int, dict[str, Any]]] = [
        ("COMMIT", OPENS_MS - 1000, {"params": params, "params_hash": ph.hex()}),
        ("LOCK", LOCKS_MS + 500, lock),
        ("REVEAL", LOCKS_MS + 600, {"server_seed": server_seed})
        if is_weak
        else ("BEACON", BORN_MS, copy.deepcopy(beacon or {})),
        ("RESULT", BORN_MS + 1000, copy.deepcopy(result)),
    ]
    if void_after is not None:
        steps = [*steps[:void_after], ("VOID", BORN_MS + 86_400_000, {"reason": "held over"})]
    for name, _, body in steps:
        _twist(lies, name.lower(), body)
    lines = _chained(params["draw_id"], steps, lies)
    names = [name for name, _, _ in steps]
    is_seed_public = "REVEAL" in names or ("LOCK" in names and not is_weak)
    return {
        "v": 1,
        "params": params,
        "tickets": tickets if "LOCK" in names else [],
        "n": len(tickets) if "LOCK" in names else None,
        "root": root.hex() if "LOCK" in names else None,
        "server_seed": server_seed if is_seed_public else None,
        "beacon": beacon if "BEACON" in names else None,
        "result": lies.get("stated", result) if "RESULT" in names else None,
        "log": [{"entry": line.entry, "hash": line.hash} for line in lines],
    }


def _twist(lies: dict[str, Any], name: str, thing: Any) -> None:
    lie: Twist | None = lies.get(name)
    if lie is not None:
        lie(thing)


def _chained(
    draw_id: str, steps: list[tuple[str, int, dict[str, Any]]], lies: dict[str, Any]
) -> list[LogLine]:
    lines: list[LogLine] = []
    for name, ts, body in steps:
        lines.append(
            next_line(
                lines[-1] if lines else None,
                draw_id=lies.get("log_draw_id", draw_id),
                entry_type=EntryType(name),
                ts_ms=lies.get(f"{name.lower()}_ts", ts),
                body=body,
            )
        )
    return lines


def a_head(bundle: dict[str, Any]) -> dict[str, Any]:
    """Return a bundle without its list."""
    return {**bundle, "tickets": None}


def a_ticket_file(
    bundle: dict[str, Any], index: int, *, user_id: str | None = None
) -> dict[str, Any]:
    """Return the file of one entry of a bundle.

    Args:
        bundle: A locked one.
        index: Place of the entry, from 0.
        user_id: Its owner, to open the blinded owner; the bundle must be made with it.
    """
    ph = hashes.params_hash(bundle["params"])
    leaves = [hashes.leaf(ph, place, item) for place, item in enumerate(bundle["tickets"])]
    made = {name: value for name, value in bundle.items() if name != "tickets"}
    made["ticket"] = bundle["tickets"][index]
    made["index"] = index
    made["path"] = [step.hex() for step in inclusion_path(leaves, index)]
    if user_id is not None:
        made["opening"] = {"user_id": user_id, "salt": SALT.hex()}
    return made


def owned_by(user_id: str, place: int = 0) -> Twist:
    """Return a twist that blinds the owner of an entry with a known salt."""
    return lambda listed: listed[place].update(owner=hashes.owner_hash(user_id, SALT))


def python_says(text: str, **options: Any) -> Report:
    """Verify a bundle's text with the product's own verifier."""
    try:
        return verify(read_strict(text), **options)
    except NotCanonical:
        return Report("false")


def _load_page() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_page", ROOT / "assets" / "verify.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGE = _load_page()


def page_says(text: str, **options: Any) -> str:
    """Verify a file's text with verify.py: drawn, void, false, or head (no full check)."""
    try:
        told = list(PAGE.verify(PAGE.read(text), **options))
    except SystemExit:
        return "head"
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        return "false"
    return "void" if "VOID" in told[-1] else "drawn"


def verdicts(bundle: Any, **options: Any) -> tuple[str, str]:
    """Return what both Python verifiers say of a bundle."""
    text = bundle if isinstance(bundle, str) else json.dumps(bundle)
    names = {"commit_hash": "commit", "lock_hash": "lock", "ticket_id": "ticket"}
    for_page = {names[name]: value for name, value in options.items()}
    return python_says(text, **options).outcome, page_says(text, **for_page)


def mutations(bundle: Any) -> Iterator[tuple[str, Any]]:
    """Yield every bundle that differs in one place: each leaf, key, item and log byte."""
    for path in _paths(bundle):
        parent = _at(bundle, path[:-1])
        for what, value in _others(parent[path[-1]]):
            yield f"{path} {what}", _changed(bundle, path, value)
        yield f"{path} removed", _without(bundle, path)
        if isinstance(parent, list) and path[-1] + 1 < len(parent):
            yield f"{path} swapped", _swapped(bundle, path)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    keys = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield (*path, key)
        if isinstance(value[key], dict | list):
            yield from _paths(value[key], (*path, key))


def _others(value: Any) -> Iterator[tuple[str, Any]]:
    for other in (None, True, False, 0, 1, "", "x", [], {}, 1.5):
        if json.dumps(other) != json.dumps(value):
            yield f"-> {other!r}", other
    if isinstance(value, int) and not isinstance(value, bool):
        yield from (("+1", value + 1), ("-1", value - 1), ("float", float(value)))
        yield from (("text", str(value)), ("list", [value]), ("huge", value + 2**53))
    if isinstance(value, str):
        yield from (("longer", value + "0"), ("blank", value + " "), ("list", [value]))
        if value.upper() != value:
            yield "upper", value.upper()
        for place, letter in enumerate(value):
            other = "1" if letter == "0" else "0"
            yield f"letter {place}", value[:place] + other + value[place + 1 :]


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _copied(value: Any, path: tuple[Any, ...]) -> Any:
    """Copy only what lies on the path; all else is shared and never written to."""
    made = copy.copy(value)
    if path:
        made[path[0]] = _copied(value[path[0]], path[1:])
    return made


def _changed(bundle: Any, path: tuple[Any, ...], value: Any) -> Any:
    made = _copied(bundle, path[:-1])
    _at(made, path[:-1])[path[-1]] = value
    return made


def _without(bundle: Any, path: tuple[Any, ...]) -> Any:
    made = _copied(bundle, path[:-1])
    del _at(made, path[:-1])[path[-1]]
    return made


def _swapped(bundle: Any, path: tuple[Any, ...]) -> Any:
    made = _copied(bundle, path[:-1])
    items, place = _at(made, path[:-1]), path[-1]
    items[place], items[place + 1] = items[place + 1], items[place]
    return made
