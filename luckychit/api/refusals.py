"""What a route may refuse, for the description of the API."""

from http import HTTPStatus
from typing import Any

from luckychit.api.shapes import InvalidOut, RefusalOut

_WHY = {
    HTTPStatus.BAD_REQUEST: "Malformed: not what this address takes.",
    HTTPStatus.UNAUTHORIZED: "Nobody is signed in, or the session has ended.",
    HTTPStatus.FORBIDDEN: "Known, but not allowed.",
    HTTPStatus.NOT_FOUND: "It does not exist, or is not yours to see.",
    HTTPStatus.CONFLICT: "A rule says no; nothing was changed.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "More bytes than this address takes.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not `application/json`.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "A field has a wrong shape.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too often; `Retry-After` says for how many seconds to wait.",
    HTTPStatus.BAD_GATEWAY: "A service we rely on did not answer well.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Busy, or the books are away; try again.",
}
_WAITING = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
# Any route may say these: the limits stand before all, and the books may be away.
_ALWAYS = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

# Who may call, for ``openapi_extra``: a bearer token, or the browser's session cookie.
SIGNED_IN: dict[str, Any] = {"security": [{"bearer": []}, {"session": []}]}
PUBLIC: dict[str, Any] = {"security": []}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the refusals of a route, as FastAPI's ``responses`` takes them.

    Args:
        *statuses: What this route may answer besides 429 and 503, which all may.
    """
    said: dict[int | str, dict[str, Any]] = {}
    for status in sorted({HTTPStatus(item) for item in (*statuses, *_ALWAYS)}):
        is_invalid = status is HTTPStatus.UNPROCESSABLE_ENTITY
        one: dict[str, Any] = {
            "model": InvalidOut if is_invalid else RefusalOut,
            "description": _WHY[status],
        }
        if status in _WAITING:
            one["headers"] = {
                "Retry-After": {
                    "description": "Whole seconds.",
                    "schema": {"type": "integer", "minimum": 1},
                }
            }
        said[int(status)] = one
    return said
