"""How much a call of the API may carry: refused before it is read, or as soon as it is seen."""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from luckychit.api.errors import answer

MOST_BYTES = 64 * 1024
# A proof file with its whole list.
LARGER = {"/api/draws/verify": 1024 * 1024}
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


class BodyTooLarge(HTTPException):
    """A body is larger than its address takes; the framework lets this kind through."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


async def refuse(_request: Request, _exception: Exception) -> JSONResponse:
    """Say so in the one shape of refusals."""
    return answer(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "api.too_large",
        "That is more than this address takes.",
    )


class SmallBodies:
    """ASGI layer that lets a call of the API read so much and no more.

    Not the framework's own limit: that one carries a call out whose body nobody reads, and
    calls it too large afterwards.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; count what it reads."""
        if (
            scope["type"] != "http"
            or scope["method"] in WITHOUT_BODY
            or not scope["path"].startswith("/api/")
        ):
            await self._app(scope, receive, send)
            return
        left = LARGER.get(scope["path"], MOST_BYTES)
        if _announced(scope) > left:
            refusal = await refuse(Request(scope), BodyTooLarge())
            await refusal(scope, receive, send)
            return

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise BodyTooLarge
            return message

        await self._app(scope, counted, send)


def _announced(scope: Scope) -> int:
    said = Headers(scope=scope).get("content-length", "")
    return int(said) if said.isdecimal() and said.isascii() and len(said) < 20 else 0
