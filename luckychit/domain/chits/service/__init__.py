"""Use-cases of the circles: each opens one transaction and authorises the actor.

Every one that changes a circle locks rows in one order, written in operations/locks.py:
the group, its draw, dues, the receipt counter, ledger accounts.
"""

from luckychit.domain.chits.service.draws import advance_draws, conduct_draw, set_client_seed
from luckychit.domain.chits.service.payouts import confirm_payout, record_payout

__all__ = [
    "advance_draws",
    "conduct_draw",
    "confirm_payout",
    "record_payout",
    "set_client_seed",
]
