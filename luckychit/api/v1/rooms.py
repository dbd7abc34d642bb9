"""Rooms over HTTP: made, joined, played and drawn. To a stranger a room does not exist."""

import asyncio
import uuid
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from luckychit.api import cursors, keys
from luckychit.api.callers import Caller
from luckychit.api.describe import PRIVATE, described, link
from luckychit.api.shapes import PageOut
from luckychit.api.v1.room_shapes import (
    ComingIn,
    RoomIn,
    RoomLineOut,
    RoomOut,
    RoomTicketOut,
    TicketIn,
    room_line,
    room_out,
)
from luckychit.core import clock, limits
from luckychit.core.errors import InvalidInput
from luckychit.domain.actors import Actor
from luckychit.domain.lottery.rules import client_seed_of
from luckychit.domain.rooms import queries, service
from luckychit.domain.rooms.rules import normalised_code

KIND = "rooms"
NOT_FOUND, CONFLICT = HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT
INVALID = HTTPStatus.UNPROCESSABLE_ENTITY

router = APIRouter(prefix="/api/rooms", tags=["rooms"], dependencies=[PRIVATE])
RoomId = Annotated[
    str,
    Path(
        min_length=1,
        max_length=40,
        description="The room's id or its code.",
        examples=["ABCD2345"],
    ),
]
_CODE = "$response.body#/code"
_TO_ROOM = {
    "get_room": link("get_room", "The room itself.", room_id=_CODE),
    "purchase_room_ticket": link("purchase_room_ticket", "A ticket in it.", room_id=_CODE),
    "start_room_draw": link("start_room_draw", "Its draw announced.", room_id=_CODE),
    "leave_room": link("leave_room", "Going out of it; the host stays.", room_id=_CODE),
}
_TO_TICKET = {
    "verify_ticket": link(
        "verify_ticket", "Anybody's check of the ticket.", ticket_id="$response.body#/ticket_id"
    )
}


@router.get("", **described(INVALID))
async def list_rooms(
    caller: Caller, limit: cursors.Limit = 20, after: cursors.After = None
) -> PageOut[RoomLineOut]:
    """List the rooms that the caller is in, the newest first."""
    before = cursors.read_id(KIND, after)
    found = await asyncio.to_thread(
        queries.rooms_before, actor=caller, now=clock.now(), before=before, limit=limit + 1
    )
    return cursors.page_of(
        found,
        limit,
        shape=room_line,
        cursor=lambda row: cursors.written(KIND, str(row.lobby_id)),
    )


@router.post(
    "",
    **described(CONFLICT, body=True, status=HTTPStatus.CREATED, said="The room.", links=_TO_ROOM),
)
async def create_room(caller: Caller, key: keys.Key, sent: RoomIn) -> RoomOut:
    """Make a room; the caller is its host and the first one in it."""
    code = await keys.once(
        service.create_room,
        actor=caller,
        key=key,
        name=sent.name,
        price_minor=sent.ticket_price_minor,
        max_participants=sent.max_participants,
    )
    return await _room(caller, code)


@router.get("/{room_id}", **described(NOT_FOUND, INVALID))
async def get_room(caller: Caller, room_id: RoomId) -> RoomOut:
    """Show a room to somebody who is in it."""
    return await _room(caller, await _code(caller, room_id))


@router.post("/{room_id}/join", **described(NOT_FOUND, CONFLICT, body=True))
async def join_room(caller: Caller, room_id: RoomId, sent: ComingIn | None = None) -> RoomOut:
    """Come into a room with its code; who is in it already stays in it."""
    async with limits.guessing(str(caller.user_id)):
        code = await _code_to_join(caller, room_id, sent.code if sent else None)
        joined = await asyncio.to_thread(service.join, actor=caller, code=code)
    return await _room(caller, joined)


@router.post(
    "/{room_id}/leave",
    **described(NOT_FOUND, CONFLICT, INVALID, status=HTTPStatus.NO_CONTENT, said="Gone."),
)
async def leave_room(caller: Caller, room_id: RoomId) -> None:
    """Go out of a room in which the caller has no ticket; its host stays."""
    code = await _code(caller, room_id)
    await asyncio.to_thread(service.leave, actor=caller, code=code)


@router.post(
    "/{room_id}/purchase-ticket",
    **described(
        NOT_FOUND,
        CONFLICT,
        body=True,
        status=HTTPStatus.CREATED,
        said="The ticket, and the room as it is now.",
        links=_TO_TICKET,
    ),
)
async def purchase_room_ticket(
    caller: Caller, room_id: RoomId, key: keys.Key, sent: TicketIn | None = None
) -> RoomTicketOut:
    """Buy the caller's one ticket in a room with the wallet's money."""
    await limits.require(limits.PURCHASES, str(caller.user_id))
    code = await _code(caller, room_id)
    phrase = sent.client_seed if sent else None
    sold = await keys.once(
        service.buy,
        actor=caller,
        key=key,
        code=code,
        client_seed=client_seed_of(key) if phrase is None else phrase,
    )
    return RoomTicketOut(
        ticket_id=sold.ticket_ids[0],
        client_seed=sold.client_seed,
        is_repeat=sold.is_repeat,
        room=await _room(caller, code),
    )


@router.post(
    "/{room_id}/start-draw",
    dependencies=[Depends(keys.demanded)],
    **described(NOT_FOUND, CONFLICT, INVALID),
)
async def start_room_draw(caller: Caller, room_id: RoomId) -> RoomOut:
    """Announce when the list freezes; a room that was started already is shown as it is."""
    code = await _code(caller, room_id)
    await asyncio.to_thread(service.start, actor=caller, code=code)
    return await _room(caller, code)


@router.post(
    "/{room_id}/execute-draw",
    dependencies=[Depends(keys.demanded)],
    **described(NOT_FOUND, CONFLICT, INVALID),
)
async def execute_room_draw(caller: Caller, room_id: RoomId) -> RoomOut:
    """Draw a room whose list is to be frozen now; one that is drawn is shown as it is."""
    code = await _code(caller, room_id)
    await asyncio.to_thread(service.execute, actor=caller, code=code)
    return await _room(caller, code)


@router.post("/{room_id}/cancel", **described(NOT_FOUND, CONFLICT, INVALID))
async def cancel_room(caller: Caller, room_id: RoomId) -> RoomOut:
    """Call a room off before its list is frozen; everybody is paid back."""
    code = await _code(caller, room_id)
    await asyncio.to_thread(service.cancel, actor=caller, code=code)
    return await _room(caller, code)


async def _room(actor: Actor, code: str) -> RoomOut:
    return room_out(await asyncio.to_thread(queries.room, actor=actor, code=code, now=clock.now()))


async def _code(actor: Actor, room_id: str) -> str:
    """Return the code of the room that an address names by either."""
    lobby_id = _id_of(room_id)
    if lobby_id is None:
        return room_id
    return await asyncio.to_thread(queries.code_of, actor=actor, lobby_id=lobby_id)


async def _code_to_join(actor: Actor, room_id: str, sent: str | None) -> str:
    lobby_id = _id_of(room_id)
    if lobby_id is None:
        if sent is not None and normalised_code(sent) != normalised_code(room_id):
            raise InvalidInput({"code": "This is not the code of the room in the address."})
        return room_id
    if sent is None:
        raise InvalidInput({"code": "Please send the code of the room."})
    return await asyncio.to_thread(queries.code_of, actor=actor, lobby_id=lobby_id, code=sent)


def _id_of(room_id: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(room_id)
    except ValueError:
        return None
