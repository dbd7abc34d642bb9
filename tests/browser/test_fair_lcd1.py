"""The browser's verifier: the published vectors, and every way to change a proof."""

import hashlib
import json
import random
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.proofs import a_proof, a_ticket_file, chained, path_of, root_of, sha

pytestmark = pytest.mark.e2e

VERIFY = """async ([input, options]) => {
  const { verifyBundle } = await import('/fair/lcd1.js');
  return verifyBundle(input, options);
}"""

# Every leaf, changed in several ways; returns the paths that still verify.
MUTATE = """async ([text, wanted]) => {
  const { verifyBundle } = await import('/fair/lcd1.js');
  const leaves = [];
  const walk = (value, path) => {
    if (value !== null && typeof value === 'object') {
      for (const key of Object.keys(value)) walk(value[key], [...path, key]);
    } else leaves.push([path, value]);
  };
  walk(JSON.parse(text), []);
  const others = (value) => {
    if (value === null) return [0, 'x', {}, [], 'a'.repeat(64)];
    if (typeof value === 'number') {
      return [value + 1, value - 1, String(value), null, true, -value - 1];
    }
    const last = value.at(-1) === '0' ? '1' : '0';
    const first = value[0] === '0' ? '1' : '0';
    return [value.slice(0, -1) + last, first + value.slice(1), value + '0', value.slice(1), '',
      value.toUpperCase() === value ? value.toLowerCase() : value.toUpperCase(), null, 0, [value]];
  };
  const missed = [];
  let tried = 0;
  for (const [path, value] of leaves) {
    for (const other of others(value)) {
      if (other === value) continue;
      const bundle = JSON.parse(text);
      const holder = path.slice(0, -1).reduce((at, key) => at[key], bundle);
      holder[path.at(-1)] = other;
      tried += 1;
      const { verdict } = await verifyBundle(JSON.stringify(bundle));
      if (verdict !== 'false') missed.push([path.join('.'), other, verdict]);
    }
  }
  const { verdict } = await verifyBundle(text);
  return { missed, tried, untouched: verdict === wanted };
}"""


def verify(page: Page, bundle: Any, **options: Any) -> dict[str, Any]:
    text = bundle if isinstance(bundle, str) else json.dumps(bundle)
    return page.evaluate(VERIFY, [text, options])


def clean(vector: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in vector.items() if key != "_debug"}


def failed(result: dict[str, Any]) -> str:
    return next((check["name"] for check in result["checks"] if check["ok"] is False), "")


class TestVectors:
    def test_draw_with_a_beacon(self, page, vectors):
        vector = vectors["tv2_daily7_quicknet"]
        result = verify(page, vector)
        assert result["verdict"] == "true"
        assert result["weak"] is False
        winner = result["pick"]["winners"][0]
        assert (winner["position"], winner["ticket_id"]) == (4, "DDL-20230915-00004")
        assert int(vector["result"]["winners"][0]["hash"][:8], 16) == winner["x"]

    def test_draw_without_a_beacon_is_weak(self, page, vectors):
        result = verify(page, vectors["tv4_lobby3_nobeacon"])
        assert result["verdict"] == "true"
        assert result["weak"] is True
        assert result["pick"]["winners"][0]["position"] == 3
        weak = next(check for check in result["checks"] if check["name"] == "beacon.weak")
        assert weak["ok"] is None
        assert weak["words"].startswith("Weak: nobody outside could have added chance")

    def test_parsed_object_is_taken_too(self, page, vectors):
        bundle = vectors["tv2_daily7_quicknet"]
        assert page.evaluate(VERIFY, [bundle, {}])["verdict"] == "true"

    def test_sampler(self, page, vectors):
        got = page.evaluate(
            """async ({S, K, rows}) => {
              const { sample } = await import('/fair/lcd1.js');
              return Promise.all(rows.map((row) => sample(S, K, row.m, row.start)));
            }""",
            vectors["sampler"],
        )
        for found, row in zip(got, vectors["sampler"]["rows"], strict=True):
            assert {key: found[key] for key in ("idx", "nonce", "hash", "rejected")} == {
                key: row[key] for key in ("idx", "nonce", "hash", "rejected")
            }

    def test_older_arithmetic(self, page, vectors):
        got = page.evaluate(
            """async (rows) => {
              const { legacyPick } = await import('/fair/lcd1.js');
              return Promise.all(rows.map(legacyPick));
            }""",
            vectors["legacy"],
        )
        for found, row in zip(got, vectors["legacy"], strict=True):
            assert (found["hash"], found["index"]) == (row["hash"], row["index"])
            assert found["server_seed_hash"] == row["server_seed_hash"]
            assert found["daily_position"] == row["daily_position_of_server_seed"]


