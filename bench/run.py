"""Measures everything and writes bench/results.json: ``python -m bench.run [PART ...]``.

Parts: ``starts`` (used and empty data), ``cold`` (a copy with empty package caches),
``slow`` (the slow tests: kills, verification in the browser), ``lighthouse``,
``sales`` (purchases a second, beside other ways), ``fanout`` (a purchase on thousands of
open pages), ``million`` (a draw of a million tickets), ``doors`` (waits
at rest and while many sign in). Without a part: all but
``cold``, which fetches everything again.
"""

import json
import platform
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import doors, fanout, http_sales, lighthouse, million, sales, starts

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results.json"


def slow() -> dict[str, Any]:
    """Run the slow tests; return how each ended and what it noted."""
    with tempfile.TemporaryDirectory(prefix="luckychit-bench-") as folder:
        report = Path(folder) / "report.xml"
        words = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-m",
            "slow",
            f"--junitxml={report}",
            # The one that holds what tests note.
            "--override-ini=junit_family=xunit1",
            "tests",
        ]
        subprocess.run(words, check=False, cwd=ROOT)
        return {case.attrib["name"]: _noted(case) for case in ET.parse(report).iter("testcase")}  # noqa: S314 - our own


def _noted(case: ET.Element) -> dict[str, Any]:
    failed = any(case.find(kind) is not None for kind in ("failure", "error"))
    skipped = case.find("skipped") is not None
    outcome = "failed" if failed else "skipped" if skipped else "passed"
    noted = {item.attrib["name"]: item.attrib["value"] for item in case.iter("property")}
    return {"outcome": outcome, "seconds": float(case.attrib["time"])} | noted


PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "starts": starts.warm,
    "slow": slow,
    "lighthouse": lighthouse.measure,
    "fanout": fanout.measure,
    "sales": sales.measure,
    "http_sales": http_sales.measure,
    "million": million.measure,
    "doors": doors.measure,
    "cold": starts.cold,
}


def main(wanted: list[str]) -> None:
    """Measure the wanted parts; keep the other parts of earlier results."""
    for name in wanted or [part for part in PARTS if part != "cold"]:
        measured = {"at": time.strftime("%Y-%m-%d %H:%M"), "on": platform.processor() or "unknown"}
        measured |= PARTS[name]()
        # Read only now: another run may have added its part meanwhile.
        results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
        results[name] = measured
        RESULTS.write_text(json.dumps(results, indent=2) + "\n")
        print(f"{name}: {json.dumps(results[name], indent=2)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
