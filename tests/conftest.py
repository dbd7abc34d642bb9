"""One real PostgreSQL for the whole run; every test begins with empty tables."""

import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

# Of this clone alone: another clone's tests may run beside these.
CLONE = hashlib.sha256(__file__.encode()).hexdigest()[:8]
SCRATCH = Path(tempfile.gettempdir()) / f"luckychit-tests-{os.getuid()}-{CLONE}"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
# Settings are read once, so tests fix theirs before anything is imported.
os.environ.update(
    LUCKYCHIT_MODE="demo",
    LUCKYCHIT_DATA=str(SCRATCH / WORKER),
    TICKET_SEAL_SECRET="tests-only-0123456789abcdefghijklmnop",
    JWT_SECRET="tests-only-abcdefghijklmnop0123456789",
    BCRYPT_COST="4",
    BEACON="none",
    # Of limits that would not let the next test in; tests of the limits count anew.
    API_ANONYMOUS_LIMIT="1000000/second",
    API_PERSON_LIMIT="1000000/second",
    AUTH_LIMIT="1000000/second",
    PURCHASE_LIMIT="1000000/second",
    FILE_LIMIT="1000000/second",
)
os.environ.pop("DATABASE_URL", None)
os.environ.pop("LUCKYCHIT_CLOCK_OFFSET_S", None)

from luckychit.core import limits  # noqa: E402
from luckychit.core.counters import Counters  # noqa: E402
from tests.helpers.database import Database, started_database  # noqa: E402
from tests.helpers.server import (  # noqa: E402
    DESKTOP,
    PHONE,
    AppServer,
    launched,
    page_of,
    served,
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what opens a browser: Playwright's event loop does not share a process."""
    for item in items:
        if {"app_server", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Return an empty folder that PostgreSQL's own user may pass into.

    Into ``tmp_path`` it may not: each pytest that starts closes its parent again.
    """
    made = SCRATCH / WORKER / "scratch" / uuid.uuid4().hex[:8]
    made.mkdir(parents=True)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    """Return the migrated database of this run."""
    yield from started_database(SCRATCH / WORKER)


@pytest.fixture
def db(database: Database) -> Iterator[Database]:
    """Return the database, empty; the app's engine works as the app role.

    Limits count anew as well: a test shall not wait for the one before it.
    """
    database.empty()
    limits._memory = Counters()
    with database.in_use():
        yield database


@pytest.fixture(scope="session")
def app_server() -> Iterator[AppServer]:
    """Return the built app, running on a port and a database of its own."""
    with served(SCRATCH / WORKER / "app") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium."""
    with sync_playwright() as playwright:
        started = launched(playwright)
        yield started
        started.close()


@pytest.fixture
def desktop(browser: Browser, app_server: AppServer) -> Iterator[Page]:
    """Return a page of 1280 x 800, as the manager has it."""
    with page_of(browser, DESKTOP, app_server.url) as page:
        yield page


@pytest.fixture
def phone(browser: Browser, app_server: AppServer) -> Iterator[Page]:
    """Return a page of 390 x 844, as the member has it."""
    with page_of(browser, PHONE, app_server.url) as page:
        yield page
