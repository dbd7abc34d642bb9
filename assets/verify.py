# fmt: off
"""Checks a LuckyChit draw without LuckyChit: python3 verify.py bundle.json (exit 0 true, 1 false).

A file alone proves only that it agrees with itself: give the hashes you saw before the draw.
"""
import argparse, json, sys
from hashlib import sha256
from pathlib import Path

# The public chance, drand quicknet: pinned here, never taken from the file.
KEY = "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"  # noqa: E501
NET = {"chain": "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971", "pk": KEY,
       "genesis": 1692803367, "period": 3, "scheme": "bls-unchained-g1-rfc9380"}
PARTS = {"v", "params", "tickets", "n", "root", "server_seed", "beacon", "result", "log"}

def need(holds, flaw):
    if not holds: raise ValueError(flaw)
def whole(digits): need(abs(int(digits)) < 2**53, "a number is too large"); return int(digits)
def once(pairs): need(len(dict(pairs)) == len(pairs), "a name comes twice"); return dict(pairs)
def read(text):  # JSON that can be read in one way only
    return json.loads(text, object_pairs_hook=once, parse_int=whole, parse_float=whole)
def cj(value):  # canonical JSON: names sorted, no blanks, nothing that needs an escape
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    need(not set(text) & {"\\", "\x7f"}, "a text is not plain ASCII")
    return text
def tagged(tag, *parts): return sha256(b"LCD1/" + tag + b"\0" + b"".join(parts)).digest()
def u(bits, value): need(type(value) is int, "no number"); return value.to_bytes(bits // 8, "big")
def lp(text, longest):
    need(1 <= len(text) <= longest and cj(text), "a text is empty or too long")
    return u(16, len(text)) + text.encode("ascii")
def unhex(text, size):
    need(len(text) == 2 * size and not set(text) - set("0123456789abcdef"), "not lower-case hex")
    return bytes.fromhex(text)
def tree(leaves):  # RFC 6962: split at the largest power of two below the count
    if len(leaves) < 2: return leaves[0] if leaves else sha256(b"").digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + tree(leaves[:half]) + tree(leaves[half:])).digest()

def bls(number, signature):
    try:
        from py_ecc.bls import g2_primitives as g, hash_to_curve as h
        from py_ecc.optimized_bls12_381 import FQ12, G2, final_exponentiate, neg, pairing
    except ImportError:
        return "signature NOT CHECKED HERE: compare it with a drand relay"
    point, key = g.pubkey_to_G1(signature), g.decompress_G2((int(KEY[:96], 16), int(KEY[96:], 16)))
    message, name = sha256(u(64, number)).digest(), b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
    right = pairing(key, neg(h.hash_to_G1(message, name, sha256)), final_exponentiate=False)
    both = pairing(G2, point, final_exponentiate=False) * right
    need(g.subgroup_check(point) and final_exponentiate(both) == FQ12.one(), "not signed by drand")
    return "signature checked: it is the network's"

