"""Who waits for tickets, and the one thread that takes them in turn and answers them."""

import asyncio
import sys
import threading
from collections import defaultdict, deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from luckychit.core import metrics
from luckychit.core.errors import InvariantBroken, LuckyChitError
from luckychit.core.log import get_logger
from luckychit.domain.tickets import errors, rules
from luckychit.domain.tickets.combiner import batches
from luckychit.domain.tickets.combiner.batches import Answer
from luckychit.domain.tickets.views import Order, Sold

MOST_ORDERS = 200
MOST_TICKETS = 1_000
MOST_WAITING = 20_000
TURN_S = 0.0005

_log = get_logger(__name__)
_Told = tuple["asyncio.Future[Sold]", Answer]


@dataclass(slots=True)
class _Waiting:
    """An order and who waits for its answer: a thread, or a task of ``loop``."""

    order: Order
    thread: "Future[Sold] | None" = None
    task: "asyncio.Future[Sold] | None" = None
    loop: asyncio.AbstractEventLoop | None = None


class Combiner:
    """Gathers purchases and sells them in batches. A process needs one.

    Args:
        most_waiting: Purchases that may wait; more are refused at once.
    """

    def __init__(self, most_waiting: int = MOST_WAITING) -> None:
        self._most_waiting = most_waiting
        self._waiting: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_closing = False

    def submit(self, order: Order) -> "Future[Sold]":
        """Let an order wait its turn; the future has its tickets or its refusal.

        Raises:
            InvalidInput: The order has another shape.
            SalesBusy: Too many wait already.
        """
        rules.check_order(order)
        future: Future[Sold] = Future()
        self._add(_Waiting(order, thread=future))
        return future

    def submit_async(self, order: Order) -> "asyncio.Future[Sold]":
        """Do the same for a task of the running event loop, which stays free.

        Raises:
            InvalidInput: The order has another shape.
            SalesBusy: Too many wait already.
        """
        rules.check_order(order)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Sold] = loop.create_future()
        self._add(_Waiting(order, task=future, loop=loop))
        return future

    def close(self) -> None:
        """Sell what waits and stop. The next order starts anew."""
        with self._changed:
            thread, self._is_closing = self._thread, True
            self._changed.notify_all()
        if thread is not None and thread.is_alive():
            thread.join()
        with self._changed:
            self._is_closing = False
            if self._waiting:
                self._start()

    def _add(self, waiting: _Waiting) -> None:
        with self._changed:
            if len(self._waiting) >= self._most_waiting:
                raise errors.SalesBusy(waiting=len(self._waiting))
            self._waiting.append(waiting)
            # Not alive in a process that was forked from one with a combiner, too.
            if self._thread is None or not self._thread.is_alive():
                self._start()
            else:
                self._changed.notify()

    def _start(self) -> None:
        if self._is_closing:
            return
        self._thread = threading.Thread(target=self._work, name="ticket-sales", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        # The interpreter lets a thread wait this long for its turn. A sale waits for the
        # database several times, and with the default of 5 ms it would wait for the loop, too.
        sys.setswitchinterval(min(sys.getswitchinterval(), TURN_S))
        try:
            self._sell()
        finally:
            # Only after a bug is this thread still the one: who waits gets another.
            with self._changed:
                if self._thread is threading.current_thread():
                    self._thread = None
                    if self._waiting:
                        self._start()
            batches.put_away()

    def _sell(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._is_closing:
                    self._changed.wait()
                if not self._waiting:
                    self._thread = None
                    return
                batch = self._taken()
            if batch:
                _serve(batch)
            if not self._waiting:
                batches.put_away()

    def _taken(self) -> list[_Waiting]:
        """Take what can be sold together with the first who waits; the rest keep places."""
        draw_id, tickets = self._waiting[0].order.draw_id, 0
        batch: list[_Waiting] = []
        others: list[_Waiting] = []
        while self._waiting and len(batch) < MOST_ORDERS and tickets < MOST_TICKETS:
            waiting = self._waiting.popleft()
            if waiting.order.draw_id != draw_id:
                others.append(waiting)
            elif waiting.thread is None or waiting.thread.set_running_or_notify_cancel():
                batch.append(waiting)
                tickets += waiting.order.quantity
        self._waiting.extendleft(reversed(others))
        return batch


def _serve(batch: Sequence[_Waiting]) -> None:
    """Sell a batch and answer everybody in it: else, after a bug, they would wait for ever."""
    answers: Sequence[Answer] = [InvariantBroken(problem="the sale broke off")] * len(batch)
    try:
        batches.keep_connected()
        answers = batches.sold_in_batch([waiting.order for waiting in batch])
        _count(answers)
    finally:
        _answer(batch, answers)


def _count(answers: Sequence[Answer]) -> None:
    sold = [it for it in answers if isinstance(it, Sold) and not it.is_repeat]
    if sold:
        metrics.sold(len(sold), sum(len(it.ticket_ids) for it in sold))


def _answer(batch: Sequence[_Waiting], answers: Sequence[Answer]) -> None:
    """Answer threads here, and the tasks of each loop with one wake-up of it."""
    tasks: defaultdict[asyncio.AbstractEventLoop, list[_Told]] = defaultdict(list)
    for waiting, answer in zip(batch, answers, strict=True):
        if waiting.thread is not None:
            _resolve(waiting.thread, answer)
        elif waiting.task is not None and waiting.loop is not None:
            tasks[waiting.loop].append((waiting.task, answer))
    for loop, told in tasks.items():
        try:
            loop.call_soon_threadsafe(_resolve_all, told)
        except RuntimeError:
            # Nobody is left to be told; the sale stands.
            _log.info("sale_answers_unheard", count=len(told))


def _resolve_all(told: Sequence[_Told]) -> None:
    for future, answer in told:
        if not future.done():
            _resolve(future, answer)


def _resolve(future: "Future[Sold] | asyncio.Future[Sold]", answer: Answer) -> None:
    if isinstance(answer, LuckyChitError):
        future.set_exception(answer)
    else:
        future.set_result(answer)
