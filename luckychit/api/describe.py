"""Describes a route of version 1 in one call: who may, what it may refuse, what follows."""

from http import HTTPStatus
from typing import Any

from fastapi import Depends, Response

from luckychit.api.refusals import PUBLIC, SIGNED_IN, refusals
from luckychit.api.shapes import RefusalOut

# Whoever sends a body may send none, something else, or too much of it.
_OF_A_BODY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
_OF_A_CALLER = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


async def _private(answer: Response) -> None:
    answer.headers["Cache-Control"] = "private, no-store"


# For routers whose answers are for one caller: no browser and no proxy keeps them.
PRIVATE = Depends(_private)


def described(
    *refused: int,
    public: bool = False,
    body: bool = False,
    status: int = HTTPStatus.OK,
    said: str = "",
    links: dict[str, Any] | None = None,
    content: dict[str, Any] | None = None,
    extra: dict[str, Any] | None = None,
    refused_as: dict[int, type[RefusalOut]] | None = None,
) -> dict[str, Any]:
    """Return what a route's decorator takes: its status, refusals, security and links.

    Args:
        *refused: Statuses besides those that follow from the other arguments.
        public: Anybody may call; else whoever is signed in.
        body: The caller sends JSON.
        status: Of success.
        said: What success means, in a few words.
        links: Of OpenAPI, by name: the calls that an answer leads to.
        content: Of the answer, where it is not JSON of a declared shape.
        extra: More for the operation.
        refused_as: Shapes of refusals that say more than the usual one, by status.
    """
    statuses = [*refused, *(_OF_A_BODY if body else ()), *(() if public else _OF_A_CALLER)]
    wider = refused_as or {}
    responses = refusals(*statuses, *wider)
    for refusal, model in wider.items():
        responses[int(refusal)]["model"] = model
    success: dict[str, Any] = {}
    if said:
        success["description"] = said
    if links:
        success["links"] = links
    if content:
        success["content"] = content
    if success:
        responses[int(status)] = success
    return {
        "status_code": int(status),
        "responses": responses,
        "openapi_extra": {**(PUBLIC if public else SIGNED_IN), **(extra or {})},
    }


def link(
    operation: str, about: str, *, body: dict[str, str] | None = None, **parameters: str
) -> dict[str, Any]:
    """Return a link to another operation.

    Args:
        operation: Its ``operationId``.
        about: What it leads to.
        body: Fields of its body, as runtime expressions.
        **parameters: Of that operation, as runtime expressions.
    """
    found: dict[str, Any] = {"operationId": operation, "description": about}
    if parameters:
        found["parameters"] = parameters
    if body:
        found["requestBody"] = body
    return found
