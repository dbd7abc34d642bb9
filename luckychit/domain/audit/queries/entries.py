"""Who did what: for admins everything, for everybody the own part."""

import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from luckychit.core.db import reading
from luckychit.core.errors import InvalidInput
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.audit.views import TrailEntry, TrailFilter, TrailPage

MOST_ENTRIES = 100
PAGE_ENTRIES = 50
ENTRIES_PER_READ = 500
LONGEST_SEARCH = 80

# The people are of a slice above this one; their names are read as the page needs them.
_ENTRIES = """
    SELECT e.*, a.full_name AS actor_name, o.full_name AS owner_name,
           m.full_name AS manager_name, l.seq, l.hash
    FROM audit_entries e
    LEFT JOIN users a ON a.id = e.actor_id
    LEFT JOIN users o ON o.id = e.owner_id
    LEFT JOIN users m ON m.id = e.manager_id
    LEFT JOIN audit_links l ON l.entry_id = e.id
    WHERE e.id < coalesce(CAST(:before AS bigint), 9223372036854775807)
      AND starts_with(e.action, :action)
      AND (:subject_kind = '' OR e.subject_kind = :subject_kind)
      AND (:subject_id = '' OR e.subject_id = :subject_id)
      AND e.happened_at >= coalesce(CAST(:since AS timestamptz), '-infinity')
      AND e.happened_at < coalesce(CAST(:until AS timestamptz), 'infinity')
      AND (:person = '' OR strpos(lower(a.full_name), lower(:person)) > 0
           OR strpos(lower(o.full_name), lower(:person)) > 0
           OR :person IN (e.actor_id::text, e.owner_id::text))
      AND (:text = '' OR strpos(lower(e.facts::text), lower(:text)) > 0
           OR strpos(lower(e.subject_id), lower(:text)) > 0
           OR (:sees_all AND strpos(e.address || ' ' || e.request_id, :text) > 0))
      AND {whose}
    ORDER BY e.id DESC LIMIT :most
"""
_ALL = text(_ENTRIES.format(whose=":me IS NOT NULL"))
_OWN = text(_ENTRIES.format(whose="(e.actor_id = :me OR e.owner_id = :me)"))
_CIRCLES = text(
    _ENTRIES.format(whose="(e.manager_id = :me OR e.actor_id = :me OR e.owner_id = :me)")
)


def search(
    *,
    actor: Actor,
    wanted: TrailFilter,
    before: int | None = None,
    limit: int = PAGE_ENTRIES,
) -> TrailPage:
    """Return one page of everything, newest first.

    Args:
        actor: An admin.
        wanted: Which entries.
        before: ``before`` of the page in front; None begins at the newest.
        limit: 1 to 100.

    Raises:
        SignInNeeded: Nobody asks.
        NotAllowed: The actor is not an admin.
        InvalidInput: Something typed is too long.
    """
    require(actor, Role.ADMIN)
    return _page(_ALL, actor, wanted, before, limit)


def all_entries(*, actor: Actor, wanted: TrailFilter) -> Iterator[TrailEntry]:
    """Return all such entries, newest first, some hundred at a time, for a file.

    Each portion is a read of its own: whoever takes the file slowly holds no connection.

    Args:
        actor: An admin.
        wanted: Which entries.

    Raises:
        SignInNeeded, NotAllowed, InvalidInput: As :func:`search`, before the first entry.
    """
    require(actor, Role.ADMIN)
    return _portions(actor, _asked(wanted))


def own(
    *,
    actor: Actor,
    wanted: TrailFilter | None = None,
    before: int | None = None,
    limit: int = PAGE_ENTRIES,
) -> TrailPage:
    """Return one page of what was done by the actor or to the actor, newest first.

    Addresses are shown of the actor's own acts only.

    Args:
        actor: Anybody signed in.
        wanted: Which entries; ``TrailFilter(action="users.")`` is the account's safety.
        before: As for :func:`search`.
        limit: 1 to 100.

    Raises:
        SignInNeeded: Nobody asks.
        InvalidInput: Something typed is too long.
    """
    require(actor, *Role)
    return _page(_OWN, actor, wanted or TrailFilter(), before, limit)


def of_circles(
    *,
    actor: Actor,
    wanted: TrailFilter,
    before: int | None = None,
    limit: int = PAGE_ENTRIES,
) -> TrailPage:
    """Return one page of what happened in the manager's circles or to the own account.

    Args:
        actor: A manager.
        wanted: Which entries.
        before: As for :func:`search`.
        limit: 1 to 100.

    Raises:
        SignInNeeded: Nobody asks.
        NotAllowed: The actor is not a manager.
        InvalidInput: Something typed is too long.
    """
    require(actor, Role.MANAGER)
    return _page(_CIRCLES, actor, wanted, before, limit)


def _page(
    statement: Any, actor: Actor, wanted: TrailFilter, before: int | None, limit: int
) -> TrailPage:
    asked = _asked(wanted)
    most = max(1, min(limit, MOST_ENTRIES))
    with reading() as session:
        # One more than shown tells whether an older one is left.
        rows = _rows(session, statement, actor, {**asked, "before": before, "most": most + 1})
    items = tuple(_entry(row, actor) for row in rows[:most])
    return TrailPage(items, items[-1].id if len(rows) > most else None)


def _portions(actor: Actor, asked: dict[str, Any]) -> Iterator[TrailEntry]:
    before = None
    while True:
        with reading() as session:
            portion = {**asked, "before": before, "most": ENTRIES_PER_READ}
            rows = _rows(session, _ALL, actor, portion)
        for row in rows:
            yield _entry(row, actor)
        if len(rows) < ENTRIES_PER_READ:
            return
        before = rows[-1].id


def _rows(session: Session, statement: Any, actor: Actor, asked: dict[str, Any]) -> list[Row[Any]]:
    sees_all = actor.role == Role.ADMIN
    return list(session.execute(statement, {**asked, "me": actor.user_id, "sees_all": sees_all}))


def _asked(wanted: TrailFilter) -> dict[str, Any]:
    typed = {
        name: getattr(wanted, name)
        for name in ("action", "person", "subject_kind", "subject_id", "text")
    }
    for name, value in typed.items():
        if not isinstance(value, str) or len(value) > LONGEST_SEARCH or "\0" in value:
            problem = f"Please use at most {LONGEST_SEARCH} plain characters."
            raise InvalidInput({name: problem})
    stripped = {name: value.strip() for name, value in typed.items()}
    return stripped | {"since": wanted.since, "until": wanted.until}


def _entry(row: Row[Any], reader: Actor) -> TrailEntry:
    # Where somebody else was is nobody's business but an admin's.
    shows_place = reader.role == Role.ADMIN or row.actor_id == reader.user_id
    return TrailEntry(
        id=row.id,
        action=row.action,
        happened_at=row.happened_at,
        actor_id=_as_id(row.actor_id),
        actor_name=row.actor_name or "",
        actor_role=row.actor_role,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        owner_id=_as_id(row.owner_id),
        owner_name=row.owner_name or "",
        manager_id=_as_id(row.manager_id),
        manager_name=row.manager_name or "",
        facts=row.facts,
        address=row.address if shows_place else "",
        request_id=row.request_id if shows_place else "",
        seq=row.seq,
        seal=row.hash.hex() if row.hash else "",
    )


def _as_id(value: Any) -> uuid.UUID | None:
    return None if value is None else uuid.UUID(str(value))
