"""Answers a page's address as people type it: without sending them to one with a slash."""

from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send


class PagesAtOnce:
    """ASGI layer that saves the redirect from ``/app`` to ``/app/``: a round trip on a phone."""

    def __init__(self, app: ASGIApp, paths: Iterable[str]) -> None:
        """Take the addresses that are files of the built tree; others pass unchanged."""
        self._app = app
        self._paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; a page's address gets the slash its file is kept under."""
        if scope["type"] == "http" and scope["path"] in self._paths:
            path = f"{scope['path']}/"
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await self._app(scope, receive, send)
