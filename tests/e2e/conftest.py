"""One running demo for all journeys, and windows whose every request is watched."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from luckychit.core import clock
from tests.conftest import SCRATCH, WORKER
from tests.e2e.windows import Window, opened
from tests.helpers.server import AppServer, served, stop

OpenWindow = Callable[..., Window]
# The middle of a month, in the morning: no test changes its mind at a month's end.
FAILED = pytest.StashKey[bool]()
DAY = datetime(2027, 3, 10, 4, 30, tzinfo=UTC)
# Of one draw for one person: few enough to be reached.
MOST_TICKETS = 30


@cache
def moved_clock() -> dict[str, str]:
    """Return the settings of the demo; the same when it is started again."""
    ahead = (DAY - clock.system_now()).total_seconds()
    return {
        clock.OFFSET_VARIABLE: repr(ahead),
        "DRAW_NOTICE_S": "4",
        "DRAW_TICKETS_PER_PERSON": str(MOST_TICKETS),
    }


@pytest.fixture(scope="session")
def demo() -> Iterator[AppServer]:
    """Return the seeded demo, running; its clock stands in March 2027 and runs on."""
    with served(SCRATCH / WORKER / "demo", "demo", **moved_clock()) as running:
        yield running
        stop(running.process)  # a test may have started it again


@pytest.fixture(scope="session")
def shots() -> Path:
    """Return the folder of the pictures; E2E_SHOTS names another one."""
    folder = Path(os.environ.get("E2E_SHOTS", SCRATCH / WORKER / "shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let fixtures know whether the test itself failed."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def window(
    request: pytest.FixtureRequest, browser: Browser, demo: AppServer, shots: Path
) -> Iterator[OpenWindow]:
    """Return a function that opens a window of a new person; at the end all must be clean."""
    with ExitStack() as stack:
        windows: list[Window] = []

        def open_one(size: dict[str, int], **looks: str) -> Window:
            windows.append(stack.enter_context(opened(browser, size, demo.url, **looks)))
            return windows[-1]

        yield open_one
        if request.node.stash.get(FAILED, False):
            for number, one in enumerate(windows):
                one.picture(shots, f"failed-{request.node.name[:40].replace('/', '-')}-{number}")
                print(one.page.url, one.errors)
        complaints = [said for one in windows for said in one.complaints()]
    assert complaints == []
