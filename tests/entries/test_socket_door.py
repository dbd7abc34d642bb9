"""The event socket of the running app: from where, how much, how fast, in what shape.

A robot must neither come in from another site, nor slow anybody down, nor fill the log.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.request import urlopen

import pytest
from simple_websocket import ConnectionClosed

from tests.conftest import SCRATCH, WORKER
from tests.helpers.server import AppServer, served
from tests.helpers.wire import HYDRATE, Wire, handshake

MOST = 12
FRONTEND = (
    "reflex___state____state.reflex___state____frontend_event_exception_state"
    ".handle_frontend_exception"
)
SETTER = "reflex___state____state.luckychit___ui___live____live_state.setvar"
STORAGE = (
    "reflex___state____state.reflex___state____update_vars_internal_state.update_vars_internal"
)
ODD_PACKETS = [
    '42/_event,["event"]',
    '42/_event,["event",1]',
    '42/_event,["event","text"]',
    '42/_event,["event",{}]',
    '42/_event,["event",{},{}]',
    '42/_event,["event",{"name":5}]',
    '42/_event,["event",{"name":"no.such.handler","payload":{},"router_data":{}}]',
    '42/_event,["ping",1,2]',
    '42/_event,["client_error",1,2,3]',
    '42/_event,["connect",{"asgi.scope":{"client":["6.6.6.6",1]}},null]',
    '42/_event,["disconnect"]',
    "42/_event,[5]",
    "42/_event,[null]",
    '42/_event,["__class__",1]',
    "42/_event,[]",
    "42/_event,{}",
    "42/_event,null",
    "42/_event,",
    "42/_event,not json",
    "42/elsewhere,[1]",
    "40/elsewhere,",
    "43/_event,7[]",
    "44/_event,{}",
    "45/_event,1-[]",
    "49",
    "x",
    "",
    "9",
    "b!!!",
    "6",
    "2probe",
    "4",
    "42/_event," + "[" * 30_000,
]
ODD_FIELDS = [
    {"payload": []},
    {"payload": {"unknown": 1}},
    {"router_data": "x"},
    {"router_data": {"pathname": 5}},
    {"router_data": {"asPath": "//["}},
    {"router_data": {"asPath": "http://["}},
    {"router_data": {"query": []}},
    {"router_data": {"query": {"a": {"b": 1}}}},
    {"router_data": {"pathname": "/" + "a" * 5_000}},
    {"name": SETTER, "payload": {"var_name": "role", "value": "admin"}},
    {"name": SETTER, "payload": {"var_name": "", "value": None}},
    {"name": STORAGE, "payload": {"vars": {"x": 1}}},
    {"name": STORAGE, "payload": {"vars": {"reflex___state____state.none.x": 1}}},
    {"name": FRONTEND},
    {"name": FRONTEND, "payload": {"info": 5, "component_stack": {}}},
]


@pytest.fixture(scope="module")
def app() -> Iterator[AppServer]:
    with served(SCRATCH / WORKER / "door", SOCKETS_PER_ADDRESS=str(MOST)) as running:
        yield running


def open_pages(app: AppServer) -> int:
    with urlopen(f"{app.url}/metrics", timeout=10) as answer:  # noqa: S310 - our own address
        (line,) = re.findall(rb"^luckychit_sockets (\S+)$", answer.read(), re.MULTILINE)
    return int(float(line))


def eventually(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def log_since(app: AppServer, mark: int) -> list[dict]:
    lines = app.log.read_bytes()[mark:].decode().splitlines()
    return [json.loads(line) if line.startswith("{") else {"event": line} for line in lines]


def mark_of(app: AppServer) -> int:
    return app.log.stat().st_size


def loud(lines: list[dict]) -> list[dict]:
    return [
        it
        for it in lines
        if it.get("level") in {"error", "critical", "warning"} or "Traceback" in str(it)
    ]


class TestTheHandshake:
    def test_from_our_own_page_is_let_in(self, app):
        with Wire(app.url) as wire:
            wire.event(HYDRATE)
            wire.wait_for("delta")

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
    def test_from_another_site_is_refused(self, app, origin):
        assert handshake(app.url, origin=origin) == 403
        assert handshake(app.url, origin=app.url) == 101

    def test_that_names_no_page_is_no_browser_and_let_in(self, app):
        with Wire(app.url, origin=None) as wire:
            wire.event(HYDRATE)
            wire.wait_for("delta")

    def test_of_one_address_is_bounded(self, app):
        eventually(lambda: open_pages(app) == 0)
        wires = [Wire(app.url) for _ in range(MOST)]
        assert open_pages(app) == MOST
        assert handshake(app.url, origin=app.url) == 403
        wires.pop().close()
        eventually(lambda: open_pages(app) == MOST - 1)
        assert handshake(app.url, origin=app.url) == 101
        for wire in wires:
            wire.close()


class TestSize:
    def test_of_a_message_is_at_most_64_kb(self, app):
        mark = mark_of(app)
        with Wire(app.url) as wire:
            wire.event(HYDRATE, padding="x" * 70_000)
            assert wire.is_closed()
        assert loud(log_since(app, mark)) == []

    def test_below_that_is_taken(self, app):
        with Wire(app.url) as wire:
            wire.event(HYDRATE, padding="x" * 60_000)
            wire.wait_for("delta")


class TestOddPackets:
    @pytest.mark.parametrize("packet", ODD_PACKETS, ids=range(len(ODD_PACKETS)))
    def test_make_no_noise_and_harm_nobody_else(self, app, packet):
        mark = mark_of(app)
        with Wire(app.url) as neighbour, Wire(app.url) as wire:
            wire.send(packet)
            # After some the door is shut at once.
            with suppress(ConnectionClosed):
                wire.send(packet)
            neighbour.event(HYDRATE)
            neighbour.wait_for("delta")
        time.sleep(0.2)
        lines = log_since(app, mark)
        assert loud(lines) == []
        assert sum(it["event"] == "odd_event" for it in lines) <= 1

    @pytest.mark.parametrize("fields", ODD_FIELDS, ids=range(len(ODD_FIELDS)))
    def test_of_the_right_kind_but_another_shape_neither(self, app, fields):
        mark = mark_of(app)
        with Wire(app.url) as wire:
            wire.event(HYDRATE)
            wire.wait_for("delta")
            wire.event(HYDRATE, **fields)
            wire.event(HYDRATE)
            wire.wait_for("delta")
        assert loud(log_since(app, mark)) == []

    def test_a_client_cannot_say_anew_where_it_comes_from(self, app):
        mark = mark_of(app)
        with Wire(app.url) as wire:
            said = {"asgi.scope": {"client": ["6.6.6.6", 1], "headers": []}}
            wire.send("42/_event," + json.dumps(["connect", said, None]))
            wire.event(HYDRATE)
            assert "6.6.6.6" not in wire.wait_for("delta")
        assert loud(log_since(app, mark)) == []

    def test_an_event_like_them_with_the_right_shape_is_heard(self, app):
        # The control: the log would show what a handler says.
        mark = mark_of(app)
        with Wire(app.url) as wire:
            wire.event(FRONTEND, payload={"info": "it broke", "component_stack": "here"})
            wire.hear(1)
        assert [it["event"] for it in loud(log_since(app, mark))] == ["page_broke"]


class TestPace:
    def test_of_a_person_is_never_slowed(self, app):
        with Wire(app.url) as wire:
            for _ in range(35):
                wire.event(HYDRATE)
            assert not any("too-fast" in it for it in wire.hear(2))

    def test_beyond_it_is_dropped_and_the_page_says_so_once(self, app):
        mark = mark_of(app)
        with Wire(app.url) as wire:
            for _ in range(120):
                wire.event(HYDRATE)
            heard = wire.hear(2)
            assert sum("too-fast" in it for it in heard) == 1
            assert sum('"delta"' in it for it in heard) <= 60
            wire.event(HYDRATE)
            wire.wait_for("delta")  # and goes on
        assert loud(log_since(app, mark)) == []

    def test_of_a_robot_ends_the_connection(self, app):
        mark = mark_of(app)
        with Wire(app.url) as wire:
            with suppress(ConnectionClosed, OSError):
                for _ in range(2_000):
                    wire.event(HYDRATE)
            assert wire.is_closed()
        lines = log_since(app, mark)
        assert loud(lines) == []
        assert len(lines) < 10
