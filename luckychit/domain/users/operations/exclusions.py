"""Breaks that people take from games, in the caller's transaction."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, func, select

from luckychit.domain.users.models import SelfExclusion

_EXCLUDED = text(
    "SELECT user_id FROM self_exclusions"
    " WHERE user_id = ANY (CAST(:user_ids AS uuid[])) AND until > :now"
)


def excluded_among(
    session: Session, user_ids: Collection[uuid.UUID], now: datetime
) -> set[uuid.UUID]:
    """Return which of these people are taking a break from games.

    Args:
        session: The open transaction.
        user_ids: At most some hundreds.
        now: A break ends at its ``until``: then one may play again.
    """
    # Of hundreds, one long value travels faster than a parameter for each.
    listed = "{" + ",".join([user_id.hex for user_id in user_ids]) + "}"
    return set(session.execute(_EXCLUDED, {"user_ids": listed, "now": now}).scalars())


def end_of_break(session: Session, user_id: uuid.UUID) -> datetime | None:
    """Return when the last break a person took ends or ended; None when there was none."""
    return session.exec(
        select(func.max(SelfExclusion.until)).where(SelfExclusion.user_id == user_id)
    ).one()
