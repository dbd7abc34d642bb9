"""Sells a batch of purchases in one transaction, and keeps one's trouble from the others."""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from luckychit.core.db import engine, retried, transaction
from luckychit.core.errors import Busy, InvariantBroken, LuckyChitError
from luckychit.core.log import get_logger
from luckychit.domain.tickets.operations import sale
from luckychit.domain.tickets.views import Order, Sold

PATIENCE_S = 10.0

_BUGS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
_log = get_logger(__name__)
Answer = Sold | LuckyChitError


class _Kept(threading.local):
    """The connection of a thread that sells: lent anew, each sale would ask it first."""

    connection: Connection | None = None


_kept = _Kept()


def keep_connected() -> None:
    """Let this thread have a living connection; when there is none to be had, the sale tells."""
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

    So an order that the database cannot take spoils only itself, and where the connection
    was lost, the key tells what had been sold. After ten seconds of trying, those left are
    told to come again.
    """
    until = time.monotonic() + PATIENCE_S
    problem = _tried(orders)
    if isinstance(problem, Exception) and _is_cut_off(problem):
        # The connection may have been dead before the first word; the next one is new.
        put_away()
        problem = _tried(orders)
    if not isinstance(problem, Exception):
        return problem
    if len(orders) == 1 and not _is_cut_off(problem):
        return [_refusal(problem)]
    _log.warning("sale_split", draw_id=orders[0].draw_id, orders=len(orders), problem=repr(problem))
    answers: list[Answer] = []
    for order in orders:
        if time.monotonic() > until:
            answers.append(Busy(draw_id=order.draw_id))
            continue
        alone = _tried([order])
        answers.extend([_refusal(alone)] if isinstance(alone, Exception) else alone)
    return answers


def _tried(orders: Sequence[Order]) -> list[Answer] | Exception:
    try:
        return _sold(orders)
    except (LuckyChitError, SQLAlchemyError, *_BUGS) as problem:
        # Also what only a bug raises: one order's must not spoil its neighbours.
        return problem


@retried
def _sold(orders: Sequence[Order]) -> list[Answer]:
    with transaction(_kept.connection) as session:
        return sale.sell(session, orders)


def _is_cut_off(problem: Exception) -> bool:
    return isinstance(problem, DBAPIError) and problem.connection_invalidated


def _refusal(problem: Exception) -> LuckyChitError:
    if isinstance(problem, LuckyChitError):
        return problem
    _log.error("sale_failed", problem=repr(problem), exc_info=problem)
    return InvariantBroken(problem=repr(problem))
