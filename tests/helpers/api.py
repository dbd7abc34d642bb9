"""The API in this process for tests: asked directly, or as a server on the loopback."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import httpx
from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server.embed import Server

from luckychit.api import app
from luckychit.core.settings import settings
from luckychit.domain.actors import Actor
from tests.helpers.people import a_session
from tests.helpers.server import free_port

OWN_PAGE = {"sec-fetch-site": "same-origin"}


@lru_cache(maxsize=1)
def the_api() -> FastAPI:
    """Return the API of this process, made once."""
    return app.make()


class Caller:
    """Calls the API as somebody with a session, or as nobody."""

    def __init__(self, actor: Actor | None = None) -> None:
        self.token = a_session(actor) if actor else None
        self.keys = 0

    @property
    def headers(self) -> dict[str, str]:
        """What a browser of this person sends from our own pages."""
        cookie = {"cookie": f"{settings().session_cookie}={self.token}"} if self.token else {}
        return OWN_PAGE | cookie

    def ask(self, method: str, path: str, *, key: str | None = "", **parts: Any) -> httpx.Response:
        """Send one request; with a new key when none is given, with None without any."""
        headers = {**self.headers, **parts.pop("headers", {})}
        if key == "":
            self.keys += 1
            key = f"test {id(self)} {self.keys}"
        if key is not None and method != "GET":
            headers["idempotency-key"] = key

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(the_api(), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as web:
                return await web.request(method, path, headers=headers, **parts)

        return asyncio.run(asked())

    def get(self, path: str, **parts: Any) -> httpx.Response:
        return self.ask("GET", path, **parts)

    def post(self, path: str, sent: Any = None, **parts: Any) -> httpx.Response:
        body = {} if sent is None else {"json": sent}
        return self.ask("POST", path, **body, **parts)


def refused(answer: httpx.Response, status: int, code: str, *fields: str) -> None:
    """Check that a refusal says what it should, in the one shape."""
    said = answer.json()
    assert (answer.status_code, said["code"]) == (status, code), answer.text
    assert set(said) >= {"code", "message", "incident"}
    assert set(said.get("fields", {})) == set(fields)


@contextmanager
def on_the_loopback() -> Iterator[str]:
    """Serve the API of this process on a port of its own; return its address."""
    port = free_port()
    server = Server(
        app.make(),
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGINL,
        log_enabled=False,
    )
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=[server.serve()])
    thread.start()
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(server.stop)
        thread.join(10)
        loop.close()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("the server does not listen")
