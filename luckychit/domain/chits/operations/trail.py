"""Entries of the audit trail about a circle's draws, in the caller's transaction."""

import uuid
from datetime import datetime
from typing import Any

from sqlmodel import Session

from luckychit.domain.actors import Actor
from luckychit.domain.audit.operations import record
from luckychit.domain.chits.models import ChitGroup, MonthlyDraw


def record_draw(
    session: Session,
    action: str,
    group: ChitGroup,
    draw: MonthlyDraw,
    *,
    now: datetime,
    actor: Actor | None = None,
    owner_id: uuid.UUID | None = None,
    **facts: Any,
) -> None:
    """Write down what was done to a draw.

    Args:
        session: The open transaction.
        action: ``chits.draw_...``.
        group: The circle.
        draw: Its draw.
        now: When.
        actor: Who; None for the system.
        owner_id: The person it is about, if any.
        **facts: More than the circle's name and the month.
    """
    record(
        session,
        action=action,
        actor=actor,
        subject=("draw", draw.draw_id),
        now=now,
        owner_id=owner_id,
        manager_id=group.manager_id,
        group_id=str(group.id),
        group=group.name,
        month=draw.instalment,
        **facts,
    )
