"""Leads a call the short way: a page without its slash, a call of the API past the pages."""

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


class ApiFirst:
    """ASGI layer that hands calls of the API to it at once, past the pages' framework.

    Its layers would take a sixth of a purchase's processor time, and do nothing for it.
    """

    def __init__(self, pages: ASGIApp, api: ASGIApp) -> None:
        """Take the app of the pages, which also starts and stops all, and the API."""
        self._pages = pages
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on to where it belongs."""
        is_api = scope["type"] == "http" and scope["path"].startswith("/api/")
        await (self._api if is_api else self._pages)(scope, receive, send)
