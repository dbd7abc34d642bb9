"""What people may do with their wallets; every function opens its own transaction."""

import uuid
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import InvalidInput
from luckychit.core.money import Money
from luckychit.core.settings import settings
from luckychit.domain.actors import Actor, require
from luckychit.domain.audit.operations import record
from luckychit.domain.wallet import accounts, operations, rules
from luckychit.domain.wallet.errors import KeyReused, PlayCreditLimit

PLAY_CREDIT = "play_credit"
_HELD_AFTER = text(
    "SELECT balance_after_minor FROM ledger_entries"
    " WHERE transaction_id = :id AND balance_after_minor IS NOT NULL"
)
# A repeat finds the row of the first.
_IS_NEW = text("SELECT xmin = pg_current_xact_id()::xid FROM transactions WHERE id = :id")


@retried
def add_play_credit(*, actor: Actor, key: str, amount_minor: int) -> Money:
    """Put play credit into the actor's wallet of the games, and return how much.

    Args:
        actor: A member.
        key: Made before sending, 1 to 80 printable ASCII characters. A repeat adds
            nothing and answers like the first.
        amount_minor: 100 to 10,000 (1.00 to 100.00) of the games' currency.

    Raises:
        SignInNeeded: Nobody asks.
        NotAllowed: The actor is not a member.
        InvalidInput: The key or the amount has a wrong shape, or the key was used for
            another amount.
        PlayCreditLimit: The wallet would hold more than 1,000.00.
    """
    require(actor, "member")
    known_key = rules.checked_key(key)
    amount = Money(rules.checked_play_credit(amount_minor), settings().games_currency)
    now = clock.now()
    with transaction() as session:
        transaction_id = _post(session, actor.user_id, known_key, amount, now)
        # Asked of the line and not of the wallet: so a repeat answers like the first,
        # whatever has been won or spent since.
        if _held_after(session, transaction_id) > rules.MOST_BY_PLAY_CREDIT_MINOR:
            most = Money(rules.MOST_BY_PLAY_CREDIT_MINOR, amount.currency)
            raise PlayCreditLimit(most=most.text())
        if session.execute(_IS_NEW, {"id": transaction_id}).scalar_one():
            record(
                session,
                action="wallet.play_credit_added",
                actor=actor,
                subject=("transaction", transaction_id),
                now=now,
                owner_id=actor.user_id,
                amount_minor=amount.amount_minor,
                currency=amount.currency,
            )
    return amount


def _post(
    session: Session, user_id: uuid.UUID, key: str, amount: Money, now: datetime
) -> uuid.UUID:
    legs = [(accounts.clearing("play"), -amount), (accounts.wallet(user_id), amount)]
    try:
        return operations.post(
            session,
            key=f"play:{user_id.hex}:{key}",
            kind=PLAY_CREDIT,
            legs=legs,
            now=now,
            user_id=user_id,
        )
    except KeyReused as exc:
        raise InvalidInput({"key": rules.KEY_PROBLEM}) from exc


def _held_after(session: Session, transaction_id: uuid.UUID) -> int:
    held: int = session.execute(_HELD_AFTER, {"id": transaction_id}).scalar_one()
    return held
