"""What news there is about one person, in the caller's transaction."""

import uuid
from typing import Any

from sqlmodel import Session, col, select

from luckychit.domain.notify.models import News


def held_about(session: Session, user_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the notices that were for one person, oldest first.

    Args:
        session: The open transaction.
        user_id: The person; the caller has checked who may ask.
    """
    rows = session.exec(select(News).where(News.user_id == user_id).order_by(col(News.id))).all()
    return [
        {
            "kind": row.kind,
            "group_id": str(row.group_id) if row.group_id else None,
            "facts": row.facts,
            "happened_at": row.happened_at,
        }
        for row in rows
    ]
