"""Use-cases of tickets that need no actor: who may call them is for the slices above."""

import math
import time

from luckychit.core import clock
from luckychit.core.db import reading, retried, transaction
from luckychit.domain.tickets import combiner, queries
from luckychit.domain.tickets.operations import refunds
from luckychit.domain.tickets.views import DrawView, Order, Sold


def buy(order: Order) -> Sold:
    """Buy tickets, together with whoever else buys at this moment.

    Args:
        order: What is wanted; the caller has checked who the buyer is.

    Raises:
        InvalidInput: ``key``, ``quantity`` or ``client_seed`` has another shape.
        DrawUnknown: No such draw.
        DrawClosed: It sells nothing now.
        LimitReached: It would be more tickets than one person may have.
        SelfExcluded: The buyer takes a break from games.
        PlayLimitReached: It would pass a limit that the buyer set.
        InsufficientFunds: The wallet holds too little.
        KeyReused: The key named another purchase.
        Busy: It is not known whether anything was bought; try again with the same key.
    """
    return combiner.submit(order).result()


def draw_of(draw_id: str) -> DrawView:
    """Return a draw.

    Raises:
        DrawUnknown: No such draw.
    """
    return queries.draw(draw_id)


def refund(*, draw_id: str, most_s: float = math.inf) -> int:
    """Pay everybody of a void draw back, in portions; return how many people were paid.

    Safe to stop at any moment, to call again, and to call by two at once.

    Args:
        draw_id: Of the draw.
        most_s: After so many seconds no further portion is begun; the next call goes on.
    """
    paid, until = 0, time.monotonic() + most_s
    while (some := _refund_some(draw_id)) is not None:
        paid += some
        if time.monotonic() >= until:
            break
    return paid


def refund_all() -> int:
    """Pay back every void draw that is not paid back yet; return how many people were."""
    with reading() as session:
        waiting = queries.waiting_for_refund(session)
    return sum(refund(draw_id=draw_id) for draw_id in waiting)


@retried
def _refund_some(draw_id: str) -> int | None:
    with transaction() as session:
        return refunds.pay_back_some(session, draw_id=draw_id, now=clock.now())
