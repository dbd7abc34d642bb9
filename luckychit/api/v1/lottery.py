"""The daily draw over HTTP: what sells now, buying, own tickets, anybody's check of one."""

import asyncio
import json
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from luckychit.api import callers, cursors, keys
from luckychit.api.callers import Caller
from luckychit.api.describe import PRIVATE, described, link
from luckychit.api.errors import NotJson
from luckychit.api.shapes import PageOut, iso, money, money_text
from luckychit.api.turns import Turns
from luckychit.api.v1.lottery_shapes import (
    CurrentDrawOut,
    InclusionOut,
    LastWinnerOut,
    PurchaseIn,
    PurchaseOut,
    TicketCheckOut,
    TicketOut,
)
from luckychit.core import clock, errors, limits
from luckychit.core.money import Money
from luckychit.domain.fairness import queries as proofs
from luckychit.domain.lottery import queries, rules, service
from luckychit.domain.lottery.errors import NoDrawNow, NoWinnerYet
from luckychit.domain.tickets.views import Sold, TicketView
from luckychit.domain.users.service import Actor

LARGEST_PURCHASE_BYTES = 4096
KIND = "tickets"

router = APIRouter(prefix="/api/lottery", tags=["lottery"])
_checks = Turns()
_TO_TICKET = {
    "verify_ticket": link(
        "verify_ticket",
        "Anybody's check of the first ticket.",
        ticket_id="$response.body#/tickets/0/ticket_id",
    )
}
TicketId = Annotated[
    str,
    Path(
        description="As printed on the ticket.",
        examples=["DDL-20270301-00042"],
        json_schema_extra={"minLength": 1},
    ),
]
# By hand, as the body is read by hand.
_PURCHASE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": PurchaseIn.model_json_schema()}},
    },
    "parameters": [
        {
            "name": keys.NAME,
            "in": "header",
            "required": False,
            "description": f"{keys.ABOUT} Needed here or as `key` in the body.",
            "schema": {"type": "string", "maxLength": keys.LONGEST, "pattern": keys.PATTERN},
        }
    ],
}


def _said(amount: Money) -> dict[str, Any]:
    return {
        "amount_minor": amount.amount_minor,
        "currency": amount.currency,
        "text": money_text(amount),
    }


@router.post(
    "/purchase-ticket",
    response_model=PurchaseOut,
    **described(
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        status=HTTPStatus.CREATED,
        said="The tickets, sealed.",
        links=_TO_TICKET,
        extra=_PURCHASE,
    ),
)
async def purchase_ticket(request: Request) -> JSONResponse:
    """Buy tickets of the daily draw with the wallet's money."""
    actor = await callers.signed_in(request)
    await limits.require(limits.PURCHASES, str(actor.user_id))
    sent = await _sent(request)
    key = request.headers.get("idempotency-key") or sent.get("key")
    if key is None:
        raise errors.InvalidInput({keys.NAME: "Please send a key of your own, such as a UUID."})
    draw_id = sent.get("draw_id")
    if draw_id is None:
        draw_id = await _draw_to_buy(actor, key)
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
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise NotJson from exc
    if not isinstance(sent, dict):
        raise errors.InvalidInput({"body": "An object is expected."})
    if not sent.keys() <= PurchaseIn.model_fields.keys():
        raise errors.InvalidInput({"body": "There is a field that we do not know."})
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


@router.get("/current-draw", **described(HTTPStatus.NOT_FOUND, public=True))
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


@router.get("/last-winner", **described(HTTPStatus.NOT_FOUND, public=True))
async def last_winner() -> LastWinnerOut:
    """Show the newest draw that somebody won, with the name the winner chose to show, if any."""
    past = await asyncio.to_thread(queries.last_winner)
    if past is None or past.winning_ticket_id is None:
        raise NoWinnerYet
    names = await asyncio.to_thread(queries.winner_names, [past.draw_id])
    return LastWinnerOut(
        draw_id=past.draw_id,
        draw_date=past.draw_date.isoformat(),
        ticket_id=past.winning_ticket_id,
        winner_name=names.get(past.draw_id),
        prize=money(past.prize),
        total_entries=past.total_entries,
        finished_at=past.closed_at,
    )


@router.get("/tickets", dependencies=[PRIVATE], **described(HTTPStatus.UNPROCESSABLE_ENTITY))
async def own_tickets(
    caller: Caller,
    draw_id: Annotated[str | None, Query(max_length=40, description="Only of this draw.")] = None,
    limit: cursors.Limit = 20,
    after: cursors.After = None,
) -> PageOut[TicketOut]:
    """List the caller's own tickets of daily draws, newest first."""
    place = cursors.read(KIND, after)
    page = await asyncio.to_thread(
        queries.my_tickets,
        actor=caller,
        draw_id=draw_id,
        after=str(place[0]) if place else None,
        limit=limit,
    )
    following = None if page.after is None else cursors.written(KIND, page.after)
    return PageOut(items=[_ticket_out(ticket) for ticket in page.items], next=following)


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


@router.get("/tickets/{ticket_id}/verify", **described(HTTPStatus.NOT_FOUND, public=True))
async def verify_ticket(ticket_id: TicketId) -> TicketCheckOut:
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
