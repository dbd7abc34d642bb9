"""What the outbox holds about one person, in the caller's transaction."""

import uuid
from typing import Any

from sqlmodel import Session, col, select

from luckychit.domain.mail.models import Mail


def held_about(session: Session, user_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return which letters were written to a person, without what they say.

    Args:
        session: The open transaction.
        user_id: The person; the caller has checked who may ask.
    """
    rows = session.exec(select(Mail).where(Mail.user_id == user_id).order_by(col(Mail.id))).all()
    return [
        {
            "kind": row.kind,
            "to_address": row.to_address,
            "subject": row.subject,
            "status": row.status,
            "created_at": row.created_at,
            "sent_at": row.sent_at,
        }
        for row in rows
    ]