def verify(b, commit=None, lock=None, ticket=None):
    """Yield what each of the five steps saw; raise at the first flaw."""
    need(b.keys() >= PARTS and cj([b["v"], b["params"]["v"]]) == "[1,1]", "not a version 1 bundle")
    p, seed, beacon, last, ts, said = b["params"], b["server_seed"], b["beacon"], bytes(32), 0, {}
    for i, line in enumerate(b["log"]):
        e = read(line["entry"])
        last = tagged(b"log", u(64, i), last, sha256(line["entry"].encode()).digest())
        need(line["hash"] == last.hex() and cj(e) == line["entry"], f"log entry {i} was changed")
        fits = cj({**e, "draw_id": p["draw_id"], "seq": i, "ts": max(e["ts"], ts)})
        need(fits == cj(e) and len(e) == 5, f"log entry {i} is of another draw, place or time")
        ts, said[e["type"]] = e["ts"], {**e, "hash": line["hash"]}
    full = ["COMMIT", "LOCK", "REVEAL" if p["beacon"] is None else "BEACON", "RESULT"]
    early = ((1,), (1, 2))["BEACON" in full]  # once the outcome can be known it cannot be void
    ends = [[*full[:k], "VOID"] for k in early] if "VOID" in said else [full]
    need(list(said) in ends and len(said) == len(b["log"]), f"not a finished draw: {list(said)}")
    for name, seen in (("COMMIT", commit), ("LOCK", lock)):
        need(not seen or said.get(name, {}).get("hash") == seen.strip().lower(), f"not your {name}")
    yield f"1 log      {' > '.join(said)}, chained without a gap"
    body = {name: entry["body"] for name, entry in said.items()}
    counts = [p["winners"] - 1] + [p[k] for k in ("price", "fee_bps", "opens_at", "locks_at")]
    need(all(type(k) is int and k >= 0 for k in counts) and unhex(p["rules_sha256"], 32), "terms")
    ph = tagged(b"params", cj(p).encode())
    need(cj(body["COMMIT"]) == cj({"params": p, "params_hash": ph.hex()}), "COMMIT has other terms")
    need(said["COMMIT"]["ts"] < p["opens_at"], "COMMIT came after the opening")
    if "REVEAL" in said or ("LOCK" in said and p["beacon"]):
        unhex(seed, 32)
        need(sha256(seed.encode()).hexdigest() == p["server_seed_hash"], "not the promised seed")
    else: need(seed is None, "a seed that the log does not have")
    yield "2 commit   terms and the hash of the seed were fixed before the opening"
    ids, leaves = [t["ticket_id"] for t in b["tickets"]], []
    for i, t in enumerate(b["tickets"]):
        need(p["opens_at"] <= t["issued_ms"] <= p["locks_at"], f"entry {i + 1} is out of time")
        leaf = lp(t["ticket_id"], 128) + unhex(t["owner"], 32) + lp(t["client_seed"], 64)
        leaf = ph + u(32, i) + leaf + u(64, t["issued_ms"]) + unhex(t["seal"], 32)
        leaves.append(sha256(b"\0LCD1/ticket\0" + leaf).digest())
    need(len(set(ids)) == len(ids), "two entries have the same number")
    need(not ticket or ticket in ids, f"{ticket} is not in the list")
    n, root = (len(ids), tree(leaves)) if "LOCK" in said else (None, b"")
    need(cj([b["n"], b["root"]]) == cj([n, root.hex() or None]), "n or root is another one")
    bound = tagged(b"lock", ph, u(32, n or 0), root)
    frozen = {"n": n, "root": root.hex(), "lock_hash": bound.hex()}
    frozen.update({"server_seed": seed} if p["beacon"] else {})
    need(cj(body.get("LOCK", frozen)) == cj(frozen), "LOCK is of another list or seed")
    need(said["LOCK"]["ts"] >= p["locks_at"] if "LOCK" in said else b["tickets"] == [], "early")
    yield f"3 tickets  {n or 'no'} entries, exactly the list that was locked"
    need(cj(beacon) == cj(body.get("BEACON")), "the log has another beacon")
    need(cj(body.get("REVEAL", {"server_seed": seed})) == cj({"server_seed": seed}), "other seed")
    chance, words = bytes(40), "WEAK: no public chance; the operator knew the seed at the lock"
    if p["beacon"] is not None:
        number = p["beacon"]["round"]
        need(cj(p["beacon"]) == cj({**NET, "round": number}) and number > 0, "not drand quicknet")
        born = (NET["genesis"] + (number - 1) * NET["period"]) * 1000
        locked = said.get("LOCK", {"ts": born - 1})["ts"]
        need(p["locks_at"] < locked < born, "not closed before the round was born")
        late = said.get("VOID", {"ts": 2**53})["ts"] >= born + 86_400_000 or "LOCK" not in said
        need(late, "called off before the round had failed to come for a day")
        words = f"round {number} never came"
    if beacon is not None:
        sig = unhex(beacon["signature"], 48)
        mine = {"round": number, "randomness": sha256(sig).hexdigest(), "signature": sig.hex()}
        need(cj(beacon) == cj(mine) and said["BEACON"]["ts"] >= born, "another beacon")
        chance, words = u(64, number) + sha256(sig).digest(), f"round {number}; {bls(number, sig)}"
    yield f"4 beacon   {words}"
    if "VOID" in said:
        need(b["result"] is None and list(body["VOID"]) == ["reason"], "VOID with a result")
        yield f"5 result   VOID, nobody won: {body['VOID']['reason']}"; return
    mix, left, nonce, winners = tagged(b"mix", bound, chance).hex(), list(range(n)), 0, []
    while left and len(winners) < p["winners"]:
        digest = sha256(f"{seed}{mix}{nonce}".encode()).hexdigest()
        x, m = int(digest[:8], 16), len(left)
        if x < 2**32 - 2**32 % m:  # else the last turn is incomplete: reject, count on
            w = {"nonce": nonce, "hash": digest, "of": m, "idx": x % m, "position": left.pop(x % m)}
            winners.append({**w, "ticket_id": ids[w["position"]]})
        nonce += 1
    result = cj({"client_seed": mix, "winners": winners})
    need(cj(b["result"]) == cj(body["RESULT"]) == result, "the numbers give another result")
    won = [f"place {w['position'] + 1} of {n}, {w['ticket_id']}" for w in winners]
    yield f"5 result   DRAWN: {'; '.join(won) or 'nobody was in it'}"

def legacy(rows):  # numbers of the first plans: sha256(server seed, client seed, nonce) modulo n
    for r in rows if isinstance(rows, list) else [rows]:
        digest = sha256(f"{r['server_seed']}{r['client_seed']}{r['nonce']}".encode()).hexdigest()
        need((digest, int(digest[:8], 16) % r["n"]) == (r["hash"], r["index"]), "another result")
        need(sha256(r["server_seed"].encode()).hexdigest() == r["server_seed_hash"], "another seed")
        yield f"legacy     index {r['index']} of {r['n']}; nothing binds the operator to it"

if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file"); options.add_argument("--legacy", action="store_true")
    for name in ("--commit", "--lock", "--ticket"): options.add_argument(name)
    args = options.parse_args()
    try:
        data = read(Path(args.file).read_text("ascii"))
        told = legacy(data) if args.legacy else verify(data, args.commit, args.lock, args.ticket)
        for words in told: print("ok ", words)
    except (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError) as e:  # noqa: E501
        sys.exit(f"FALSE: {e}")
