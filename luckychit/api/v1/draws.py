"""Draws for everybody: history, log, bundle, posting a beacon, checking a bundle."""

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, PlainSerializer, ValidationError

from luckychit.core import clock, errors
from luckychit.core.money import Money
from luckychit.domain.fairness import queries, service
from luckychit.domain.fairness.views import ProofView

LARGEST_BEACON_BYTES = 1024
LARGEST_BUNDLE_BYTES = 1024 * 1024

router = APIRouter(prefix="/api", tags=["draws"])


def iso(moment: datetime) -> str:
    """Return a moment as the API writes it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(iso, return_type=str)]


class MoneyOut(BaseModel):
    """An amount in minor units, and as people write it."""

    amount_minor: int
    currency: str
    text: str


class BeaconOut(BaseModel):
    """The public random number of a draw."""

    round: int
    signature: str
    randomness: str


class WinnerOut(BaseModel):
    """A picked entry; ``position`` counts from 1."""

    position: int
    ticket_id: str


class DrawOut(BaseModel):
    """The public side of a draw; null where nothing is public yet.

    ``is_weak``: no public randomness; the operator knew the seed when the list closed.
    """

    draw_id: str
    kind: str
    status: str
    is_weak: bool
    ticket_price: MoneyOut
    fee_bps: int
    opens_at: Moment
    locks_at: Moment
    beacon_round: int | None
    beacon_at: Moment | None
    commitment_hash: str
    params_hash: str
    commit_log_hash: str
    total_entries: int | None
    root: str | None
    lock_hash: str | None
    lock_log_hash: str | None
    server_seed: str | None
    beacon: BeaconOut | None
    client_seed: str | None
    winners: list[WinnerOut]
    void_reason: str
    finished_at: Moment | None


class DrawsOut(BaseModel):
    """Finished draws, newest first; ``next`` is the cursor of the following page."""

    items: list[DrawOut]
    next: str | None


class LogEntryOut(BaseModel):
    """One entry of the public log: its exact text and its hash."""

    seq: int
    type: str
    at: Moment
    entry: str
    hash: str


class LogOut(BaseModel):
    """The whole public log of a draw, in order."""

    items: list[LogEntryOut]
    next: None = None


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


def _draw_out(view: ProofView) -> DrawOut:
    price = Money(view.price_minor, view.currency)
    beacon = None
    if view.beacon_round and view.beacon_signature and view.beacon_randomness:
        beacon = BeaconOut(
            round=view.beacon_round,
            signature=view.beacon_signature,
            randomness=view.beacon_randomness,
        )
    return DrawOut(
        draw_id=view.draw_id,
        kind=view.kind,
        status=view.status,
        is_weak=view.is_weak,
        ticket_price=MoneyOut(
            amount_minor=price.amount_minor, currency=price.currency, text=price.text()
        ),
        fee_bps=view.fee_bps,
        opens_at=view.opens_at,
        locks_at=view.locks_at,
        beacon_round=view.beacon_round,
        beacon_at=view.beacon_at,
        commitment_hash=view.server_seed_hash,
        params_hash=view.params_hash,
        commit_log_hash=view.commit_log_hash,
        total_entries=view.n,
        root=view.root,
        lock_hash=view.lock_hash,
        lock_log_hash=view.lock_log_hash,
        server_seed=view.server_seed,
        beacon=beacon,
        client_seed=view.client_seed,
        winners=[
            WinnerOut(position=winner.position_index + 1, ticket_id=winner.ticket_id)
            for winner in view.winners
        ],
        void_reason=view.void_reason,
        finished_at=view.closed_at,
    )


@router.get("/lottery/draw-history")
async def draw_history(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str | None, Query(max_length=64)] = None,
    kind: Literal["daily", "monthly"] | None = None,
) -> DrawsOut:
    """List finished public draws, drawn or void, newest first; rooms are private."""
    kinds = queries.PUBLIC_KINDS if kind is None else (kind,)
    views = await asyncio.to_thread(queries.history, kinds, after=after, limit=limit)
    # A full page may be the last one; the following page is then empty.
    following = views[-1].draw_id if len(views) == limit else None
    return DrawsOut(items=[_draw_out(view) for view in views], next=following)


@router.get("/draws/{draw_id}")
async def draw(draw_id: str) -> DrawOut:
    """Show a draw."""
    return _draw_out(await asyncio.to_thread(queries.proof, draw_id))


@router.get("/draws/{draw_id}/log")
async def draw_log(draw_id: str) -> LogOut:
    """Show the public log of a draw, byte for byte."""
    entries = await asyncio.to_thread(queries.log, draw_id)
    return LogOut(
        items=[
            LogEntryOut(
                seq=entry.seq,
                type=entry.type,
                at=clock.from_ms(entry.at_ms),
                entry=entry.entry,
                hash=entry.hash,
            )
            for entry in entries
        ]
    )


@router.get("/draws/{draw_id}/bundle", response_class=Response)
async def draw_bundle(draw_id: str) -> Response:
    """Hand out all that is public of a draw, for any verifier."""
    bundle = await asyncio.to_thread(queries.bundle, draw_id)
    return Response(
        bundle,
        media_type="application/json",
        headers={"Content-Disposition": f'inline; filename="{draw_id}.json"'},
    )


_BEACON_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": BeaconIn.model_json_schema()}},
    }
}
_BUNDLE_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


@router.post("/draws/{draw_id}/beacon", status_code=HTTPStatus.ACCEPTED, openapi_extra=_BEACON_BODY)
async def post_beacon(draw_id: str, request: Request) -> BeaconTaken:
    """Take the beacon of a draw from anybody; its signature is checked."""
    sent = await _body(request, LARGEST_BEACON_BYTES)
    try:
        beacon = BeaconIn.model_validate_json(sent)
    except ValidationError as exc:
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


@router.post("/draws/verify", openapi_extra=_BUNDLE_BODY)
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
            raise errors.InvalidInput({"body": f"This is more than {most_bytes} bytes."})
    return bytes(body)
