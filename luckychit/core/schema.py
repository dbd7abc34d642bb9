"""Brings a database to the newest revision of the schema, once, however many start."""

import time
from pathlib import Path

import psycopg
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from alembic import command
from luckychit.core import db, errors
from luckychit.core.log import get_logger

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 30

_log = get_logger(__name__)


class DatabaseUnreachable(errors.Refused):
    """DATABASE_URL leads nowhere."""

    code = "data.database_unreachable"
    sentence = (
        "The database named by DATABASE_URL did not answer within {waited_s} seconds: {reason}."
    )


class DatabaseTooNew(errors.Refused):
    """An older copy of the app was started on a database that a newer one has changed."""

    code = "data.database_too_new"
    sentence = (
        "The database is at revision {found}, which this version of LuckyChit does not know. "
        "Start the newer version, or restore a backup."
    )


def config(url: str) -> Config:
    """Return alembic's configuration for the database at ``url``."""
    made = Config(toml_file=str(ROOT / "pyproject.toml"))
    made.attributes["url"] = url
    return made


def migrate(url: str, *, patience_s: float = PATIENCE_S) -> bool:
    """Bring the database to the newest revision; costs one look when it is there.

    Args:
        url: libpq address of a user who owns the schema.
        patience_s: Seconds to wait for a server that is still starting.

    Returns:
        True when something was changed.

    Raises:
        DatabaseUnreachable: The server did not answer in time.
        DatabaseTooNew: The database knows a revision that we do not.
    """
    script = ScriptDirectory.from_config(config(url))
    found = _revisions(url, patience_s)
    if found == set(script.get_heads()):
        return False
    known = {revision.revision for revision in script.walk_revisions()}
    if not found <= known:
        raise DatabaseTooNew(found=", ".join(sorted(found - known)))
    command.upgrade(config(url), "head")
    _log.info("database_migrated", before=sorted(found), after=script.get_heads())
    return True


def _revisions(url: str, patience_s: float) -> set[str]:
    deadline = time.monotonic() + patience_s
    engine = db.make_engine(url, role=None, pool_size=1)
    try:
        while True:
            try:
                with engine.connect() as connection:
                    return set(MigrationContext.configure(connection).get_current_heads())
            except OperationalError as exc:
                if time.monotonic() > deadline:
                    raise _unreachable(exc, patience_s) from exc
                time.sleep(0.5)
    finally:
        engine.dispose()


def _unreachable(exc: OperationalError, patience_s: float) -> DatabaseUnreachable:
    said = str(exc.orig) if isinstance(exc.orig, psycopg.Error) else str(exc)
    reason = " ".join(said.split()).rstrip(".")
    return DatabaseUnreachable(waited_s=int(patience_s), reason=reason)
