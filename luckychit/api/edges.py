"""What every call of the API meets first: HEAD as GET without a body, and honest 404 and 405."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY_BYTES = 64 * 1024
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


class Elsewhere:
    """Answers what no route does: 404, or 405 and OPTIONS with the methods that there are."""

    def __init__(self, api: FastAPI) -> None:
        """Know the routes of ``api`` as they are now."""
        self._known = [
            (compile_path(context.path)[0], context.methods or set())
            for context in iter_route_contexts(api.router.routes)
            if context.path and context.path != ELSEWHERE
        ]

    async def answer(self, request: Request) -> Response:
        """Refuse, or tell what may be asked here."""
        found = {
            method
            for pattern, methods in self._known
            if pattern.match(request.scope["path"])
            for method in methods
        }
        if not found:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        if "GET" in found:
            found.add("HEAD")
        allow = {"Allow": ", ".join(sorted(found | {"OPTIONS"}))}
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=allow)
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers=allow)
