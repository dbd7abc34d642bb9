"""The page's JavaScript verifier and the two Python ones, on the same bundles."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.bundles import (
    BORN_MS,
    PAGE,
    ROOT,
    TV2,
    TV4,
    a_bundle,
    a_head,
    a_ticket_file,
    mutations,
    owned_by,
    vector,
    verdicts,
)

MY_FILE = a_ticket_file(a_bundle(5, tickets=owned_by("me", 2)), 2, user_id="me")
NODE = Path(sys.executable).parent / "node"
ASK = """
import {{ readFileSync }} from "node:fs";
const {{ verifyBundle }} = await import({module});
const said = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {{
  said.push((await verifyBundle(text)).verdict);
}}
process.stdout.write(JSON.stringify(said));
"""


def javascript_says(texts):
    module = (ROOT / "assets" / "fair" / "lcd1.js").as_uri()
    done = subprocess.run(
        [NODE, "--no-warnings", "--input-type=module", "-e", ASK.format(module=json.dumps(module))],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        timeout=200,
    )
    return [{"true": "drawn"}.get(verdict, verdict) for verdict in json.loads(done.stdout)]


@pytest.fixture(autouse=True)
def _signatures_are_not_checked(monkeypatch):
    monkeypatch.setattr(PAGE, "bls", lambda _number, _signature: "signature not checked")


class TestThreeVerifiers:
    def test_they_agree_on_random_draws(self):
        chance = random.Random(20_261_121)
        bundles = [
            a_bundle(
                count,
                winners=chance.randint(1, 4),
                is_weak=chance.random() < 0.5,
                void_after=chance.choice([None, None, None, 1, 2, 3]),
                seed=count,
            )
            for count in [0, 1, 2, 3, *(chance.randint(4, 300) for _ in range(56))]
        ]
        day = BORN_MS + 86_400_000
        bundles += [a_bundle(void_after=2, void_ts=at) for at in (BORN_MS, day - 1, day)]
        bundles += [vector(TV2), vector(TV4)]
        texts = [json.dumps(bundle) for bundle in bundles]
        for text, said in zip(texts, javascript_says(texts), strict=True):
            assert verdicts(text) == (said, said)

    def test_they_agree_on_the_files_of_tickets_and_on_heads(self):
        chance = random.Random(20_261_122)
        files = []
        for count in [1, 2, 3, 4, *(chance.randint(5, 300) for _ in range(40))]:
            bundle = a_bundle(
                count,
                winners=chance.randint(1, 4),
                is_weak=chance.random() < 0.5,
                void_after=chance.choice([None, None, None, 1, 2, 3]),
                seed=count,
            )
            files.append(a_head(bundle))
            if bundle["tickets"]:
                files.append(a_ticket_file(bundle, chance.randrange(count)))
        texts = [json.dumps(file) for file in files]
        said = javascript_says(texts)
        for text, verdict in zip(texts, said, strict=True):
            assert verdicts(text) == (verdict, verdict)
        assert {"drawn", "void", "head", "false"} == set(said)

    @pytest.mark.parametrize(
        ("file", "held"),
        [
            (vector(TV2), {"('tickets',) -> None": "head"}),
            (vector(TV4), {"('tickets',) -> None": "head"}),
            (a_bundle(2, winners=2), {"('tickets',) -> None": "head"}),
            (MY_FILE, {"('opening',) removed": "drawn"}),
            (a_ticket_file(vector(TV2), 3), {}),
            (a_ticket_file(a_bundle(3, is_weak=True), 2), {}),
            (a_ticket_file(a_bundle(1), 0), {}),
            (a_ticket_file(a_bundle(2, void_after=2), 0), {}),
            (a_head(a_bundle(2, winners=2)), {}),
            (a_head(vector(TV4)), {}),
        ],
        ids=["tv2", "tv4", "two", "mine", "ticket", "weak", "alone", "void", "head", "weak head"],
    )
    def test_they_refuse_the_same_single_changes(self, file, held):
        changed = [(what, json.dumps(made)) for what, made in mutations(file)]
        said = javascript_says([text for _, text in changed])
        accepted = {
            what: verdict
            for (what, _), verdict in zip(changed, said, strict=True)
            if verdict != "false"
        }
        assert accepted == held
