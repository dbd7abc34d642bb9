"""What the ledger holds of one person, and what in it keeps an account open."""

import uuid

from sqlalchemy import text
from sqlmodel import Session

from luckychit.core.money import PLAY_CREDIT, Money
from luckychit.core.settings import settings
from luckychit.domain.users import closing, holdings

_LINES = text(
    "SELECT t.id AS transaction_id, t.kind, a.kind AS account, e.amount_minor, e.currency,"
    " e.balance_after_minor, coalesce(nullif(e.reference, ''), t.reference) AS reference,"
    " t.created_at FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id"
    " JOIN transactions t ON t.id = e.transaction_id"
    " WHERE a.user_id = :user_id ORDER BY e.id"
)
# With the ledger's own locks: a sale under way ends first, and is seen by whoever asks next.
_MONEY = text(
    "SELECT a.currency, sum(a.balance_minor)::bigint AS held_minor"
    " FROM lock_ledger_accounts(ARRAY(SELECT id FROM ledger_accounts"
    " WHERE user_id = :user_id)) AS a"
    " WHERE a.currency <> ALL (:play) GROUP BY a.currency HAVING sum(a.balance_minor) <> 0"
    " ORDER BY a.currency LIMIT 1"
)


@closing.register
def money_left(session: Session, user_id: uuid.UUID) -> str | None:
    """Object while the wallet holds money; play credit is none."""
    play = [PLAY_CREDIT, settings().games_currency]
    found = session.execute(_MONEY, {"user_id": user_id, "play": play}).first()
    if found is None:
        return None
    return f"Your wallet still holds {Money(found.held_minor, found.currency).text()}."


holdings.register_query("wallet_lines", _LINES)
