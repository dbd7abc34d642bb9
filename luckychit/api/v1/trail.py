"""The audit trail over HTTP, for admins: everything that matches, as a file."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from luckychit.api import files
from luckychit.api.callers import Caller
from luckychit.api.describe import described
from luckychit.core import clock
from luckychit.domain.audit import queries, words
from luckychit.domain.audit.views import TrailEntry, TrailFilter

COLUMNS = (
    "seq", "id", "happened_at", "actor", "actor_role", "action", "sentence", "about",
    "manager", "subject_kind", "subject_id", "facts", "address", "request_id", "seal",
)  # fmt: skip
LONGEST = 80
INVALID = HTTPStatus.UNPROCESSABLE_ENTITY
_TABLE = {"text/csv": {"schema": {"type": "string"}, "example": ",".join(COLUMNS) + "\r\n"}}
_LIST = {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}

router = APIRouter(prefix="/api/admin", tags=["admin"])


def wanted_of(
    action: Annotated[str, Query(pattern="^[a-z_.]{0,60}$")] = "",
    person: Annotated[str, Query(max_length=LONGEST)] = "",
    since: datetime | None = None,
    until: datetime | None = None,
    text: Annotated[str, Query(max_length=LONGEST)] = "",
) -> TrailFilter:
    """Read the filter from the address; ``until`` is the first moment left out."""
    return TrailFilter(
        action=action,
        person=person,
        since=files.moment_asked("since", since),
        until=files.moment_asked("until", until),
        text=text,
    )


Wanted = Annotated[TrailFilter, Depends(wanted_of)]


@router.get(
    "/trail.csv",
    response_class=StreamingResponse,
    **described(INVALID, said="The table.", content=_TABLE),
)
async def trail_table(actor: Caller, wanted: Wanted) -> StreamingResponse:
    """Hand out all matching entries, newest first, as a table of plain values."""
    found = await asyncio.to_thread(queries.all_entries, actor=actor, wanted=wanted)
    return files.attachment(files.table(COLUMNS, map(_cells, found)), _name("csv"), "text/csv")


@router.get(
    "/trail.json",
    response_class=StreamingResponse,
    **described(INVALID, said="The entries.", content=_LIST),
)
async def trail_document(actor: Caller, wanted: Wanted) -> StreamingResponse:
    """Hand out all matching entries, newest first, as one JSON list of objects."""
    found = await asyncio.to_thread(queries.all_entries, actor=actor, wanted=wanted)
    return files.attachment(_document(found), _name("json"), "application/json")


def _name(ending: str) -> str:
    return f"audit-trail-{clock.now():%Y-%m-%d}.{ending}"


def _cells(entry: TrailEntry) -> tuple[str, ...]:
    said = _said(entry)
    said["facts"] = json.dumps(entry.facts, ensure_ascii=False, sort_keys=True)
    return tuple(files.plain("" if said[name] is None else str(said[name])) for name in COLUMNS)


def _said(entry: TrailEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "id": entry.id,
        "happened_at": files.iso_ms(entry.happened_at),
        "actor": entry.actor_name or None,
        "actor_id": _text(entry.actor_id),
        "actor_role": entry.actor_role,
        "action": entry.action,
        "sentence": words.sentence(entry),
        "about": entry.owner_name or None,
        "owner_id": _text(entry.owner_id),
        "manager": entry.manager_name or None,
        "manager_id": _text(entry.manager_id),
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "facts": entry.facts,
        "address": entry.address,
        "request_id": entry.request_id,
        "seal": entry.seal or None,
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _document(found: Iterable[TrailEntry]) -> Iterator[str]:
    """Write a JSON list, an object a line, in pieces of some hundred lines."""
    lines, before = [], "["
    for count, entry in enumerate(found, start=1):
        lines.append(before + "\n" + json.dumps(_said(entry), ensure_ascii=False))
        before = ","
        if count % files.ROWS_AT_ONCE == 0:
            yield "".join(lines)
            lines = []
    yield "".join(lines) + ("[" if before == "[" else "") + "\n]\n"
