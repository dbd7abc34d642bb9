"""Sells whatever purchases are waiting, together: one thread, one transaction a batch.

There is no timer: a lone buyer is served at once, and while one batch commits the next
one gathers. Many buyers on one row are then as fast as few. Callers are answered after
the commit; who crashes before has lost nothing, for a repeat with the same key returns
the same tickets.
"""

import asyncio
from concurrent.futures import Future

from luckychit.domain.tickets.combiner.batches import sold_in_batch
from luckychit.domain.tickets.combiner.waiting import Combiner
from luckychit.domain.tickets.views import Order, Sold

__all__ = ["Combiner", "close", "sold_in_batch", "submit", "submit_async"]

_of_this_process = Combiner()


def submit(order: Order) -> "Future[Sold]":
    """Let an order wait its turn in this process; see :meth:`Combiner.submit`.

    Raises:
        InvalidInput: The order has another shape.
        SalesBusy: Too many wait already.
    """
    return _of_this_process.submit(order)


def submit_async(order: Order) -> "asyncio.Future[Sold]":
    """Do the same for a task; see :meth:`Combiner.submit_async`.

    Raises:
        InvalidInput: The order has another shape.
        SalesBusy: Too many wait already.
    """
    return _of_this_process.submit_async(order)


def close() -> None:
    """Sell what waits in this process and stop; the next order starts anew."""
    _of_this_process.close()
