"""Breaks that people take from games, in the caller's transaction."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, func, select

from luckychit.domain.users.models import SelfExclusion


def excluded_among(
    session: Session, user_ids: Collection[uuid.UUID], now: datetime
) -> set[uuid.UUID]:
    """Return which of these people are taking a break from games.

    Args:
        session: The open transaction.
        user_ids: At most some hundreds.
        now: A break ends at its ``until``: then one may play again.
    """
    if not user_ids:
        return set()
    return set(
        session.exec(
            select(SelfExclusion.user_id).where(
                col(SelfExclusion.user_id).in_(set(user_ids)), col(SelfExclusion.until) > now
            )
        )
    )


def end_of_break(session: Session, user_id: uuid.UUID) -> datetime | None:
    """Return when the last break a person took ends or ended; None when there was none."""
    return session.exec(
        select(func.max(SelfExclusion.until)).where(SelfExclusion.user_id == user_id)
    ).one()
