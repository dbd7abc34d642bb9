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
from luckychit.domain.safety.operations import admit, check_deposit, refuse_on_break
from luckychit.domain.wallet import accounts, operations, rules
from luckychit.domain.wallet.errors import KeyReused, PlayCreditLimit

PLAY_CREDIT = "play_credit"
_BOOKED = text(
    "SELECT e.balance_after_minor, t.written_in = (pg_current_xact_id()::text)::bigint"
    " FROM transactions t JOIN ledger_entries e ON e.transaction_id = t.id"
    " WHERE t.id = :id AND e.balance_after_minor IS NOT NULL"
)
# A repeat finds the row of the first.


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
        CountryBlocked, CountryUnknown, AgeUnknown, TooYoung: The actor may not play.
        OnBreak: The actor takes a break from games.
        DepositLimitReached: It would pass a limit that the actor set.
        PlayCreditLimit: The wallet would hold more than 1,000.00.
    """
    require(actor, "member")
    admit(actor)
    known_key = rules.checked_key(key)
    amount = Money(rules.checked_play_credit(amount_minor), settings().games_currency)
    now = clock.now()
    with transaction() as session:
        transaction_id = _post(session, actor.user_id, known_key, amount, now)
        # Asked of the line and not of the wallet: so a repeat answers like the first,
        # whatever has been won or spent since.
        held_after_minor, is_new = session.execute(_BOOKED, {"id": transaction_id}).one()
        if is_new:
            refuse_on_break(session, actor.user_id, now)
            check_deposit(session, user_id=actor.user_id, amount=amount, now=now)
        if held_after_minor > rules.MOST_BY_PLAY_CREDIT_MINOR:
            most = Money(rules.MOST_BY_PLAY_CREDIT_MINOR, amount.currency)
            raise PlayCreditLimit(most=most.text())
        if is_new:
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
