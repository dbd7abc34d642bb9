"""Statements given to the driver itself, and several in one trip, for a path walked all day.

Through SQLAlchemy hundreds of rows cost twice as much, and so does a statement of one row.
The transaction, its end and the errors stay SQLAlchemy's own.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, Dialect, TextClause
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session


class Asked:
    """A statement that was sent; in a trip, perhaps not answered yet."""

    __slots__ = ("_connection", "_cursor")

    def __init__(self, connection: Connection, cursor: "psycopg.Cursor[Any]") -> None:
        self._connection = connection
        self._cursor = cursor

    def rows(self) -> Sequence[tuple[Any, ...]]:
        """Return its rows as the driver gives them; in a trip, wait for them first.

        Raises:
            DBAPIError: It failed; in a trip, see :func:`one_trip`.
        """
        with _told(self._connection):
            return self._cursor.fetchall()


@contextmanager
def one_trip(session: Session) -> Iterator[None]:
    """Send what is asked in this block at once, and let the database answer when it can.

    Each question is sent before the last one is answered, so that both sides wait once for
    all of them. When one fails, those after it are not run. Nothing but :func:`ask`,
    :func:`rows_of` and :func:`change` may use the session meanwhile, and within the block
    they raise the driver's own ``psycopg.Error``: let it through.

    While a trip lasts, and perhaps until the transaction ends, PostgreSQL does not see that
    nobody speaks: ``idle_in_transaction_session_timeout`` does not count. Whoever holds locks
    meanwhile sets ``transaction_timeout``.

    Source: PostgreSQL 18 manual, 32.5 "Pipeline Mode".

    Args:
        session: The open transaction.

    Raises:
        DBAPIError: A statement failed; at the end of the block.
    """
    connection = session.connection()
    with _told(connection), _driver(connection).pipeline():
        yield


def ask(session: Session, statement: TextClause, values: Mapping[str, object]) -> Asked:
    """Send a statement, to read its rows later or never.

    Args:
        session: The open transaction.
        statement: Nothing in it is preset, and no parameter is a list to be spread.
        values: Of its parameters, each of a type that the driver knows.

    Raises:
        DBAPIError: It failed; in a trip, see :func:`one_trip`.
    """
    connection = session.connection()
    cursor = _driver(connection).cursor()
    said = _in_driver_style(statement, connection.dialect)
    with _told(connection, said):
        cursor.execute(said.encode(), values)
    return Asked(connection, cursor)


def rows_of(
    session: Session, statement: TextClause, values: Mapping[str, object]
) -> Sequence[tuple[Any, ...]]:
    """Return the rows of a select, or of a change that returns rows; see :func:`ask`."""
    return ask(session, statement, values).rows()


def change(session: Session, statement: TextClause, values: Mapping[str, object]) -> None:
    """Run a change that returns no rows; see :func:`ask`."""
    ask(session, statement, values)


def _driver(connection: Connection) -> "psycopg.Connection[Any]":
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


@contextmanager
def _told(connection: Connection, said: str | None = None) -> Iterator[None]:
    """Raise errors of the driver as SQLAlchemy would; those of a trip when it has ended."""
    driver = _driver(connection)
    try:
        yield
    except psycopg.Error as problem:
        if driver.pgconn.pipeline_status:
            raise
        is_cut = driver.closed
        if is_cut:
            connection.invalidate(problem)
        raise DBAPIError.instance(
            said,
            None,
            problem,
            psycopg.Error,
            connection_invalidated=is_cut,
            dialect=connection.dialect,
        ) from problem


@functools.lru_cache(maxsize=64)
def _in_driver_style(statement: TextClause, dialect: Dialect) -> str:
    return str(statement.compile(dialect=dialect))