class TestArithmetic:
    def test_own_hash_equals_webcrypto_on_random_bytes_of_every_length(self, page):
        assert (
            page.evaluate("""async () => {
          const { sha256, sha256Sync, toHex } = await import('/fair/lcd1.js');
          for (let length = 0; length < 300; length += 1) {
            const bytes = crypto.getRandomValues(new Uint8Array(length));
            if (toHex(await sha256(bytes)) !== toHex(sha256Sync(bytes))) return length;
          }
          return 'equal';
        }""")
            == "equal"
        )

    def test_own_hash_of_a_million_letters(self, page):
        got = page.evaluate("""async () => {
          const { sha256Sync, toHex } = await import('/fair/lcd1.js');
          return toHex(sha256Sync(new TextEncoder().encode('a'.repeat(1_000_000))));
        }""")
        assert got == hashlib.sha256(b"a" * 1_000_000).hexdigest()

    def test_tree_equals_the_recursive_one_for_every_small_count(self, page):
        got = page.evaluate("""async () => {
          const { sha256Sync, toHex, treeRoot } = await import('/fair/lcd1.js');
          return Array.from({ length: 70 }, (_, n) => {
            const leaves = new Uint8Array(32 * n);
            for (let i = 0; i < n; i += 1) leaves.set(sha256Sync(Uint8Array.of(i)), 32 * i);
            return toHex(treeRoot(leaves, n));
          });
        }""")
        leaves = [sha(bytes([i])) for i in range(70)]
        assert got == [root_of(leaves[:n]).hex() for n in range(70)]

    def test_path_leads_to_the_root_for_every_place_of_small_lists_and_no_other(self, page):
        leaves = [sha(bytes([i])) for i in range(40)]
        lists = [
            {
                "root": root_of(leaves[:n]).hex(),
                "paths": [[s.hex() for s in path_of(leaves[:n], i)] for i in range(n)],
            }
            for n in range(1, 41)
        ]
        found = page.evaluate(
            """async (lists) => {
              const { fromHex } = await import('/fair/arithmetic.js');
              const { rootFromPath, sha256Sync, toHex } = await import('/fair/lcd1.js');
              const leads = (leaf, i, n, path, root) => {
                const top = rootFromPath(leaf, i, n, path);
                return top !== null && toHex(top) === root;
              };
              const wrong = [];
              for (const { root, paths } of lists) {
                const n = paths.length;
                for (const [i, steps] of paths.entries()) {
                  const path = steps.map(fromHex);
                  const leaf = sha256Sync(Uint8Array.of(i));
                  if (!leads(leaf, i, n, path, root)) wrong.push([i, n]);
                  for (let other = 0; other < n; other += 1) {
                    if (other !== i && leads(leaf, other, n, path, root)) wrong.push([i, other, n]);
                  }
                  const more = [...path, leaf];
                  if (leads(leaf, i, n, more, root)) wrong.push([i, n, 'longer']);
                  if (n > 1 && leads(leaf, i, n, path.slice(1), root)) wrong.push([i, n, 'less']);
                  if (leads(sha256Sync(leaf), i, n, path, root)) wrong.push([i, n, 'leaf']);
                }
              }
              return wrong;
            }""",
            lists,
        )
        assert found == []

    def test_every_place_is_equally_likely(self, page):
        counts = page.evaluate("""async () => {
          const { placeOf } = await import('/fair/lcd1.js');
          const found = {};
          for (let m = 1; m <= 16; m += 1) {
            const places = Array.from({ length: 16 }, (_, x) => placeOf(x, m, 16));
            const countOf = (i) => places.filter((p) => p === i).length;
            const counts = Array.from({ length: m }, (_, i) => countOf(i));
            found[m] = [counts, places.filter((p) => p < 0).length];
          }
          return found;
        }""")
        for m, (places, rejected) in counts.items():
            assert places == [16 // int(m)] * int(m)
            assert rejected == 16 % int(m)

    @pytest.mark.parametrize("is_weak", [True, False])
    def test_random_draws_of_another_writer(self, page, is_weak):
        for n in [0, 1, 2, 3, 5, 8, 17, 64, 65, random.randint(66, 300)]:
            bundle = a_proof(n, is_weak=is_weak, winners=random.choice([1, 2, 3]))
            result = verify(page, bundle)
            assert result["verdict"] == "true", (n, failed(result))
            stated = [one["ticket_id"] for one in bundle["result"]["winners"]]
            assert [one["ticket_id"] for one in result["pick"]["winners"]] == stated


class TestChangedProofs:
    @pytest.mark.parametrize("name", ["tv2_daily7_quicknet", "tv4_lobby3_nobeacon"])
    def test_any_changed_leaf_of_a_vector_is_refused(self, page, vectors, name):
        found = page.evaluate(MUTATE, [json.dumps(clean(vectors[name])), "true"])
        print(f"{name}: {found['tried']} changed leaves")
        assert found["untouched"]
        assert found["tried"] > 250
        assert found["missed"] == []

    @pytest.mark.parametrize(
        ("until", "is_weak"), [("COMMIT", True), ("COMMIT", False), ("LOCK", False)]
    )
    def test_any_changed_leaf_of_a_void_draw_is_refused(self, page, until, is_weak):
        bundle = a_proof(4, void="no beacon for 24 hours", until=until, is_weak=is_weak)
        found = page.evaluate(MUTATE, [json.dumps(bundle), "void"])
        assert found["untouched"]
        assert found["missed"] == []

    @pytest.mark.parametrize("is_weak", [True, False])
    @pytest.mark.parametrize("n", [1, 2, 7])
    def test_any_changed_leaf_of_a_ticket_file_is_refused(self, page, n, is_weak):
        file = a_ticket_file(a_proof(n, is_weak=is_weak), n // 2, is_mine=True)
        found = page.evaluate(MUTATE, [json.dumps(file), "true"])
        assert found["untouched"]
        assert found["missed"] == []

    @pytest.mark.parametrize("is_weak", [True, False])
    def test_any_changed_leaf_of_a_head_is_refused(self, page, is_weak):
        head = a_proof(7, is_weak=is_weak, is_head=True)
        found = page.evaluate(MUTATE, [json.dumps(head), "head"])
        assert found["untouched"]
        assert found["missed"] == []

    @pytest.mark.parametrize("is_weak", [True, False])
    def test_entry_changed_and_chained_anew_is_refused(self, page, is_weak):
        bundle = a_proof(5, is_weak=is_weak)
        entries = [json.loads(line["entry"]) for line in bundle["log"]]
        for seq, entry in enumerate(entries):
            for key, value in entry["body"].items():
                changed = json.loads(json.dumps(entries))
                changed[seq]["body"][key] = [value, 1]
                assert verify(page, bundle | {"log": chained(changed)})["verdict"] == "false"
                del changed[seq]["body"][key]
                assert verify(page, bundle | {"log": chained(changed)})["verdict"] == "false"
            changed = json.loads(json.dumps(entries))
            changed[seq]["body"]["more"] = 1
            assert verify(page, bundle | {"log": chained(changed)})["verdict"] == "false"

    @pytest.mark.parametrize(
        ("seq", "ts", "check"),
        [
            (0, 1_790_000_000_000, "commit.params"),
            (1, 1_790_000_000_000 + 86_399_999, "tickets.time"),
            (1, 1_790_000_000_000 + 86_400_000, "beacon.time"),
            (2, 1_790_000_000_000 + 86_401_000, "beacon.time"),
            (3, 1_790_000_000_000, "log.order"),
        ],
    )
    def test_times_that_would_help_a_cheat_are_refused(self, page, seq, ts, check):
        bundle = a_proof(5)
        entries = [json.loads(line["entry"]) for line in bundle["log"]]
        entries[seq]["ts"] = ts
        result = verify(page, bundle | {"log": chained(entries)})
        assert failed(result) == check

    def test_another_beacon_than_the_pinned_one_is_refused(self, page):
        bundle = a_proof(5)
        entries = [json.loads(line["entry"]) for line in bundle["log"]]
        bundle["params"]["beacon"]["pk"] = "00" * 96
        entries[0]["body"]["params"] = bundle["params"]
        ph = sha(
            b"LCD1/params\0"
            + json.dumps(bundle["params"], sort_keys=True, separators=(",", ":")).encode()
        )
        entries[0]["body"]["params_hash"] = ph.hex()
        result = verify(page, bundle | {"log": chained(entries)})
        assert result["verdict"] == "false"
        assert failed(result) in {"tickets.root", "beacon.pinned"}

    def test_swapped_dropped_or_doubled_lines_are_refused(self, page):
        bundle = a_proof(5)
        log, tickets = bundle["log"], bundle["tickets"]
        for lines in (log[::-1], log[1:], [*log, log[-1]], [log[0], *log[2:]], []):
            assert verify(page, bundle | {"log": lines})["verdict"] == "false"
        for entries in (tickets[::-1], tickets[1:], [*tickets, tickets[0]], []):
            assert verify(page, bundle | {"tickets": entries})["verdict"] == "false"


class TestTexts:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda text: text.replace('"n": 7', '"n": 7.0'), "fraction"),
            (lambda text: text.replace('"n": 7', '"n": 7e0'), "fraction"),
            (lambda text: text.replace('"n": 7', '"n": 9007199254740993'), "too large"),
            (lambda text: text.replace('"n": 7', '"n": 8, "n": 7'), "twice"),
            (lambda text: text[:-2], "too early"),
            (lambda text: text + "x", "follows"),
            (lambda text: text.replace('"n": 7', '"n": NaN'), "unexpected"),
            (lambda _: "", "too early"),
            (lambda _: "[" * 100_000, "nested"),
            (lambda _: "[1]", "not a LuckyChit proof"),
        ],
    )
    def test_text_that_can_be_read_in_two_ways_is_refused(self, page, vectors, change, words):
        result = verify(page, change(json.dumps(vectors["tv2_daily7_quicknet"])))
        assert result["verdict"] == "false"
        assert words in result["checks"][-1]["words"]

    def test_problem_is_named_by_line_and_column(self, page):
        result = verify(page, '{"v": 1,\n "log": oops}')
        assert "(line 2, column 9)" in result["checks"][0]["words"]

    def test_strict_reading_equals_the_browsers_on_honest_texts(self, page):
        assert page.evaluate("""async () => {
          const { parseStrict } = await import('/fair/lcd1.js');
          const texts = ['{}', ' [ ] ', '{"a":{"b":["c"]}}',
            '"\\\\u00e9\\\\\\\\"', '[1,-2,0,true,false,null]',
            '"a\\\\"b"', '"\\\\\\\\"', '\\ufeff{"a":1}', '{"a b":"x\\\\ny"}'];
          return texts.every((text) => JSON.stringify(parseStrict(text)) ===
            JSON.stringify(JSON.parse(text.replace('\\ufeff', ''))));
        }""")

    def test_entry_with_blanks_is_refused(self, page):
        bundle = a_proof(3)
        text = bundle["log"][3]["entry"].replace(":", ": ", 1)
        before = bytes.fromhex(bundle["log"][2]["hash"])
        line = sha(b"LCD1/log\0" + (3).to_bytes(8, "big") + before + sha(text.encode()))
        bundle["log"][3] = {"entry": text, "hash": line.hex()}
        assert failed(verify(page, bundle)) == "log.entries"

    def test_unknown_keys_are_ignored(self, page):
        assert verify(page, a_proof(3) | {"note": {"__proto__": 1}})["verdict"] == "true"


