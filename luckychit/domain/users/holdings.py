"""What is held about a person: a port for the slices above, read when somebody asks."""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import TextClause
from sqlmodel import Session

Holding = dict[str, Any]
Reader = Callable[[Session, uuid.UUID], list[Holding]]

_readers: dict[str, Reader] = {}


def register(name: str) -> Callable[[Reader], Reader]:
    """Let a slice hand out what it holds about a person, under a name of its own.

    Args:
        name: Name of the list in the file, such as ``tickets``.
    """

    def add(reader: Reader) -> Reader:
        assert name not in _readers, f"{name} is taken"
        _readers[name] = reader
        return reader

    return add


def register_query(name: str, query: TextClause) -> None:
    """Let a slice hand out what one statement finds.

    Args:
        name: As of :func:`register`.
        query: Takes ``:user_id``; its columns are the fields of a row.
    """

    @register(name)
    def read(session: Session, user_id: uuid.UUID) -> list[Holding]:
        found = session.execute(query, {"user_id": user_id}).mappings()
        return [dict(row) for row in found]


def names() -> list[str]:
    """Return the names of all lists, in the order in which they were registered."""
    return list(_readers)


def held(session: Session, name: str, user_id: uuid.UUID) -> list[Holding]:
    """Return one list about a person; the values are plain JSON.

    Args:
        session: The open transaction.
        name: One of :func:`names`.
        user_id: Whose.
    """
    return [
        {key: plain(value) for key, value in row.items()}
        for row in _readers[name](session, user_id)
    ]


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: moments and days in ISO 8601, ids as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
