"""Reads news: for the broadcaster (everything new) and for feeds (one reader's)."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, or_, select

from luckychit.core.db import reading
from luckychit.domain.actors import Actor
from luckychit.domain.notify.models import News

# Heard by pages, which look again; said to nobody.
UNSAID = frozenset({"sessions_ended"})


@dataclass(frozen=True, slots=True)
class NewsView:
    """One thing that happened."""

    id: int
    kind: str
    group_id: uuid.UUID | None
    user_id: uuid.UUID | None
    manager_id: uuid.UUID | None
    facts: dict[str, Any]
    happened_at: datetime


def _view(row: News) -> NewsView:
    assert row.id is not None
    return NewsView(
        id=row.id,
        kind=row.kind,
        group_id=row.group_id,
        user_id=row.user_id,
        manager_id=row.manager_id,
        facts=row.facts,
        happened_at=row.happened_at,
    )


def horizon() -> int:
    """Return the number of the oldest transaction still running: all before it is final."""
    with reading() as session:
        return _horizon(session)


def _horizon(session: Session) -> int:
    return session.execute(
        text("SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
    ).scalar_one()


def published_since(seen_until: int) -> tuple[list[NewsView], int]:
    """Return all news of transactions from ``seen_until`` on that are final, and the next mark.

    Never skips and never repeats a row, even when transactions overlap: a row is
    returned once every transaction older than it has ended.

    Args:
        seen_until: What the previous call, or :func:`horizon`, returned.
    """
    with reading() as session:
        until = _horizon(session)
        rows = session.exec(
            select(News)
            .where(col(News.written_in) >= seen_until, col(News.written_in) < until)
            .order_by(col(News.id))
        ).all()
        return [_view(row) for row in rows], until


def recent_for(*, actor: Actor, group_ids: list[uuid.UUID], limit: int) -> list[NewsView]:
    """Return what the actor should know, newest first.

    A manager sees what happened in the manager's own groups; a member what is about
    the member, and what concerns everybody in ``group_ids``.

    Args:
        actor: Who asks.
        group_ids: Groups the caller has already checked the actor belongs to.
        limit: 1 to 100.
    """
    about_me = col(News.user_id) == actor.user_id
    for_all = col(News.group_id).in_(group_ids) & col(News.user_id).is_(None)
    if actor.role == "manager":
        mine = col(News.manager_id) == actor.user_id
    else:
        mine = or_(about_me, for_all)
    with reading() as session:
        rows = session.exec(
            select(News)
            .where(mine, col(News.kind).not_in(UNSAID))
            .order_by(col(News.id).desc())
            .limit(limit)
        ).all()
        return [_view(row) for row in rows]
