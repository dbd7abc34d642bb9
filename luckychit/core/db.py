"""The database: engines, the one way to open a transaction, and retries.

Who takes a session never commits; who commits never takes a session. So every
use-case is one transaction, and slices compose. The app works as the role
``luckychit_app``, which owns nothing: it cannot drop a trigger or change history.
"""

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import psycopg.errors
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from luckychit.core import errors
from luckychit.core.log import get_logger
from luckychit.core.settings import settings

APP_ROLE = "luckychit_app"
TRIES = 5
LOCK_TIMEOUT_MS = 3000
# A worker that is frozen in a transaction holds its locks; everybody else waits no longer.
# Between the statements of a trip (core/driver.py) it is transaction_timeout that counts.
IDLE_TIMEOUT_MS = 30_000
# A constraint or a guard of ours said no: only a bug gets that far.
_BROKEN = (psycopg.errors.CheckViolation, psycopg.errors.RestrictViolation)
# Deadlock and serialization failure: the whole unit may simply be run again.
_RETRIED = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)

_log = get_logger(__name__)
_engine: Engine | None = None
P = ParamSpec("P")
R = TypeVar("R")


def sqlalchemy_url(url: str) -> str:
    """Return a libpq address in SQLAlchemy's form, on psycopg 3."""
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    raise ValueError("DATABASE_URL must start with postgresql://")


def make_engine(url: str, *, role: str | None = APP_ROLE, pool_size: int = 8) -> Engine:
    """Make an engine whose connections are in UTC, bounded in waiting, and in a role.

    Args:
        url: libpq or SQLAlchemy address.
        role: Role to work as; None keeps the one that signs in (migrations).
        pool_size: Most connections kept open by this process.
    """
    options = f"-c timezone=UTC -c lock_timeout={LOCK_TIMEOUT_MS}"
    options += f" -c idle_in_transaction_session_timeout={IDLE_TIMEOUT_MS}"
    if role is not None:
        options += f" -c role={role}"
    return create_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={"options": options, "application_name": "luckychit"},
    )


def engine() -> Engine:
    """Return this process's engine; made at first use, never at import."""
    global _engine
    if _engine is None:
        url = settings().database_url
        if url is None:
            raise errors.InvariantBroken(missing="DATABASE_URL")
        _engine = make_engine(url.get_secret_value())
    return _engine


def use_engine(replacement: Engine | None) -> None:
    """Replace this process's engine (tests, the command line, after a fork)."""
    global _engine
    if _engine is not None and _engine is not replacement:
        _engine.dispose()
    _engine = replacement


@contextmanager
def transaction(kept: Connection | None = None) -> Iterator[Session]:
    """Open one transaction: commits at the end, rolls back on any exception.

    Args:
        kept: A connection of the caller's own, in no transaction. Without one, a connection
            is lent for the time, and asked first whether it still lives.

    Raises:
        Busy: A lock was not free within three seconds; nothing was written.
        InvariantBroken: A check of the database refused it, at once or at COMMIT
            (deferred checks speak up only then); nothing was written.
        DBAPIError: Anything else that the driver says; see :func:`understood`.
    """
    with Session(kept or engine(), expire_on_commit=False) as session:
        try:
            with session.begin():
                yield session
        except DBAPIError as exc:
            if isinstance(exc.orig, psycopg.errors.LockNotAvailable):
                raise errors.Busy from exc
            if isinstance(exc.orig, _BROKEN):
                raise errors.InvariantBroken(
                    constraint=exc.orig.diag.constraint_name, table=exc.orig.diag.table_name
                ) from exc
            raise


@contextmanager
def reading() -> Iterator[Session]:
    """Open a read-only transaction that sees one moment of the database."""
    with Session(engine(), expire_on_commit=False) as session, session.begin():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        session.connection().exec_driver_sql("SET TRANSACTION READ ONLY")
        yield session


def is_away(problem: object) -> bool:
    """Tell whether the connection was cut, or there was none to be had.

    Source: PostgreSQL 18 manual, appendix A: class 08 are connection exceptions, 57P are
    shutdowns, crashes and starts. What libpq itself says has no code.
    """
    if not isinstance(problem, DBAPIError):
        return False
    code = getattr(problem.orig, "sqlstate", None)
    is_cut = isinstance(problem.orig, psycopg.OperationalError) and (
        code is None or code.startswith(("08", "57P"))
    )
    return problem.connection_invalidated or is_cut


def understood(problem: Exception) -> Exception:
    """Return what an entry shall say for ``problem``: DatabaseAway, or the problem itself.

    Services let the driver's errors through, because some try again on their own; entries
    ask here before they call something a bug.
    """
    if is_away(problem) or isinstance(problem, PoolTimeout):
        return errors.DatabaseAway(problem=repr(problem))
    return problem


def retried(unit: Callable[P, R]) -> Callable[P, R]:
    """Run a use-case again when the database asks for it: deadlock or conflict.

    The whole unit runs again, so it must open its own transaction and do nothing
    outside it.

    Raises:
        Busy: It did not succeed in five tries.
    """

    @functools.wraps(unit)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, TRIES + 1):
            try:
                return unit(*args, **kwargs)
            except DBAPIError as exc:
                if not isinstance(exc.orig, _RETRIED):
                    raise
                if attempt == TRIES:
                    raise errors.Busy(unit=unit.__qualname__) from exc
                _log.info("unit_retried", unit=unit.__qualname__, attempt=attempt)
                time.sleep(random.uniform(0.5, 1.5) * 0.02 * 2**attempt)  # noqa: S311 - jitter, not a secret
        raise errors.InvariantBroken(unit=unit.__qualname__)

    return run
