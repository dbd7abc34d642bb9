"""The stories of docs/api.md, run as they are written there: a reader copies what works."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SCRATCH, WORKER
from tests.helpers.server import ROOT, AppServer, served

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed"),
    pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed"),
]
TEXT = (ROOT / "docs" / "api.md").read_text("utf-8")
_STORY = re.compile(r"^### (\d)\. .*?^```bash\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.DOTALL | re.MULTILINE)
STORIES = dict(_STORY.findall(TEXT))
TOOLS = _BLOCK.findall(TEXT)[0]
MONEY = r"\$[\d,]+\.\d\d"
# What each story prints, line by line.
PRINTED = {
    "1": [r"ravi\d+", "Ravi from Pune", "api", r"users\.sign_in_needed"],
    "2": [MONEY, r"\$10\.00", "False", "True", "True", "waiting", r"DDL-\d{8}"],
    "3": [
        r"\$5\.00",
        r"\$5\.00",
        "Friday table",
        r"LOBBY-\w{8}-00001",
        r"LOBBY-\w{8}-00002",
        r"\d{4}-\S+Z",
        "Asha Verma|Rajesh Iyer",
        "True",
    ],
    "4": [
        r"(\w{4}-){2}\w{4}",
        r"(\w{4}-){2}\w{4}",
        "active",
        r"\d+",
        r"\d+",
        "1|2",
        "₹9,500",
        "₹9,500",
        "₹0",
    ],
    "5": [MONEY, rf"{MONEY}(\n{MONEY})+", r".+\.", "Asha Verma"],
}


@pytest.fixture(scope="module")
def shop() -> Iterator[AppServer]:
    """Return a seeded demo of its own: the stories buy, pay and make circles in it."""
    with served(SCRATCH / WORKER / "stories", "demo") as running:
        yield running


def _run(script: str, shop: AppServer, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", TOOLS + script],
        cwd=folder,
        env={"BASE": shop.url, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_every_block_of_the_page_is_played():
    assert set(STORIES) == set(PRINTED)
    assert _BLOCK.findall(TEXT) == [TOOLS, *STORIES.values()]


@pytest.mark.parametrize("number", sorted(STORIES))
def test_a_story_works_as_it_is_written(number: str, shop: AppServer, tmp_path: Path):
    done = _run(STORIES[number], shop, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    expected = r"\n".join(f"(?:{line})" for line in PRINTED[number])
    assert re.fullmatch(expected, done.stdout.strip()), done.stdout


def test_a_story_that_is_refused_fails(shop: AppServer, tmp_path: Path):
    assert _run("call wallet", shop, tmp_path).returncode != 0
    assert _run("call wallet | field items", shop, tmp_path).returncode != 0
