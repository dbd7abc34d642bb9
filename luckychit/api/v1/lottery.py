"""The daily draw over HTTP: what sells now, buying, own tickets, anybody's check of one."""

import asyncio
import json
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from luckychit.api import callers
from luckychit.api.shapes import iso, money, money_text
from luckychit.api.turns import Turns
from luckychit.api.v1.lottery_shapes import (
    CurrentDrawOut,
    InclusionOut,
    PurchaseIn,
    PurchaseOut,
    TicketCheckOut,
    TicketOut,
    TicketsOut,
    WinnerOut,
)
from luckychit.core import clock, errors, limits
from luckychit.core.money import Money
from luckychit.domain.fairness import queries as proofs
from luckychit.domain.lottery import queries, rules, service
from luckychit.domain.lottery.errors import NoDrawNow, NoWinnerYet
from luckychit.domain.tickets.views import Sold, TicketView
from luckychit.domain.users.service import Actor

LARGEST_PURCHASE_BYTES = 4096
PRIVATE = "private, no-store"

router = APIRouter(prefix="/api/lottery", tags=["lottery"])
_checks = Turns()


def _said(amount: Money) -> dict[str, Any]:
    return {
        "amount_minor": amount.amount_minor,
        "currency": amount.currency,
        "text": money_text(amount),
    }


@router.post(
    "/purchase-ticket",
    status_code=HTTPStatus.CREATED,
    response_model=PurchaseOut,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": PurchaseIn.model_json_schema()}},
        },
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "Made before sending; a repeat with it buys nothing again."
                " Needed here or as `key` in the body.",
                "schema": {"type": "string", "maxLength": 80},
            }
        ],
    },
)
async def purchase_ticket(request: Request) -> JSONResponse:
    """Buy tickets of the daily draw with the wallet's money."""
    actor = await callers.signed_in(request)
    await limits.require(limits.PURCHASES, str(actor.user_id))
    sent = await _sent(request)
    key = request.headers.get("idempotency-key") or sent.get("key") or ""
    draw_id = sent.get("draw_id") or await _draw_to_buy(actor, key)
    phrase = sent.get("client_seed")
    sold = await service.submit_async(
        actor=actor,
        key=key,
        draw_id=draw_id,
        quantity=sent.get("quantity", 1),
        client_seed=rules.client_seed_of(key) if phrase is None else phrase,
    )
    seals = await _seals(actor, sold)
    return JSONResponse(_bought(sold, seals), HTTPStatus.CREATED)


async def _sent(request: Request) -> dict[str, Any]:
    # By hand, because this is the busiest door of the house; the service checks every field.
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_PURCHASE_BYTES:
            raise errors.InvalidInput({"body": f"At most {LARGEST_PURCHASE_BYTES} bytes."})
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise errors.InvalidInput({"body": "This is not JSON."}) from exc
    if not isinstance(sent, dict):
        raise errors.InvalidInput({"body": "An object is expected."})
    return sent


async def _draw_to_buy(actor: Actor, key: str) -> str:
    found = await asyncio.to_thread(queries.draw_to_buy, actor=actor, key=key, now=clock.now())
    if found is None:
        raise NoDrawNow
    return found


async def _seals(actor: Actor, sold: Sold) -> list[str]:
    if sold.is_repeat:
        return await asyncio.to_thread(queries.stored_seals, sold=sold)
    return queries.fresh_seals(actor=actor, sold=sold)


def _bought(sold: Sold, seals: list[str]) -> dict[str, Any]:
    issued_at = iso(sold.issued_at)
    places = enumerate(zip(sold.ticket_ids, seals, strict=True), start=sold.first_position)
    return {
        "tickets": [
            {
                "ticket_id": ticket_id,
                "draw_id": sold.draw_id,
                "position": position,
                "ticket_hash": seal,
                "client_seed": sold.client_seed,
                "issued_at": issued_at,
            }
            for position, (ticket_id, seal) in places
        ],
        "total_entries_at_purchase": sold.total_entries_at_purchase,
        "cost": _said(sold.cost),
        "wallet": None if sold.balance is None else _said(sold.balance),
        "is_repeat": sold.is_repeat,
    }


@router.get("/current-draw")
async def current_draw() -> CurrentDrawOut:
    """Show the daily draw that sells now."""
    return await asyncio.to_thread(_current, clock.now())


def _current(now: datetime) -> CurrentDrawOut:
    draw = queries.public_today(now).draw
    if draw is None or draw.proof_id is None:
        raise NoDrawNow
    proof = proofs.proof(draw.proof_id)
    return CurrentDrawOut(
        draw_id=draw.draw_id,
        draw_date=_day(draw.draw_id),
        status=draw.status,
        prize_pool=money(draw.prize),
        total_entries=draw.total_entries,
        ticket_price=money(draw.price),
        fee_bps=draw.fee_bps,
        most_per_person=draw.most_per_person,
        fewest_entries=draw.fewest_entries,
        commitment_hash=proof.server_seed_hash,
        commit_log_hash=proof.commit_log_hash,
        opens_at=draw.opens_at,
        locks_at=draw.locks_at,
        now=now,
    )


def _day(draw_id: str) -> str:
    day = rules.day_of(draw_id)
    return "" if day is None else day.isoformat()


@router.get("/last-winner")
async def last_winner() -> WinnerOut:
    """Show the newest draw that somebody won; nobody's name, only the ticket."""
    past = await asyncio.to_thread(queries.last_winner)
    if past is None or past.winning_ticket_id is None:
        raise NoWinnerYet
    return WinnerOut(
        draw_id=past.draw_id,
        draw_date=past.draw_date.isoformat(),
        ticket_id=past.winning_ticket_id,
        prize=money(past.prize),
        total_entries=past.total_entries,
        finished_at=past.closed_at,
    )


@router.get("/tickets")
async def own_tickets(
    request: Request,
    answer: Response,
    draw_id: Annotated[str | None, Query(max_length=40)] = None,
    after: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> TicketsOut:
    """List the caller's own tickets of daily draws, newest first."""
    answer.headers["Cache-Control"] = PRIVATE
    actor = await callers.actor_of(request)
    page = await asyncio.to_thread(
        queries.my_tickets, actor=actor, draw_id=draw_id, after=after, limit=limit
    )
    return TicketsOut(items=[_ticket_out(ticket) for ticket in page.items], next=page.after)


def _ticket_out(ticket: TicketView) -> TicketOut:
    return TicketOut(
        ticket_id=ticket.ticket_id,
        draw_id=ticket.draw_id,
        position=ticket.position,
        client_seed=ticket.client_seed,
        issued_at=ticket.issued_at,
        total_entries_at_purchase=ticket.total_entries_at_purchase,
        price=money(ticket.price),
        outcome=ticket.outcome,
        prize=None if ticket.prize is None else money(ticket.prize),
    )


@router.get("/tickets/{ticket_id}/verify")
async def verify_ticket(ticket_id: str) -> TicketCheckOut:
    """Check any ticket: its seal, and its place in the frozen list."""
    found = await _checks.do(queries.check_ticket, ticket_id)
    place = found.inclusion
    return TicketCheckOut(
        valid=found.is_seal_intact and found.is_in_locked_list is not False,
        ticket_id=found.ticket_id,
        draw_id=found.draw_id,
        seal=found.seal,
        seal_ok=found.is_seal_intact,
        in_locked_list=found.is_in_locked_list,
        inclusion_proof=place
        and InclusionOut(
            index=place.index, n=place.n, root=place.root, path=list(place.path), leaf=place.leaf
        ),
    )
