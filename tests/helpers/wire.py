"""The event socket by hand, as a script would write to it."""

import json
import time
import uuid
from contextlib import suppress
from http.client import HTTPConnection
from typing import Any, Self
from urllib.parse import urlsplit

from simple_websocket import Client, ConnectionClosed

HYDRATE = "reflex___state____state.hydrate"


def handshake(url: str, *, origin: str | None) -> int:
    """Ask for a socket; return the status of the answer, 101 when it would be opened."""
    address = urlsplit(url)
    connection = HTTPConnection(str(address.hostname), address.port, timeout=10)
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    if origin is not None:
        headers["Origin"] = origin
    try:
        where = f"/_event/?EIO=4&transport=websocket&token={uuid.uuid4()}"
        connection.request("GET", where, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


class Wire:
    """One socket: connected to the pages' namespace, its answers kept as text.

    Args:
        url: Of the app, as in ``http://localhost:8000``.
        origin: Which page it says to come from; None says nothing.
        cookie: The whole header; None sends none.
    """

    def __init__(self, url: str, *, origin: str | None = "", cookie: str | None = None) -> None:
        headers = {} if origin is None else {"Origin": origin or url}
        if cookie:
            headers["Cookie"] = cookie
        token = uuid.uuid4()
        address = url.replace("http", "ws", 1)
        self._client = Client(
            f"{address}/_event/?EIO=4&transport=websocket&token={token}", headers=headers
        )
        self.heard: list[str] = []
        self.send("40/_event,")
        self.wait_for("40/_event")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        with suppress(ConnectionClosed, OSError):
            self._client.close()

    def send(self, packet: str) -> None:
        """Send one packet as it is."""
        self._client.send(packet)

    def event(self, handler: str, **fields: Any) -> None:
        """Send one event of a page."""
        said = {"name": handler, "payload": {}, "router_data": {"pathname": "/", "asPath": "/"}}
        self.send("42/_event," + json.dumps(["event", said | fields]))

    def hear(self, for_s: float = 1.0) -> list[str]:
        """Return what came within a time."""
        deadline = time.monotonic() + for_s
        heard = []
        while (left := deadline - time.monotonic()) > 0:
            one = self._client.receive(timeout=left)
            if isinstance(one, str):
                heard.append(one)
        self.heard += heard
        return heard

    def wait_for(self, part: str, within_s: float = 10.0) -> str:
        """Return the first packet with ``part`` in it; fails when none comes."""
        deadline = time.monotonic() + within_s
        while (left := deadline - time.monotonic()) > 0:
            one = self._client.receive(timeout=left)
            if isinstance(one, str):
                self.heard.append(one)
                if part in one:
                    return one
        raise AssertionError(f"no {part!r} among {[it[:80] for it in self.heard]}")

    def is_closed(self, within_s: float = 5.0) -> bool:
        """Tell whether the other side hangs up within a time."""
        try:
            deadline = time.monotonic() + within_s
            while time.monotonic() < deadline:
                self._client.receive(timeout=0.1)
        except (ConnectionClosed, OSError):
            return True
        return False
