"""Moves money, in the caller's transaction. The only writers of the ledger.

``posting`` moves any amounts between any accounts; ``charging`` takes from hundreds of
wallets at once, which were locked and looked at before.
"""

from luckychit.domain.wallet.operations.charging import (
    Charge,
    Held,
    Till,
    charge,
    make_accounts,
    open_till,
)
from luckychit.domain.wallet.operations.posting import balance, balances, post, reverse

__all__ = [
    "Charge",
    "Held",
    "Till",
    "balance",
    "balances",
    "charge",
    "make_accounts",
    "open_till",
    "post",
    "reverse",
]
