"""Use-cases of the circles: each opens one transaction and authorises the actor.

Every one that changes a circle locks rows in one order, written in operations/locks.py:
the group, its draw, dues, the receipt counter, ledger accounts.
"""

from luckychit.domain.chits.service.draws import advance_draws, conduct_draw, set_client_seed
from luckychit.domain.chits.service.editing import update_group
from luckychit.domain.chits.service.groups import create_group, start_group
from luckychit.domain.chits.service.members import add_member, add_members, remove_seat
from luckychit.domain.chits.service.payments import record_payment, reverse_payment
from luckychit.domain.chits.service.payouts import confirm_payout, record_payout

__all__ = [
    "add_member",
    "add_members",
    "advance_draws",
    "conduct_draw",
    "confirm_payout",
    "create_group",
    "record_payment",
    "record_payout",
    "remove_seat",
    "reverse_payment",
    "set_client_seed",
    "start_group",
    "update_group",
]
