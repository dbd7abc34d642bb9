"""What the audit trail holds about one person, in the caller's transaction."""

import uuid
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, or_, select

from luckychit.domain.audit.models import AuditEntry


def held_about(session: Session, user_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return what a person did and what was done about the person, oldest first.

    Whose address an entry names is told only to who was there.

    Args:
        session: The open transaction.
        user_id: The person; the caller has checked who may ask.
    """
    mine = or_(AuditEntry.actor_id == user_id, AuditEntry.owner_id == user_id)
    rows = session.exec(select(AuditEntry).where(mine).order_by(col(AuditEntry.id))).all()
    return [
        {
            "action": row.action,
            "by_me": row.actor_id == user_id,
            "actor_role": row.actor_role,
            "subject_kind": row.subject_kind,
            "subject_id": row.subject_id,
            "facts": row.facts,
            "address": row.address if row.actor_id == user_id else None,
            "happened_at": row.happened_at,
        }
        for row in rows
    ]


def last_done(session: Session, *, actor_id: uuid.UUID, action: str) -> datetime | None:
    """Return when a person last did something; None when never.

    Args:
        session: The open transaction.
        actor_id: Who.
        action: As it was recorded.
    """
    return session.exec(
        select(func.max(AuditEntry.happened_at)).where(
            AuditEntry.actor_id == actor_id, AuditEntry.action == action
        )
    ).one()
