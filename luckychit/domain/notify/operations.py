"""Writes news in the caller's transaction."""

import uuid
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from luckychit.domain.notify.models import News


def tell(
    session: Session,
    *,
    kind: str,
    now: datetime,
    manager_id: uuid.UUID | None = None,
    group_id: uuid.UUID | None = None,
    user_id: uuid.UUID | None = None,
    **facts: Any,
) -> None:
    """Append one piece of news to the transaction of what it tells.

    Args:
        session: The open transaction.
        kind: What happened, such as ``payment_received``; the feed has a sentence each.
        now: When.
        manager_id: Whose dashboard shows it.
        group_id: Whose open pages refresh.
        user_id: The one person it is about, who also gets a notice.
        **facts: Small JSON values the sentence needs (names, minor units, numbers).
    """
    session.add(
        News(
            kind=kind,
            manager_id=manager_id,
            group_id=group_id,
            user_id=user_id,
            facts=facts,
            happened_at=now,
        )
    )


def was_told(session: Session, *, kind: str, group_id: uuid.UUID, **facts: Any) -> bool:
    """Tell whether a group has news with these facts; for a unit that is tried again."""
    told = select(News.id).where(
        News.kind == kind, News.group_id == group_id, col(News.facts).contains(facts)
    )
    return session.exec(told.limit(1)).first() is not None
