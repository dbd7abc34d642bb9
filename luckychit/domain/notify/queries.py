"""Reads news: for the broadcaster (everything new) and for feeds (one reader's)."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, text
from sqlmodel import Session, col, or_, select

from luckychit.core.db import reading
from luckychit.domain.actors import Actor
from luckychit.domain.notify.models import News, NewsRead

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
    with reading() as session:
        rows = session.exec(
            select(News)
            .where(concerns(actor, group_ids))
            .order_by(col(News.id).desc())
            .limit(limit)
        ).all()
        return [_view(row) for row in rows]


def concerns(actor: Actor, group_ids: list[uuid.UUID]) -> ColumnElement[bool]:
    """Return the condition that a piece of news is one the actor should know."""
    if actor.role == "manager":
        theirs: ColumnElement[bool] = col(News.manager_id) == actor.user_id
    else:
        for_all = col(News.group_id).in_(group_ids) & col(News.user_id).is_(None)
        theirs = or_(col(News.user_id) == actor.user_id, for_all)
    return theirs & col(News.kind).not_in(UNSAID)


@dataclass(frozen=True, slots=True)
class Notification:
    """One piece of news, and whether its reader has marked it as read."""

    news: NewsView
    is_read: bool


def notifications_of(
    *, actor: Actor, group_ids: list[uuid.UUID], before: int | None = None, limit: int = 20
) -> list[Notification]:
    """Return what the actor should know, newest first, with the reader's own marks.

    New rows only ever come in front, so a page asked with ``before`` stays what it is.

    Args:
        actor: Who asks.
        group_ids: Groups and rooms the caller has already checked the actor belongs to.
        before: Number of the last piece already seen.
        limit: 1 to 101.
    """
    mark = (col(NewsRead.news_id) == col(News.id)) & (col(NewsRead.user_id) == actor.user_id)
    wanted = (
        select(News, NewsRead.read_at)
        .outerjoin(NewsRead, mark)
        .where(concerns(actor, group_ids))
        .order_by(col(News.id).desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(col(News.id) < before)
    with reading() as session:
        return [
            Notification(_view(row), is_read=read_at is not None)
            for row, read_at in session.exec(wanted).all()
        ]
