"""Proofs for everybody: the files, posting a beacon, checking a file."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.exceptions import HTTPException

from luckychit.api import callers
from luckychit.api.describe import described
from luckychit.api.errors import NotJson
from luckychit.api.turns import Turns
from luckychit.api.v1.draws import DrawId
from luckychit.api.v1.lottery import TicketId
from luckychit.core import errors
from luckychit.domain.fairness import queries, service
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.users.errors import PasswordMustChange

LARGEST_BEACON_BYTES = 1024
LARGEST_BUNDLE_BYTES = 1024 * 1024
JSON = "application/json"

_FILE: dict[str, Any] = {JSON: {"schema": {"type": "object"}}}

router = APIRouter(prefix="/api", tags=["draws"])
_portions, _files = Turns(), Turns()


class BeaconIn(BaseModel):
    """A round of drand quicknet, as any relay gives it; other fields are ignored."""

    model_config = ConfigDict(strict=True)

    round: int
    signature: str


class BeaconTaken(BaseModel):
    """The beacon is in the log; ``is_new`` is false when it was there before."""

    draw_id: str
    round: int
    is_new: bool


class CheckOut(BaseModel):
    """One step of a verification."""

    name: str
    ok: bool
    message: str


class VerifiedOut(BaseModel):
    """What a verification found.

    ``outcome``: drawn, void or false; head for a file without the list, which is never
    valid, because it shows nobody's place. ``scope``: list, ticket or head.
    """

    valid: bool
    outcome: str
    scope: str
    is_weak: bool
    is_signature_checked: bool
    checks: list[CheckOut]


@router.get(
    "/draws/{draw_id}/bundle",
    response_class=StreamingResponse,
    **described(HTTPStatus.NOT_FOUND, public=True, said="The bundle.", content=_FILE),
)
async def draw_bundle(draw_id: DrawId) -> StreamingResponse:
    """Hand out all that is public of a draw, for any verifier; a long list in portions."""
    parts = await asyncio.to_thread(tickets.bundle, draw_id)
    return StreamingResponse(_in_turn(parts), media_type=JSON, headers=_as_file(draw_id))


async def _in_turn(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Make the portions of everybody's long files one at a time, each reader's in turn."""
    while (part := await _portions.do(next, parts, None)) is not None:
        yield part


@router.get(
    "/draws/{draw_id}/head",
    response_class=Response,
    **described(HTTPStatus.NOT_FOUND, public=True, said="The head.", content=_FILE),
)
async def draw_head(draw_id: DrawId) -> Response:
    """Hand out a draw's bundle without its list: enough to repeat the pick, no full check."""
    head = await asyncio.to_thread(queries.head, draw_id)
    return Response(head, media_type=JSON, headers=_as_file(f"{draw_id}-head"))


@router.get(
    "/tickets/{ticket_id}/file",
    response_class=Response,
    **described(
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        public=True,
        said="The file.",
        content=_FILE,
    ),
)
async def ticket_file(ticket_id: TicketId, request: Request) -> Response:
    """Hand out the proof of one ticket; its owner also gets what shows whose it is."""
    try:
        actor = await callers.actor_of(request)
    except (errors.SignInNeeded, PasswordMustChange):
        actor = None
    file = await _files.do(tickets.ticket_file, ticket_id, actor)
    private = {"Cache-Control": "private, no-store"}
    return Response(file, media_type=JSON, headers=_as_file(ticket_id) | private)


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'inline; filename="{name}.json"'}


_BEACON_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": BeaconIn.model_json_schema()}},
    }
}
_BUNDLE_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"description": "A bundle; anything else is found false."},
                "example": {"format": "LCD1"},
            }
        },
    }
}


@router.post(
    "/draws/{draw_id}/beacon",
    **described(
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        public=True,
        status=HTTPStatus.ACCEPTED,
        said="In the log.",
        extra=_BEACON_BODY,
    ),
)
async def post_beacon(draw_id: DrawId, request: Request) -> BeaconTaken:
    """Take the beacon of a draw from anybody; its signature is checked."""
    sent = await _body(request, LARGEST_BEACON_BYTES)
    try:
        beacon = BeaconIn.model_validate_json(sent)
    except ValidationError as exc:
        if exc.errors()[0]["type"] == "json_invalid":
            raise NotJson from exc
        wrong = {
            str(problem["loc"][0]): problem["msg"] for problem in exc.errors() if problem["loc"]
        }
        raise errors.InvalidInput(wrong or {"body": "An object is expected."}) from exc
    is_new = await asyncio.to_thread(
        service.post_beacon,
        draw_id=draw_id,
        round_number=beacon.round,
        signature=beacon.signature,
    )
    return BeaconTaken(draw_id=draw_id, round=beacon.round, is_new=is_new)


@router.post(
    "/draws/verify",
    **described(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        public=True,
        said="What the checks found.",
        extra=_BUNDLE_BODY,
    ),
)
async def verify_bundle(request: Request) -> VerifiedOut:
    """Check a bundle; the page /verify and verify.py do the same without us."""
    text = await _body(request, LARGEST_BUNDLE_BYTES)
    report = await asyncio.to_thread(service.verify_bundle, text=text)
    return VerifiedOut(
        valid=report.is_valid,
        outcome=report.outcome,
        scope=report.scope,
        is_weak=report.is_weak,
        is_signature_checked=report.is_signature_checked,
        checks=[
            CheckOut(name=check.name, ok=check.ok, message=check.said) for check in report.checks
        ],
    )


async def _body(request: Request, most_bytes: int) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most_bytes:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return bytes(body)
