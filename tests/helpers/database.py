"""Starts, migrates and empties the tests' own PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic.config import Config
from psycopg import sql
from sqlalchemy import Engine, text

from alembic import command
from luckychit.core import db, embedded_postgres
from luckychit.core.embedded_postgres import EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Database:
    """A migrated database, reachable as its owner and as the app."""

    url: str
    owner: Engine
    app: Engine

    def empty(self) -> None:
        """Remove every row; as the owner, with triggers asleep."""
        with self.owner.begin() as connection:
            names = connection.execute(
                text(
                    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
                    "AND tablename <> 'alembic_version'"
                )
            ).scalars()
            wiped = "; ".join(f'DELETE FROM "{name}"' for name in names)
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            if wiped:
                connection.exec_driver_sql(wiped)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Let core.db use this database's app engine."""
        db.use_engine(self.app)
        try:
            yield
        finally:
            # Keeps the pool: use_engine(None) would dispose of it for each test.
            db._engine = None


def migrate(url: str) -> None:
    """Bring ``url`` to the newest revision."""
    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    config.attributes["url"] = url
    command.upgrade(config, "head")


def started_database(folder: Path) -> Iterator[Database]:
    """Start a server on ``folder``, make a fresh migrated database, stop at the end."""
    server = embedded_postgres.start(folder, durable=False)
    try:
        url = fresh_database(server)
        migrate(url)
        made = Database(
            url,
            db.make_engine(url, role=None, pool_size=2),
            db.make_engine(url, pool_size=16),
        )
        yield made
        made.owner.dispose()
        made.app.dispose()
    finally:
        server.stop()


def fresh_database(server: EmbeddedPostgres, name: str = "luckychit_tests") -> str:
    """Make an empty database and return its address."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        known = sql.Identifier(name)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(known))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(known))
    return server.url(name)
