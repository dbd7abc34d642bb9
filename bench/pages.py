"""Thousands of open pages in one process: raw sockets that speak as a browser does.

A page connects as Reflex's own client: the websocket, then one packet that carries the
hydrate event; the server runs what the page's address loads and lets it sit down in its
rooms. From then on the page answers pings and notes when each count of tickets arrives.
"""

import asyncio
import base64
import json
import os
import re
import struct
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COUNT = re.compile(rb'"entry_count_rx_state_":"([0-9,]+)"')
HYDRATE = "reflex___state____state.hydrate_and_load"
# A browser says which defaults it was built with, and is told what differs from them.
CONTEXT = Path(__file__).resolve().parents[1] / ".web" / "utils" / "context.jsx"
HASHES = re.search(r"initialStateHashes = (\[[^\]]*\])", CONTEXT.read_text())
_OPENED, _PING, _MESSAGE = b"0", b"2", b"4"
PATIENCE_S = 240
_TEXT, _CLOSE, _WS_PING = 1, 8, 9


@dataclass
class Page:
    """What one page saw: (moment, tickets) for each count that arrived."""

    began: float = 0.0
    ready: float = 0.0
    failed: str = ""
    seen: list[tuple[float, int]] = field(default_factory=list)


class PageProtocol(asyncio.Protocol):
    """One page's socket; parses frames itself, which costs a tenth of a library."""

    def __init__(self, host: str, page: Page) -> None:
        self.host, self.page = host, page
        self.held = b""
        self.is_open = False

    def connection_made(self, transport: Any) -> None:
        """Ask for the websocket."""
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        address = f"/_event/?EIO=4&transport=websocket&token={uuid.uuid4()}"
        transport.write(
            f"GET {address} HTTP/1.1\r\nHost: {self.host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: http://{self.host}\r\nUser-Agent: bench\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Take frames apart as they come."""
        now = time.time()
        self.held += data
        if not self.is_open and not self._opened():
            return
        while (frame := self._frame()) is not None:
            kind, payload = frame
            if kind == _TEXT:
                self._heard(payload, now)
            elif kind == _WS_PING:
                self._send(0x8A, payload)
            elif kind == _CLOSE:
                self.page.failed = self.page.failed or "closed by the server"

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the page was cut off."""
        self.page.failed = self.page.failed or f"connection lost: {exc}"

    def _opened(self) -> bool:
        head, found, rest = self.held.partition(b"\r\n\r\n")
        if not found:
            return False
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            self.page.failed = head.split(b"\r\n", 1)[0].decode()
            self.transport.abort()
            return False
        self.is_open, self.held = True, rest
        return True

    def _frame(self) -> tuple[int, bytes] | None:
        """Take the next whole frame; a server's frames are never masked."""
        held = self.held
        if len(held) < 2:
            return None
        size, start = held[1] & 0x7F, 2
        if size == 126:
            if len(held) < 4:
                return None
            size, start = struct.unpack_from(">H", held, 2)[0], 4
        elif size == 127:
            if len(held) < 10:
                return None
            size, start = struct.unpack_from(">Q", held, 2)[0], 10
        if len(held) < start + size:
            return None
        self.held = held[start + size :]
        return held[0] & 0x0F, held[start : start + size]

    def _heard(self, said: bytes, now: float) -> None:
        if said == _PING:
            self._send(0x81, b"3")
        elif said[:1] == _OPENED:
            known = {"hashes": json.loads(HASHES[1])} if HASHES else {}
            event = {"name": HYDRATE, "payload": known, "router_data": _where("/")}
            self._send(0x81, b"40/_event," + json.dumps({"event": event}).encode())
        elif (found := COUNT.search(said)) is not None:
            self.page.seen.append((now, int(found[1].replace(b",", b""))))
            self.page.ready = self.page.ready or now

    def _send(self, head: int, payload: bytes) -> None:
        size = len(payload)
        length = struct.pack(">B", 0x80 | size) if size < 126 else struct.pack(">BH", 0xFE, size)
        # A mask of zeros is a mask: the payload stays as it is.
        self.transport.write(bytes([head]) + length + b"\0\0\0\0" + payload)


def _where(path: str) -> dict[str, Any]:
    return {"pathname": path, "asPath": path, "query": {}}


async def opened(port: int, count: int, within_s: float) -> list[Page]:
    """Open ``count`` pages, evenly over ``within_s`` seconds."""
    loop = asyncio.get_running_loop()
    pages: list[Page] = []
    began = loop.time()
    async with asyncio.TaskGroup() as connecting:
        for number in range(count):
            await asyncio.sleep(max(0.0, began + within_s * number / count - loop.time()))
            pages.append(Page(began=time.time()))
            connecting.create_task(_connect(port, pages[-1]))
    return pages


async def _connect(port: int, page: Page) -> None:
    try:
        await asyncio.get_running_loop().create_connection(
            lambda: PageProtocol(f"localhost:{port}", page), "127.0.0.1", port
        )
    except OSError as exc:
        page.failed = str(exc)


async def main(port: int, count: int, within_s: float, out: str) -> None:
    """Open pages, say so, listen until told to stop, then write down what they saw."""
    pages = await opened(port, count, within_s)
    for _ in range(PATIENCE_S * 10):
        await asyncio.sleep(0.1)
        if all(page.ready or page.failed for page in pages):
            break
    print("ready", flush=True)
    for page in pages:
        page.seen.clear()
    await asyncio.to_thread(sys.stdin.readline)
    told = [
        {"began": it.began, "ready": it.ready, "failed": it.failed, "seen": it.seen} for it in pages
    ]
    await asyncio.to_thread(_write, out, told)


def _write(out: str, told: list[dict[str, Any]]) -> None:
    Path(out).write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]))
