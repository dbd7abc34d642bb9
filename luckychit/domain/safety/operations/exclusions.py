"""Breaks that people take from games, in the caller's transaction."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, func, select

from luckychit.core import driver
from luckychit.core.driver import Asked
from luckychit.domain.safety.models import SelfExclusion

_EXCLUDED = text(
    "SELECT user_id::text FROM self_exclusions"
    " WHERE user_id = ANY (CAST(:user_ids AS uuid[])) AND until > :now"
)
# The ledger is above this slice, but its order of locks is a function of the database.
_HOLD_PURSE = text(
    "SELECT FROM lock_ledger_accounts(ARRAY(SELECT id FROM ledger_accounts"
    " WHERE kind = 'wallet' AND owner = :owner))"
)


def hold_purse(session: Session, user_id: uuid.UUID) -> None:
    """Let a person buy nothing until the transaction ends; waits for a sale under way."""
    session.execute(_HOLD_PURSE, {"owner": str(user_id)})


def ask_excluded(session: Session, user_ids: Collection[str], now: datetime) -> Asked:
    """Ask which of these people are taking a break from games; a row for each, of its id.

    Args:
        session: The open transaction.
        user_ids: As text, at most some hundreds.
        now: A break ends at its ``until``: then one may play again.
    """
    # Of hundreds, one long value travels faster than a parameter for each.
    listed = "{" + ",".join(user_ids) + "}"
    return driver.ask(session, _EXCLUDED, {"user_ids": listed, "now": now})


def end_of_break(session: Session, user_id: uuid.UUID) -> datetime | None:
    """Return when the last break a person took ends or ended; None when there was none."""
    return session.exec(
        select(func.max(SelfExclusion.until)).where(SelfExclusion.user_id == user_id)
    ).one()


def running_break(session: Session, user_id: uuid.UUID, now: datetime) -> datetime | None:
    """Return until when a person takes a break from games; None when not on one."""
    until = end_of_break(session, user_id)
    return until if until is not None and until > now else None
