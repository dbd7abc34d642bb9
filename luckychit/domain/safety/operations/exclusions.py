"""Breaks that people take from games, in the caller's transaction."""

import uuid
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, func, select

from luckychit.domain.safety import errors
from luckychit.domain.safety.models import SelfExclusion

# The ledger is above this slice, but its order of locks is a function of the database.
_HOLD_PURSE = text(
    "SELECT FROM lock_ledger_accounts(ARRAY(SELECT id FROM ledger_accounts"
    " WHERE kind = 'wallet' AND owner = :owner))"
)


def hold_purse(session: Session, user_id: uuid.UUID) -> None:
    """Let a person buy nothing until the transaction ends; waits for a sale under way."""
    session.execute(_HOLD_PURSE, {"owner": str(user_id)})


def end_of_break(session: Session, user_id: uuid.UUID) -> datetime | None:
    """Return when the last break a person took ends or ended; None when there was none."""
    return session.exec(
        select(func.max(SelfExclusion.until)).where(SelfExclusion.user_id == user_id)
    ).one()


def refuse_on_break(session: Session, user_id: uuid.UUID, now: datetime) -> None:
    """Let nobody add play credit who takes a break from games.

    Raises:
        OnBreak: The person takes one.
    """
    if running_break(session, user_id, now) is not None:
        raise errors.OnBreak


def running_break(session: Session, user_id: uuid.UUID, now: datetime) -> datetime | None:
    """Return until when a person takes a break from games; None when not on one."""
    until = end_of_break(session, user_id)
    return until if until is not None and until > now else None
