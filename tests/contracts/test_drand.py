"""The relays of drand, played by real servers on this machine with a recorded round."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from luckychit import wiring
from luckychit.domain.fairness import queries, service
from luckychit.domain.fairness.lcd1.params import QUICKNET
from luckychit.integrations.drand import LARGEST_ANSWER_BYTES, DrandRelays
from tests.helpers.bundles import ROUND, SIGNATURE, python_says, verdicts
from tests.helpers.draws import a_draw_of_2023, settled, waiting_for_drand

RANDOMNESS = "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"
GOOD = {"round": ROUND, "randomness": RANDOMNESS, "signature": SIGNATURE}
DRAW_ID = "DDL-20230915"
# Soon over where nobody answers, and enough for a good relay on a busy machine.
IMPATIENT_S = 1.0
Answer = Callable[[str], tuple[int, bytes]]


@contextmanager
def a_relay(answer: Answer | None) -> Iterator[tuple[str, list[str]]]:
    """Serve ``answer(path)`` on a free port of this machine; yields address and log.

    With None it is heard of, and says nothing for as long as the test goes on.
    """
    asked: list[str] = []
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if answer is None:
                ended.wait()
                return
            status, body = answer(self.path)
            try:
                self.send_response(status)
                if status in (301, 302):
                    self.send_header("Location", body.decode())
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # The client had enough and went away.

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def a_dripping_relay() -> Iterator[str]:
    """Promise an answer on a free port and send it a byte at a time, for ever."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            with server.accept()[0] as caller, suppress(OSError):
                caller.recv(4096)
                caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n")
                while not ended.wait(0.05):
                    caller.sendall(b" ")

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            ended.set()
            thread.join()


def says(value: object, *, chain: str = QUICKNET.chain) -> Answer:
    """Answer like a relay that carries one chain and knows one round."""

    def answer(path: str) -> tuple[int, bytes]:
        if path != f"/{chain}/public/{ROUND}":
            return 404, b"{}"
        return 200, value if isinstance(value, bytes) else json.dumps(value).encode()

    return answer


def fetched(*relays: str, timeout_s: float = 2.0) -> int:
    return service.fetch_beacons(source=DrandRelays(relays, timeout_s=timeout_s))


def dead(path: str) -> tuple[int, bytes]:
    del path
    return 500, b"down"


FORGED = SIGNATURE[:-1] + ("a" if SIGNATURE[-1] != "a" else "b")
# The good signature plus a point outside the subgroup: it satisfies the pairing too.
OUTSIDE = (
    "87f804c3f36e34a1998e27974cc619bb84376a15010713609878da25b185ff4f"
    "713e5ac5c8652ba166b019bdf6fd75dc"
)
BAD_RELAYS: dict[str, Answer | None] = {
    "is down": dead,
    "says nothing": None,
    "does not know the round": lambda _path: (404, b"{}"),
    "carries another chain": says(GOOD, chain="0" * 64),
    "leads elsewhere": lambda _path: (302, b"http://127.0.0.1:9/"),
    "lies about the signature": says(GOOD | {"signature": FORGED}),
    "bends the signature out of the subgroup": says(GOOD | {"signature": OUTSIDE}),
    "sends the point at infinity": says(GOOD | {"signature": "c0" + "00" * 47}),
    "writes capitals": says(GOOD | {"signature": SIGNATURE.upper()}),
    "sends a short signature": says(GOOD | {"signature": SIGNATURE[:-2]}),
    "sends no signature": says({"round": ROUND}),
    "sends another round": says(GOOD | {"round": ROUND + 1}),
    "sends a list": says([GOOD]),
    "sends no JSON": says(b"<html>"),
    "sends too much": says(GOOD | {"note": "x" * LARGEST_ANSWER_BYTES}),
    "sends no end": says(b"[" * 5_000_000),
    "sends brackets in brackets": says(b"[" * LARGEST_ANSWER_BYTES),
}


@pytest.fixture
def waiting(db):
    """Have one locked draw that waits for the recorded round."""
    with waiting_for_drand():
        a_draw_of_2023()
        yield


@pytest.mark.usefixtures("waiting")
class TestRelays:
    def test_a_relay_brings_the_draw_to_its_result(self):
        with a_relay(says(GOOD)) as (relay, asked):
            assert fetched(relay) == 1
        assert asked == [f"/{QUICKNET.chain}/public/{ROUND}"]
        view = queries.proof(DRAW_ID)
        assert (view.beacon_signature, view.beacon_randomness) == (SIGNATURE, RANDOMNESS)
        assert len(settled(DRAW_ID)) == 1
        text = queries.bundle(DRAW_ID).decode()
        assert verdicts(text) == ("drawn", "drawn")
        assert python_says(text, check_signature=service.bls.is_signed).is_signature_checked

    @pytest.mark.parametrize("answer", BAD_RELAYS.values(), ids=BAD_RELAYS)
    def test_a_bad_relay_changes_nothing_and_the_next_one_is_asked(self, answer):
        with a_relay(answer) as (bad, _):
            assert fetched(bad, timeout_s=IMPATIENT_S) == 0
            assert queries.proof(DRAW_ID).beacon_signature is None
            with a_relay(says(GOOD)) as (good, _):
                assert fetched(bad, good, timeout_s=IMPATIENT_S) == 1
        assert queries.proof(DRAW_ID).beacon_signature == SIGNATURE

    def test_a_relay_that_drips_keeps_nobody_waiting(self):
        began = time.monotonic()
        with a_dripping_relay() as slowest, a_relay(says(GOOD)) as (good, _):
            assert fetched(slowest, good, timeout_s=IMPATIENT_S) == 1
        assert time.monotonic() - began < 10

    def test_an_address_that_nobody_listens_at_is_passed_over(self):
        with a_relay(says(GOOD)) as (good, _):
            assert fetched("http://127.0.0.1:9", "not an address", good) == 1

    def test_what_is_known_is_not_asked_again(self):
        with a_relay(says(GOOD)) as (relay, asked):
            assert [fetched(relay), fetched(relay)] == [1, 0]
        assert len(asked) == 1

    def test_draws_of_one_round_share_one_question_and_one_check(self, monkeypatch):
        a_draw_of_2023("DDL-2")
        checks = []
        real = service.bls.is_signed
        monkeypatch.setattr(
            service.bls, "is_signed", lambda *args: checks.append(args) or real(*args)
        )
        with a_relay(says(GOOD)) as (relay, asked):
            assert fetched(relay) == 2
        assert len(asked) == len(checks) == 1

    def test_the_settings_name_the_relays(self):
        with a_relay(dead) as (bad, _), a_relay(says(GOOD)) as (good, asked):
            with waiting_for_drand(DRAND_URLS=f"{bad}/, {good}"):
                assert service.fetch_beacons(source=wiring.beacon_source()) == 1
            assert len(asked) == 1


class TestNothingToFetch:
    @pytest.mark.usefixtures("db")
    def test_no_relay_is_asked_without_a_locked_draw(self):
        with waiting_for_drand(), a_relay(says(GOOD)) as (relay, asked):
            a_draw_of_2023(is_locked=False)
            assert fetched(relay) == 0
        assert asked == []

    def test_without_relays_there_is_nowhere_to_ask(self):
        with waiting_for_drand(DRAND_URLS=" "):
            assert list(wiring.beacon_source().signatures(1)) == []

    def test_a_test_may_stand_in_for_the_relays(self):
        stand_in = wiring.NoBeaconSource()
        wiring.use_beacon_source(stand_in)
        try:
            assert wiring.beacon_source() is stand_in
        finally:
            wiring.use_beacon_source(None)
