"""Small rules around a proof: phrases, prizes, and when a draw waits too long."""

import secrets
from datetime import timedelta

from luckychit.domain.fairness.lcd1.hashes import is_client_seed
from luckychit.domain.fairness.lcd1.params import PATIENCE_MS

__all__ = ["BEACON_PATIENCE", "is_client_seed", "new_client_seed", "prize_minor"]

# Without its beacon for this long a locked draw is void; never another round.
BEACON_PATIENCE = timedelta(milliseconds=PATIENCE_MS)


def new_client_seed() -> str:
    """Make a random phrase of 16 characters for who does not choose one."""
    return secrets.token_hex(8)


def prize_minor(*, count: int, price_minor: int, fee_bps: int) -> int:
    """Return the prize of a draw of tickets; the rest is the fee.

    Args:
        count: Tickets sold.
        price_minor: Of one ticket, in minor units.
        fee_bps: 0 to 10,000.

    Source: product rules, prize = n x price x (10000 - fee_bps) // 10000.
    """
    return count * price_minor * (10_000 - fee_bps) // 10_000