class TestOutcomes:
    @pytest.mark.parametrize("until", ["COMMIT", "LOCK"])
    def test_draw_called_off_is_void_with_its_reason(self, page, until):
        result = verify(page, a_proof(5, void="nobody was eligible", until=until))
        assert result["verdict"] == "void"
        assert result["reason"] == "nobody was eligible"
        assert result["pick"] is None

    @pytest.mark.parametrize(
        ("until", "is_weak"), [("LOCK", True), ("REVEAL", True), ("BEACON", False)]
    )
    def test_a_known_outcome_cannot_be_called_off(self, page, until, is_weak):
        bundle = a_proof(5, void="I lost", until=until, is_weak=is_weak)
        assert verify(page, bundle)["verdict"] == "false"

    def test_result_cannot_be_called_off(self, page):
        assert verify(page, a_proof(5, void="I lost", until="RESULT"))["verdict"] == "false"

    @pytest.mark.parametrize("until", ["COMMIT", "LOCK", "BEACON"])
    def test_draw_under_way_is_pending(self, page, until):
        result = verify(page, a_proof(5, until=until))
        assert (result["verdict"], result["pending"]) == ("false", True)
        assert "has not ended" in result["checks"][-1]["words"]

    def test_witnessed_hashes_are_compared(self, page):
        bundle = a_proof(5)
        commit, lock = bundle["log"][0]["hash"], bundle["log"][1]["hash"]
        good = verify(page, bundle, commit=f" {commit.upper()} ", lock=lock)
        assert (good["verdict"], good["witnessed"]) == ("true", ["commit", "lock"])
        assert failed(verify(page, bundle, commit=lock)) == "log.witness"
        assert failed(verify(page, bundle, lock="0" * 64)) == "log.witness"
        known = {bundle["params"]["draw_id"]: {"lock": "0" * 64}}
        assert failed(verify(page, bundle, known=known)) == "log.witness"

    def test_whole_forgery_is_caught_by_the_hash_kept(self, page):
        kept = a_proof(5)["log"][0]["hash"]
        forged = a_proof(6)
        assert verify(page, forged)["verdict"] == "true"
        assert verify(page, forged, commit=kept)["verdict"] == "false"

    def test_ticket_is_looked_for(self, page):
        bundle = a_proof(5)
        good = verify(page, bundle, ticket=bundle["tickets"][2]["ticket_id"])
        assert (good["verdict"], good["yours"]) == ("true", 3)
        assert failed(verify(page, bundle, ticket="CHIT-0A1B2C3D-202609-00099")) == "tickets.yours"

    def test_proof_of_another_draw_is_refused(self, page):
        assert failed(verify(page, a_proof(5), drawId="DDL-20200101")) == "log.file"

    def test_checks_come_in_the_order_of_the_specification(self, page):
        names = [check["name"].split(".")[0] for check in verify(page, a_proof(5))["checks"]]
        assert list(dict.fromkeys(names)) == ["log", "commit", "tickets", "beacon", "result"]
