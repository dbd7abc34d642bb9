"""Chit circles over HTTP: made, filled, started, and what each may see of them."""

import asyncio
import uuid
from datetime import time
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from luckychit.api import cursors, keys
from luckychit.api.callers import Caller
from luckychit.api.describe import PRIVATE, described, link
from luckychit.api.shapes import PageOut
from luckychit.api.v1.group_inputs import GroupChangesIn, MemberIn, NewGroupIn
from luckychit.api.v1.group_shapes import (
    GroupLineOut,
    GroupOut,
    JoinedOut,
    PlannedOut,
    group_line,
    group_out,
    joined_out,
    planned_out,
)
from luckychit.core import clock
from luckychit.core.errors import InvalidInput
from luckychit.domain.actors import Actor
from luckychit.domain.chits import queries, service
from luckychit.domain.chits.rules.terms import SEATS_MOST
from luckychit.domain.users import queries as people

KIND, PLAN = "groups", "schedule"
NOT_FOUND, CONFLICT = HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT
INVALID = HTTPStatus.UNPROCESSABLE_ENTITY
DRAW_TIME = time(18)

router = APIRouter(prefix="/api/groups", tags=["groups"], dependencies=[PRIVATE])
GroupId = Annotated[uuid.UUID, Path(description="The circle.")]
SeatNumber = Annotated[int, Path(ge=1, le=SEATS_MOST, description="Of the seat, from 1.")]
_ID = "$response.body#/group_id"
_TO_GROUP = {
    "get_group": link("get_group", "The circle itself.", group_id=_ID),
    "add_member": link("add_member", "Filling it.", group_id=_ID),
    "update_group": link("update_group", "Changing it while it forms.", group_id=_ID),
    "start_group": link("start_group", "Starting it when it is full.", group_id=_ID),
    "group_schedule": link("group_schedule", "Its plan.", group_id=_ID),
    "group_statement": link("group_statement", "Its sums.", group_id=_ID),
    "record_payment": link("record_payment", "Money for it, once it runs.", group_id=_ID),
    "eligible_seats": link("eligible_seats", "Who can win in it.", group_id=_ID),
}


@router.get("", **described(INVALID))
async def list_groups(
    caller: Caller, limit: cursors.Limit = 20, after: cursors.After = None
) -> PageOut[GroupLineOut]:
    """List the circles that the caller manages or sits in, the newest first."""
    found = await asyncio.to_thread(
        queries.groups_before,
        actor=caller,
        now=clock.now(),
        before=cursors.read_id(KIND, after),
        limit=limit + 1,
    )
    return cursors.page_of(
        found,
        limit,
        shape=group_line,
        cursor=lambda line: cursors.written(KIND, str(line.row.group_id)),
    )


@router.post(
    "",
    **described(
        CONFLICT, body=True, status=HTTPStatus.CREATED, said="The circle.", links=_TO_GROUP
    ),
)
async def create_group(caller: Caller, key: keys.Key, sent: NewGroupIn) -> GroupOut:
    """Make a circle, which then waits for its members; the caller is its manager."""
    terms = sent.model_dump()
    terms["draw_time"] = sent.draw_time or DRAW_TIME
    group_id = await keys.once(
        service.create_group, actor=caller, key=keys.own(caller, "groups.create", key), **terms
    )
    return await _group(caller, group_id)


@router.get("/{group_id}", **described(NOT_FOUND, INVALID))
async def get_group(caller: Caller, group_id: GroupId) -> GroupOut:
    """Show a circle to its manager, or to somebody who sits in it."""
    return await _group(caller, group_id)


@router.patch("/{group_id}", **described(NOT_FOUND, CONFLICT, body=True))
async def update_group(caller: Caller, group_id: GroupId, sent: GroupChangesIn) -> GroupOut:
    """Change the name or the terms of a circle that is forming."""
    changes = sent.model_dump(exclude_none=True)
    await asyncio.to_thread(service.update_group, actor=caller, group_id=group_id, changes=changes)
    return await _group(caller, group_id)


@router.post(
    "/{group_id}/members",
    **described(
        NOT_FOUND, CONFLICT, body=True, status=HTTPStatus.CREATED, said="Who got which seats."
    ),
)
async def add_member(caller: Caller, group_id: GroupId, key: keys.Key, sent: MemberIn) -> JoinedOut:
    """Give somebody the lowest free seats; a number that is new becomes an account."""
    full_name, mobile_number = await _named(caller, sent)
    added = await keys.once(
        service.add_member,
        actor=caller,
        key=keys.own(caller, "groups.members", key),
        group_id=group_id,
        full_name=full_name,
        mobile_number=mobile_number,
        seats=sent.seats,
    )
    return joined_out(added)


async def _named(caller: Actor, sent: MemberIn) -> tuple[str, str]:
    """Return name and number of who joins, however that person is named."""
    if sent.user_id is None:
        missing = [name for name in ("full_name", "mobile_number") if getattr(sent, name) is None]
        if missing:
            raise InvalidInput(dict.fromkeys(missing, "Send a number and a name, or a user_id."))
        return sent.full_name or "", sent.mobile_number or ""
    if sent.full_name is not None or sent.mobile_number is not None:
        raise InvalidInput({"user_id": "Send either this, or a number and a name."})
    known = await asyncio.to_thread(people.own_member, actor=caller, user_id=sent.user_id)
    return known.full_name, known.mobile_number


@router.delete(
    "/{group_id}/members/{seat_number}",
    **described(NOT_FOUND, CONFLICT, INVALID, status=HTTPStatus.NO_CONTENT, said="Free again."),
)
async def remove_seat(caller: Caller, group_id: GroupId, seat_number: SeatNumber) -> None:
    """Take a seat back while the circle is forming."""
    await asyncio.to_thread(
        service.remove_seat, actor=caller, group_id=group_id, seat_number=seat_number
    )


@router.post(
    "/{group_id}/start",
    dependencies=[Depends(keys.demanded)],
    **described(NOT_FOUND, CONFLICT, INVALID),
)
async def start_group(caller: Caller, group_id: GroupId) -> GroupOut:
    """Start a circle whose seats are all taken; one that runs is shown as it is."""
    await asyncio.to_thread(service.start_group, actor=caller, group_id=group_id)
    return await _group(caller, group_id)


@router.get("/{group_id}/schedule", **described(NOT_FOUND, INVALID))
async def group_schedule(
    caller: Caller,
    group_id: GroupId,
    limit: cursors.Limit = 100,
    after: cursors.After = None,
) -> PageOut[PlannedOut]:
    """List the instalments of a circle from the first to the last."""
    found = await asyncio.to_thread(
        queries.schedule_after,
        actor=caller,
        group_id=group_id,
        after=cursors.read_number(PLAN, after) or 0,
        limit=limit + 1,
    )
    return cursors.page_of(
        found,
        limit,
        shape=planned_out,
        cursor=lambda month: cursors.written(PLAN, month.instalment),
    )


async def _group(actor: Actor, group_id: uuid.UUID) -> GroupOut:
    return group_out(
        await asyncio.to_thread(
            queries.group_detail, actor=actor, group_id=group_id, now=clock.now()
        )
    )
