"""What a person has played for, won and deposited, read from the ledger.

The ledger and the draws are above this slice: their tables are read by name. A purchase
counts in the period in which it was made. One in a draw that was called off counts as never
made, from the moment it is void: the money goes back in full.
"""

import uuid
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlmodel import Session

# Entries have no time, but their ids only grow: none since ``began`` is below an entry of a
# transaction that was written well before it. So a month's purchases are read, and not all
# that a wallet has ever seen. An hour is far more than a transaction may take. The order
# names both columns of the index, else the planner would rather read all entries.
_SINCE = (
    "coalesce((SELECT older.id FROM ledger_entries older WHERE older.transaction_id = ("
    "SELECT past.id FROM transactions past WHERE past.user_id IS NULL"
    " AND past.created_at < limited.began - interval '1 hour'"
    " ORDER BY past.user_id DESC, past.created_at DESC LIMIT 1) LIMIT 1), 0)"
)
# For a row ``limited`` with a person and the beginning of a period.
_LINES = (
    " FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id"
    f" AND e.id > {_SINCE}"
    " JOIN transactions t ON t.id = e.transaction_id AND t.created_at >= limited.began"
    " LEFT JOIN draws d ON d.draw_id = t.reference"
    " WHERE a.kind = 'wallet' AND a.owner = limited.user_id::text AND a.currency = :currency"
)
_PLAYED = "t.kind = 'ticket_purchase' AND d.status IS DISTINCT FROM 'void'"
SPENT = f"SELECT coalesce(-sum(e.amount_minor), 0)::bigint AS minor {_LINES} AND {_PLAYED}"
_LIMITED = (
    "(SELECT CAST(:user_id AS uuid) AS user_id, CAST(:began AS timestamptz) AS began) limited"
)
_SPENT_SINCE = text(
    f"SELECT played.minor FROM {_LIMITED} CROSS JOIN LATERAL ({SPENT}) played"  # noqa: S608 - of our own parts
)
_PLAY_SINCE = text(
    f"SELECT played.* FROM {_LIMITED} CROSS JOIN LATERAL ("  # noqa: S608 - of our own parts
    f"SELECT coalesce(-sum(e.amount_minor) FILTER (WHERE {_PLAYED}), 0)::bigint AS spent_minor,"
    " coalesce(sum(e.amount_minor) FILTER (WHERE t.kind = 'prize_win'), 0)::bigint AS won_minor"
    f" {_LINES}) played"
)
# A deposit that was reversed later still counts: the limit is on what one sends.
_DEPOSITED = text(
    "SELECT coalesce(sum(e.amount_minor), 0)::bigint FROM transactions t"
    " JOIN ledger_entries e ON e.transaction_id = t.id"
    " JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'wallet'"
    " AND a.user_id = t.user_id AND a.currency = :currency"
    " WHERE t.user_id = :user_id AND t.created_at >= :began"
    " AND t.kind IN ('deposit', 'play_credit')"
)


class Played(NamedTuple):
    """What somebody has played for and won, in minor units."""

    spent_minor: int
    won_minor: int


def spent_since(session: Session, user_id: uuid.UUID, currency: str, began: datetime) -> int:
    """Return what a person has paid for tickets since a moment, in minor units."""
    asked = {"user_id": user_id, "currency": currency, "began": began}
    spent: int = session.execute(_SPENT_SINCE, asked).scalar_one()
    return spent


def play_since(session: Session, user_id: uuid.UUID, currency: str, began: datetime) -> Played:
    """Return what a person has paid for tickets and won with any since a moment."""
    asked = {"user_id": user_id, "currency": currency, "began": began}
    return Played(*session.execute(_PLAY_SINCE, asked).one())


def deposited_since(session: Session, user_id: uuid.UUID, currency: str, began: datetime) -> int:
    """Return what a person has deposited since a moment, in minor units."""
    asked = {"user_id": user_id, "currency": currency, "began": began}
    deposited: int = session.execute(_DEPOSITED, asked).scalar_one()
    return deposited
