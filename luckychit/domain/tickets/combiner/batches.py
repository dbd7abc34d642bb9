"""Sells a batch of purchases in one transaction, and keeps one's trouble from the others."""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from luckychit.core.db import engine, is_away, retried, transaction, understood
from luckychit.core.errors import Busy, DatabaseAway, InvariantBroken, LuckyChitError
from luckychit.core.log import get_logger
from luckychit.domain.tickets.operations import sale
from luckychit.domain.tickets.views import Order, Sold

PATIENCE_S = 10.0
PAUSE_S = 0.2

_BUGS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
_log = get_logger(__name__)
Answer = Sold | LuckyChitError


class _Kept(threading.local):
    """The connection of a thread that sells: lent anew, each sale would ask it first."""

    connection: Connection | None = None


_kept = _Kept()


def keep_connected() -> None:
    """Let this thread keep a connection; when there is none to be had, the sale will tell."""
    kept = _kept.connection
    if kept is not None and (kept.closed or kept.invalidated or kept.engine is not engine()):
        put_away()
    if _kept.connection is None:
        with suppress(SQLAlchemyError):
            _kept.connection = engine().connect()


def put_away() -> None:
    """Give this thread's connection back, if it has one."""
    kept, _kept.connection = _kept.connection, None
    if kept is not None:
        with suppress(SQLAlchemyError):
            kept.close()


def sold_in_batch(orders: Sequence[Order]) -> list[Answer]:
    """Sell orders of one draw in one transaction, and each alone when that fails.

    So an order that the database cannot take spoils only itself. While the database is away
    the same orders are tried again: their keys tell what had been sold. After ten seconds
    those left are told to come again, and not that nothing was bought: a COMMIT whose answer
    was lost may have sold to them.
    """
    until = time.monotonic() + PATIENCE_S
    tried = _tried(orders, until)
    if not isinstance(tried, Exception):
        return tried
    if len(orders) == 1:
        return [_refusal(orders[0], tried)]
    _log.warning("sale_split", draw_id=orders[0].draw_id, orders=len(orders), problem=repr(tried))
    too_late = _too_late(tried)
    answers: list[Answer] = []
    for order in orders:
        if time.monotonic() > until:
            answers.append(too_late(draw_id=order.draw_id))
            continue
        alone = _tried([order], until)
        too_late = _too_late(alone, too_late)
        answers.extend([_refusal(order, alone)] if isinstance(alone, Exception) else alone)
    return answers


def _too_late(tried: object, before: type[Busy] = Busy) -> type[Busy]:
    """Return what to tell those whom no try is left for, after one more try."""
    away = isinstance(tried, Exception) and isinstance(understood(tried), DatabaseAway)
    return DatabaseAway if away else before


def _tried(orders: Sequence[Order], until: float) -> list[Answer] | Exception:
    """Try, and while the database is away again on another connection, until a moment."""
    pause_s = 0.0  # A connection that died while nothing was sold is replaced at once.
    while True:
        tried = _tried_once(orders)
        if not is_away(tried) or time.monotonic() > until:
            return tried
        put_away()
        time.sleep(pause_s)
        pause_s = PAUSE_S


def _tried_once(orders: Sequence[Order]) -> list[Answer] | Exception:
    try:
        return _sold(orders)
    except (LuckyChitError, SQLAlchemyError, *_BUGS) as problem:
        # Also what only a bug raises: one order's must not spoil its neighbours.
        return problem


@retried
def _sold(orders: Sequence[Order]) -> list[Answer]:
    with transaction(_kept.connection) as session:
        return sale.sell(session, orders)


def _refusal(order: Order, problem: Exception) -> LuckyChitError:
    if isinstance(problem, LuckyChitError):
        return problem
    known = understood(problem)
    if isinstance(known, LuckyChitError):
        _log.warning("sale_given_up", draw_id=order.draw_id, problem=repr(problem))
        return known
    _log.error("sale_failed", problem=repr(problem), exc_info=problem)
    return InvariantBroken(problem=repr(problem))
