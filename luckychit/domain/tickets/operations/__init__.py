"""The steps of a draw that sells tickets, each in the caller's transaction.

Locks, always in this order: wallets (by id), the draw's row, its pot and the house.
"""

from luckychit.domain.tickets.operations.closing import lock, settle, void
from luckychit.domain.tickets.operations.opening import open_draw, recommit, skip_day

__all__ = ["lock", "open_draw", "recommit", "settle", "skip_day", "void"]
