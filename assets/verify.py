# fmt: off
"""Checks a LuckyChit draw without LuckyChit: python3 verify.py bundle.json (exit 0 true, 1 false).

The file of a draw, or of one ticket, proves only that it agrees with itself: give the hashes you
saw before the draw.
"""
import argparse, json, pathlib, sys
from hashlib import sha256
KEY = "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"  # of drand quicknet, pinned here  # noqa: E501
NET = {"chain": "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971", "pk": KEY,
       "genesis": 1692803367, "period": 3, "scheme": "bls-unchained-g1-rfc9380"}
def need(holds, flaw):
    if not holds: raise ValueError(flaw)
def whole(digits): need(abs(int(digits)) < 2**53, "a number is too large"); return int(digits)
def once(pairs): need(len(dict(pairs)) == len(pairs), "a name comes twice"); return dict(pairs)
def read(t): return json.loads(t, object_pairs_hook=once, parse_int=whole, parse_float=whole)
def plain(text): need(not set(text) & {"\\", "\x7f"}, "a text is not plain ASCII"); return text
def cj(x): return plain(json.dumps(x, sort_keys=True, separators=(",", ":")))  # canonical JSON
def tagged(tag, *parts): return sha256(b"LCD1/" + tag + b"\0" + b"".join(parts)).digest()
def u(bits, value): need(type(value) is int, "no number"); return value.to_bytes(bits // 8, "big")
def lp(t, most): need(0 < len(t) <= most and cj(t), "unfit text"); return u(16, len(t)) + t.encode()
def unhex(t, n): x = bytes.fromhex(t); need((x.hex(), len(x)) == (t, n), "unfit hex"); return x
def node(left, right): return sha256(b"\1" + left + right).digest()
def half(n): return 1 << (n - 1).bit_length() - 1  # RFC 6962: the largest power of two below n
def tree(x):  # the root over leaves
    if len(x) > 1: return node(tree(x[:half(len(x))]), tree(x[half(len(x)):]))
    return x[0] if x else sha256(b"").digest()
def climb(leaf, i, n, path):  # the root that leaf i of n and its neighbours, lowest first, lead to
    if n < 2: need((n, i, path) == (1, 0, []), "the path is of another place"); return leaf
    if i < half(n): return node(climb(leaf, i, half(n), path[:-1]), path[-1])
    return node(path[-1], climb(leaf, i - half(n), n - half(n), path[:-1]))

def bls(number, signature):
    try:
        import py_ecc.bls.g2_primitives as g, py_ecc.bls.hash_to_curve as h
        import py_ecc.optimized_bls12_381 as c
    except ImportError: return "signature NOT CHECKED HERE: compare it with a drand relay"
    point, key = g.pubkey_to_G1(signature), g.decompress_G2((int(KEY[:96], 16), int(KEY[96:], 16)))
    message, tag = sha256(u(64, number)).digest(), b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
    right = c.pairing(key, c.neg(h.hash_to_G1(message, tag, sha256)), final_exponentiate=False)
    both = c.final_exponentiate(c.pairing(c.G2, point, final_exponentiate=False) * right)
    need(g.subgroup_check(point) and both == c.FQ12.one(), "not signed by drand")
    return "signature checked: it is the network's"

def verify(b, commit=None, lock=None, ticket=None):
    """Yield what each of the five steps saw; raise at the first flaw."""
    need(cj([b.get("v"), b.get("params", {}).get("v")]) == "[1,1]", "not a version 1 bundle")
    p, seed, beacon, last, ts, said = b["params"], b["server_seed"], b["beacon"], bytes(32), 0, {}
    for i, line in enumerate(b["log"]):
        e = read(line["entry"])
        last = tagged(b"log", u(64, i), last, sha256(line["entry"].encode()).digest())
        fits = cj({**e, "draw_id": p["draw_id"], "seq": i, "ts": max(e["ts"], ts)})
        need((line["entry"], line["hash"], len(e)) == (fits, last.hex(), 5), f"log entry {i}")
        ts, said[e["type"]] = e["ts"], {**e, "hash": line["hash"]}
    full = ["COMMIT", "LOCK", "REVEAL" if p["beacon"] is None else "BEACON", "RESULT"]
    ends = [full, ["COMMIT", "VOID"], ["COMMIT", "LOCK", "VOID"]][:2 + ("BEACON" in full)]
    need(list(said) in ends and len(said) == len(b["log"]), f"not a finished draw: {list(said)}")
    for name, seen in (("COMMIT", commit), ("LOCK", lock)):
        need(not seen or said.get(name, {}).get("hash") == seen.strip().lower(), f"not your {name}")
    yield f"1 log      {' > '.join(said)}, chained without a gap"
    body, at = [{name: e[part] for name, e in said.items()} for part in ("body", "ts")]
    counts = [p["winners"] - 1] + [p[k] for k in ("price", "fee_bps", "opens_at", "locks_at")]
    need(all(type(k) is int and k >= 0 for k in counts) and unhex(p["rules_sha256"], 32), "terms")
    ph = tagged(b"params", cj(p).encode())
    need(cj(body["COMMIT"]) == cj({"params": p, "params_hash": ph.hex()}), "COMMIT has other terms")
    need(at["COMMIT"] < p["opens_at"], "COMMIT came after the opening")
    if "REVEAL" not in said and not (p["beacon"] and "LOCK" in said): need(seed is None, "a seed")
    else: need(sha256(unhex(seed, 32).hex().encode()).hexdigest() == p["server_seed_hash"], "seed")
    yield "2 commit   terms and the hash of the seed were fixed before the opening"
    one, listed, leaves, ids = "tickets" not in b, b.get("tickets", []), [], {}
    need(listed is None or type(b["path"] if one else listed) is list, "the list is not a list")
    for i, t in [(b["index"], b["ticket"])] if one else enumerate(listed or ()):
        need(p["opens_at"] <= t["issued_ms"] <= p["locks_at"], f"entry {i + 1} is out of time")
        leaf = lp(t["ticket_id"], 128) + unhex(t["owner"], 32) + lp(t["client_seed"], 64)
        leaf = ph + u(32, i) + leaf + u(64, t["issued_ms"]) + unhex(t["seal"], 32)
        leaves.append(sha256(b"\0LCD1/ticket\0" + leaf).digest()); ids[i] = t["ticket_id"]
    need(not ticket or ticket in ids.values(), f"{ticket} is not in this file")
    won = b["result"]["winners"] if "RESULT" in said else []
    ids = {w["position"]: w["ticket_id"] for w in won} | ids
    need(len({lp(name, 128) for name in ids.values()}) == len(ids), "a number stands twice")
    if "LOCK" not in said: n, root, words = None, b"", "never closed"
    elif listed is None: n, root, words = b["n"], unhex(b["root"], 32), "NOT IN THIS FILE"
    elif not one: n, root, words = len(leaves), tree(leaves), "exactly the list that was locked"
    else: n, root = b["n"], climb(leaves[0], i, b["n"], [unhex(step, 32) for step in b["path"]])
    if one: words = f"number {i + 1} of them is {ids[i]}"
    if one and "opening" in b:
        who, salt = b["opening"]["user_id"], unhex(b["opening"]["salt"], 16)
        mine, words = tagged(b"owner", lp(who, 128), salt), f"{words}, of {who}"
        need(mine.hex() == t["owner"] and len(b["opening"]) == 2, "the ticket is another's")
    bound, shown = tagged(b"lock", ph, u(32, n or 0), root), {"server_seed": seed}
    need(cj([b["n"], b["root"]]) == cj([n, root.hex() or None]), "n or root is another one")
    frozen = {"n": n, "root": root.hex(), "lock_hash": bound.hex()} | (shown if p["beacon"] else {})
    need(cj(body.get("LOCK", frozen)) == cj(frozen), "LOCK is of another list or seed")
    need(at["LOCK"] >= p["locks_at"] if "LOCK" in said else not leaves, "early")
    yield f"3 tickets  {n or 'no'} entries, {words}"
    said_so = cj([body.get("BEACON"), body.get("REVEAL", shown)])
    need(cj([beacon, shown]) == said_so, "the log has another beacon or seed")
    chance, words = bytes(40), "WEAK: no public chance; the operator knew the seed at the lock"
    if p["beacon"] is not None:
        number, words = p["beacon"]["round"], "the round never came"
        need(cj(p["beacon"]) == cj({**NET, "round": number}) and number > 0, "not drand quicknet")
        born = (NET["genesis"] + (number - 1) * NET["period"]) * 1000
        need(p["locks_at"] < at.get("LOCK", born - 1) < born, "closed when the round was born")
        need("LOCK" not in said or at.get("VOID", 2**53) >= born + 86_400_000, "void too early")
    if beacon is not None:
        sig = unhex(beacon["signature"], 48)
        mine = {"round": number, "randomness": sha256(sig).hexdigest(), "signature": sig.hex()}
        need(cj(beacon) == cj(mine) and at["BEACON"] >= born, "another beacon")
        chance, words = u(64, number) + sha256(sig).digest(), f"round {number}; {bls(number, sig)}"
    yield f"4 beacon   {words}"
    if "VOID" in said:
        need(b["result"] is None and list(body["VOID"]) == ["reason"], "VOID with a result")
        yield f"5 result   VOID, nobody won: {body['VOID']['reason']}"
    else:
        mix, picked, nonce = tagged(b"mix", bound, chance).hex(), [], 0
        need(len(won) == min(n, p["winners"]), "another number of winners")
        while len(picked) < len(won):
            digest = sha256(f"{seed}{mix}{nonce}".encode()).hexdigest()
            x, m = int(digest[:8], 16), n - len(picked)
            if x < 2**32 - 2**32 % m:  # else the last turn is incomplete: reject, count on
                place = x % m  # of those left
                for taken in sorted(w["position"] for w in picked): place += taken <= place
                w = {"nonce": nonce, "hash": digest, "of": m, "idx": x % m, "position": place}
                picked.append({**w, "ticket_id": ids[place]})
            nonce += 1
        result = cj({"client_seed": mix, "winners": picked})
        need(cj(b["result"]) == cj(body["RESULT"]) == result, "the numbers give another result")
        words = "; ".join(f"place {w['position'] + 1} of {n}, {w['ticket_id']}" for w in picked)
        yield f"5 result   DRAWN: {words or 'nobody was in it'}"
    if listed is None: raise SystemExit("NO FULL CHECK: what is here holds; the list is not here")

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
    a = options.parse_args()
    try:
        data = read(pathlib.Path(a.file).read_text("ascii"))
        for words in legacy(data) if a.legacy else verify(data, a.commit, a.lock, a.ticket):
            print("ok ", words)
    except (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError) as e:  # noqa: E501
        sys.exit(f"FALSE: {e}")
