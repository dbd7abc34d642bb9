"""Draws for everybody: what they are, how they ended, and their public log."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from luckychit.api import cursors
from luckychit.api.describe import described
from luckychit.api.shapes import Moment, MoneyOut, PageOut, money
from luckychit.core import clock
from luckychit.core.money import Money
from luckychit.domain.fairness import queries
from luckychit.domain.fairness.views import ProofView
from luckychit.domain.lottery.queries import winner_names

KIND = "draws"

router = APIRouter(prefix="/api", tags=["draws"])
DrawId = Annotated[
    str,
    Path(
        description="As printed.",
        examples=["DDL-20270301"],
        json_schema_extra={"minLength": 1},
    ),
]


class BeaconOut(BaseModel):
    """The public random number of a draw."""

    round: int
    signature: str
    randomness: str


class PickedOut(BaseModel):
    """A picked entry; ``position`` counts from 1."""

    position: int
    ticket_id: str = Field(examples=["DDL-20270301-00042"])


class DrawOut(BaseModel):
    """The public side of a draw; null where nothing is public yet.

    ``is_weak``: no public randomness; the operator knew the seed when the list closed.
    """

    draw_id: str = Field(examples=["DDL-20270301"])
    kind: Literal["daily", "monthly", "room"]
    status: str = Field(examples=["drawn"])
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
    winners: list[PickedOut]
    winner_name: str | None = Field(
        description="Of a daily draw: as the winner chose to be shown, or null.",
        examples=["Ravi K."],
    )
    void_reason: str
    finished_at: Moment | None


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


def _draw_out(view: ProofView, names: dict[str, str]) -> DrawOut:
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
        ticket_price=money(Money(view.price_minor, view.currency)),
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
            PickedOut(position=winner.position_index + 1, ticket_id=winner.ticket_id)
            for winner in view.winners
        ],
        winner_name=names.get(view.draw_id),
        void_reason=view.void_reason,
        finished_at=view.closed_at,
    )


@router.get("/lottery/draw-history", **described(HTTPStatus.UNPROCESSABLE_ENTITY, public=True))
async def draw_history(
    kind: Annotated[
        Literal["daily", "monthly"] | None, Query(description="Of one kind only.")
    ] = None,
    limit: cursors.Limit = 20,
    after: cursors.After = None,
) -> PageOut[DrawOut]:
    """List finished public draws, drawn or void, newest first; rooms are private."""
    kinds = queries.PUBLIC_KINDS if kind is None else (kind,)
    place = cursors.read(KIND, after)
    views = await asyncio.to_thread(
        queries.history, kinds, after=str(place[0]) if place else None, limit=limit
    )
    names = await _names(views)
    # A full page may be the last one; the following page is then empty.
    following = cursors.written(KIND, views[-1].draw_id) if len(views) == limit else None
    return PageOut(items=[_draw_out(view, names) for view in views], next=following)


@router.get("/draws/{draw_id}", **described(HTTPStatus.NOT_FOUND, public=True))
async def get_draw(draw_id: DrawId) -> DrawOut:
    """Show a draw of any kind to whoever has its number."""
    view = await asyncio.to_thread(queries.proof, draw_id)
    return _draw_out(view, await _names([view]))


async def _names(views: Sequence[ProofView]) -> dict[str, str]:
    daily = [view.draw_id for view in views if view.kind == "daily"]
    return await asyncio.to_thread(winner_names, daily) if daily else {}


@router.get("/draws/{draw_id}/log", **described(HTTPStatus.NOT_FOUND, public=True))
async def draw_log(draw_id: DrawId) -> LogOut:
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
