"""Draws for everybody: what they are, how they ended, and their public log."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from luckychit.api.shapes import Moment, MoneyOut, money
from luckychit.core import clock
from luckychit.core.money import Money
from luckychit.domain.fairness import queries
from luckychit.domain.fairness.views import ProofView

router = APIRouter(prefix="/api", tags=["draws"])


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


def _draw_out(view: ProofView) -> DrawOut:
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
