"""Slow work waits in its own queue, and everybody else goes first."""

import asyncio
import contextvars
import os
import sys
import threading

import pytest

from luckychit.core.threads import LESS_URGENT, SlowThreads, SlowWorkBusy

WORD = contextvars.ContextVar("word", default="")


async def test_runs_work_in_another_thread_and_returns_what_it_says():
    slow = SlowThreads(1)
    assert await slow.run(lambda a, *, b: (a, b, threading.current_thread().name), 1, b=2) == (
        1,
        2,
        "slow_0",
    )


async def test_work_knows_for_whom_it_is_done():
    WORD.set("asked")
    assert await SlowThreads(1).run(WORD.get) == "asked"


async def test_what_work_raises_reaches_who_asked():
    with pytest.raises(ZeroDivisionError):
        await SlowThreads(1).run(lambda: 1 // 0)


@pytest.mark.skipif(sys.platform != "linux", reason="niceness of one thread is Linux's")
async def test_is_less_urgent_than_the_rest_of_the_process():
    def own_niceness():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    usual = own_niceness()
    assert await SlowThreads(1).run(own_niceness) == usual + LESS_URGENT
    assert own_niceness() == usual


async def test_turns_away_who_would_wait_too_long_and_serves_the_next_when_there_is_room():
    slow, over = SlowThreads(1, most_waiting=2), threading.Event()
    held = [asyncio.ensure_future(slow.run(over.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(SlowWorkBusy):
        await slow.run(over.wait)
    over.set()
    assert await asyncio.gather(*held) == [True, True]
    assert await slow.run(lambda: "served") == "served"


async def test_who_hangs_up_frees_the_place_only_when_the_work_ends():
    slow, over = SlowThreads(1, most_waiting=1), threading.Event()
    began = threading.Event()

    def work():
        began.set()
        over.wait()

    held = asyncio.ensure_future(slow.run(work))
    await asyncio.to_thread(began.wait)
    held.cancel()
    await asyncio.gather(held, return_exceptions=True)
    with pytest.raises(SlowWorkBusy):
        await slow.run(lambda: None)
    over.set()
    for _ in range(1000):
        try:
            return await slow.run(lambda: None)
        except SlowWorkBusy:
            await asyncio.sleep(0.001)
    pytest.fail("the place was never freed")
