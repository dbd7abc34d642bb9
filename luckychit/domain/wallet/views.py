"""What people see of their wallets."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from luckychit.core.money import Money


@dataclass(frozen=True, slots=True)
class WalletView:
    """What a person has in one currency.

    Args:
        balance: May be spent.
        pending_withdrawal: On its way out, not to be spent.
        is_for_play: Demo or play credit: it was not paid for and cannot be taken out.
        can_add_play_credit: The limit is not reached.
    """

    currency: str
    balance: Money
    pending_withdrawal: Money
    is_for_play: bool
    can_add_play_credit: bool


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement of a wallet.

    Args:
        entry_id: Place in the ledger; larger is later.
        kind: deposit, play_credit, withdrawal, ticket_purchase, prize_win, refund,
            reversal, chit_instalment, chit_prize, commission, fee, adjustment.
        status: completed or reversed.
        amount: Signed: plus came in, minus went out.
        reference: What it was for: a draw, tickets, a payout.
    """

    entry_id: int
    transaction_id: uuid.UUID
    kind: str
    status: str
    amount: Money
    balance_after: Money
    reference: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class StatementPage:
    """Lines newest first; ``before`` is the entry_id to ask the next page with."""

    lines: tuple[StatementLine, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class StatementFilter:
    """What of a statement is wanted; None and empty mean all.

    Args:
        kinds: Only these.
        since: From this moment on.
        until: Before this moment.
        text: Part of the reference, any case; or a ticket between the two it names.
    """

    kinds: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
