"""Moves money, in the caller's transaction. The only writers of the ledger.

``posting`` moves any amounts between any accounts; ``charging`` takes from hundreds of
wallets at once, which were locked and looked at before.
"""

from luckychit.domain.wallet.operations.charging import (
    Charge,
    Held,
    Till,
    TillAsked,
    ask_till,
    charge,
    make_accounts,
    open_till,
    opened,
)
from luckychit.domain.wallet.operations.posting import balance, balances, post, reverse

__all__ = [
    "Charge",
    "Held",
    "Till",
    "TillAsked",
    "ask_till",
    "balance",
    "balances",
    "charge",
    "make_accounts",
    "open_till",
    "opened",
    "post",
    "reverse",
]
