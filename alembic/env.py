"""Runs migrations as the owner of the schema, in one transaction each."""

import os

from sqlalchemy import text
from sqlmodel import SQLModel

from alembic import context
from luckychit.core.db import make_engine
from luckychit.domain import tables  # noqa: F401 - registers every table

# Two copies starting at once must not migrate at once.
MIGRATION_LOCK = 7_218_094_512


def run() -> None:
    """Bring the database named by DATABASE_URL to the newest revision."""
    url = context.config.attributes.get("url") or os.environ["DATABASE_URL"]
    engine = make_engine(url, role=None, pool_size=1)
    with engine.connect() as connection:
        # The second copy waits as long as the first one takes.
        connection.execute(text("SET lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            compare_type=True,
            compare_server_default=False,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
    engine.dispose()


run()
