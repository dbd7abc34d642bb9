"""What every call of the API meets first: small bodies, HEAD as GET, honest 404 and 405."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from luckychit.api.errors import too_large

LARGEST_BODY_BYTES = 64 * 1024
LARGER_BODIES_BYTES = {"/api/draws/verify": 1024 * 1024}
ELSEWHERE = "/api/{rest:path}"
ANY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]


class HeadAsGet:
    """ASGI layer: whoever may GET an address may ask for its headers alone (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; of an answer to HEAD only the headers leave."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_headers(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, send_headers)


class SmallBodies:
    """ASGI layer: nobody makes us keep more than a call needs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; what is too large is refused, as soon as that is known."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = LARGER_BODIES_BYTES.get(scope["path"], LARGEST_BODY_BYTES)
        said = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        if said.isdigit() and int(said[:20]) > most:
            await too_large()(scope, receive, send)
            return
        got = 0

        async def receive_some() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > most:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self._app(scope, receive_some, send)


class Elsewhere:
    """Answers what no route does: 404, or 405 and OPTIONS with the methods that there are."""

    def __init__(self, api: FastAPI) -> None:
        """Know the routes of ``api`` as they are now."""
        self._literal: dict[str, set[str]] = {}
        self._shaped = []
        for context in iter_route_contexts(api.router.routes):
            if context.path and "{" not in context.path:
                self._literal.setdefault(context.path, set()).update(context.methods or ())
            elif context.path and context.path != ELSEWHERE:
                self._shaped.append((compile_path(context.path)[0], context.methods or set()))

    async def answer(self, request: Request) -> Response:
        """Refuse, or tell what may be asked here."""
        path = request.scope["path"]
        # A whole address goes before one with a place for an id: /draws/verify is no draw.
        found = set(self._literal.get(path, ())) or {
            method for pattern, methods in self._shaped if pattern.match(path) for method in methods
        }
        if not found:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        if "GET" in found:
            found.add("HEAD")
        allow = {"Allow": ", ".join(sorted(found | {"OPTIONS"}))}
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=allow)
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers=allow)
