"""What sales, rooms and wallets ask about a person, in the caller's transaction."""

from luckychit.domain.safety.operations.admission import admit
from luckychit.domain.safety.operations.buyers import Buyers, ask_buyers, read_buyers
from luckychit.domain.safety.operations.exclusions import refuse_on_break, running_break
from luckychit.domain.safety.operations.limits import check_deposit

__all__ = [
    "Buyers",
    "admit",
    "ask_buyers",
    "check_deposit",
    "read_buyers",
    "refuse_on_break",
    "running_break",
]
