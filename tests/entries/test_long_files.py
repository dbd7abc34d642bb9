"""Long files are made a portion at a time, whoever reads them and however many do."""

import asyncio
import threading
import time

import httpx

from luckychit.api import app
from luckychit.api.turns import Turns
from luckychit.domain.tickets import queries

READERS, PORTIONS = 8, 5
PATIENCE_S = 20


class Maker:
    """Makes the portions of long files, and counts how many are in the making."""

    def __init__(self):
        self.lock = threading.Lock()
        self.at_once = self.most = 0
        self.order = []

    def file(self, draw_id):
        for number in range(PORTIONS):
            with self.lock:
                self.at_once += 1
                self.most = max(self.most, self.at_once)
                self.order.append(draw_id)
            time.sleep(0.002)
            with self.lock:
                self.at_once -= 1
            yield f"{draw_id}:{number} ".encode()


def read_by_many(most=READERS):
    async def read():
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app.make()), base_url="http://localhost"
        ) as client:
            paths = [f"/api/draws/{number}/bundle" for number in range(most)]
            return await asyncio.gather(*map(client.get, paths))

    return asyncio.run(read())


def test_everybody_gets_the_whole_file_and_one_portion_is_made_at_a_time(monkeypatch):
    maker = Maker()
    monkeypatch.setattr(queries, "bundle", maker.file)

    answers = read_by_many()

    for number, answer in enumerate(answers):
        assert answer.text.split() == [f"{number}:{part}" for part in range(PORTIONS)]
    assert maker.most == 1


def test_nobody_waits_for_the_end_of_another_file(monkeypatch):
    maker = Maker()
    monkeypatch.setattr(queries, "bundle", maker.file)

    read_by_many()

    firsts = [maker.order.index(str(number)) for number in range(READERS)]
    assert max(firsts) < READERS * 2


def test_the_turn_ends_with_the_work_even_if_its_reader_has_gone():
    done, begun, may_end = [], threading.Event(), threading.Event()

    def slow():
        begun.set()
        assert may_end.wait(PATIENCE_S)
        done.append("slow")

    async def hang_up():
        turns = Turns()
        first = asyncio.create_task(turns.do(slow))
        assert await asyncio.to_thread(begun.wait, PATIENCE_S)
        first.cancel()
        second = asyncio.create_task(turns.do(done.append, "next"))
        # Time for the second to be too early; if it waits, as it should, no time is too short.
        await asyncio.wait([second], timeout=0.1)
        may_end.set()
        await second
        return first

    first = asyncio.run(hang_up())

    assert first.cancelled()
    assert done == ["slow", "next"]


def test_who_goes_while_waiting_costs_nothing():
    done = []

    async def hang_up():
        turns = Turns()
        first = asyncio.create_task(turns.do(time.sleep, 0.05))
        await asyncio.sleep(0)
        second = asyncio.create_task(turns.do(done.append, "second"))
        await asyncio.sleep(0)
        second.cancel()
        await first
        await turns.do(done.append, "third")

    asyncio.run(hang_up())

    assert done == ["third"]
