"""One real PostgreSQL for the whole run; every test begins with empty tables."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

SCRATCH = Path(tempfile.gettempdir()) / f"luckychit-tests-{os.getuid()}"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
# Settings are read once, so tests fix theirs before anything is imported.
os.environ.update(
    LUCKYCHIT_MODE="demo",
    LUCKYCHIT_DATA=str(SCRATCH / WORKER),
    TICKET_SEAL_SECRET="tests-only-0123456789abcdefghijklmnop",
    JWT_SECRET="tests-only-abcdefghijklmnop0123456789",
    BCRYPT_COST="4",
    BEACON="none",
)
os.environ.pop("DATABASE_URL", None)
os.environ.pop("LUCKYCHIT_CLOCK_OFFSET_S", None)

from tests.helpers.database import Database, started_database  # noqa: E402


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    """Return the migrated database of this run."""
    yield from started_database(SCRATCH / WORKER)


@pytest.fixture
def db(database: Database) -> Iterator[Database]:
    """Return the database, empty; the app's engine works as the app role."""
    database.empty()
    with database.in_use():
        yield database
