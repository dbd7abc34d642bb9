"""A circle's money and draws over HTTP: dues, payments, draws, prizes, sums."""

import asyncio
import uuid
from contextlib import suppress
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from luckychit.api import cursors, keys
from luckychit.api.callers import Caller
from luckychit.api.describe import PRIVATE, described, link
from luckychit.api.shapes import PageOut
from luckychit.api.v1.group_inputs import HoldDrawIn, PaymentIn, PayoutIn, ReversalIn
from luckychit.api.v1.group_shapes import EligibleOut, eligible_out
from luckychit.api.v1.groups import CONFLICT, INVALID, NOT_FOUND, GroupId
from luckychit.api.v1.money_shapes import (
    DueOut,
    GroupStatementOut,
    MonthlyDrawOut,
    PaymentOut,
    PayoutOut,
    draw_out,
    due_out,
    payment_out,
    payout_out,
    statement_out,
)
from luckychit.core import clock
from luckychit.core.errors import InvalidInput
from luckychit.domain.actors import Actor
from luckychit.domain.chits import errors, queries, service

DUES, PAYMENTS, DRAWS = "dues", "payments", "monthly-draws"

router = APIRouter(prefix="/api", tags=["groups"], dependencies=[PRIVATE])
_TO_REVERSAL = {
    "reverse_payment": link(
        "reverse_payment", "Taking it back.", payment_id="$response.body#/payment_id"
    )
}
_TO_CONFIRMATION = {
    "confirm_payout": link(
        "confirm_payout", "The winner says: received.", payout_id="$response.body#/payout_id"
    )
}


@router.get("/groups/{group_id}/dues", **described(NOT_FOUND, INVALID))
async def group_dues(
    caller: Caller, group_id: GroupId, limit: cursors.Limit = 20, after: cursors.After = None
) -> PageOut[DueOut]:
    """List dues by instalment and seat: all for the manager, own seats for a member."""
    place = cursors.read(DUES, after)
    found = await asyncio.to_thread(
        queries.dues_after,
        actor=caller,
        group_id=group_id,
        now=clock.now(),
        after=(int(place[0]), int(place[1])) if place else None,
        limit=limit + 1,
    )
    return cursors.page_of(
        found,
        limit,
        shape=due_out,
        cursor=lambda row: cursors.written(DUES, row.instalment, row.seat_number),
    )


@router.get("/groups/{group_id}/statement", **described(NOT_FOUND, INVALID))
async def group_statement(caller: Caller, group_id: GroupId) -> GroupStatementOut:
    """Show the sums of a circle: the books to its manager, own seats to a member."""
    found = await asyncio.to_thread(
        queries.group_statement, actor=caller, group_id=group_id, now=clock.now()
    )
    return statement_out(found)


@router.get("/groups/{group_id}/payments", **described(NOT_FOUND, INVALID))
async def group_payments(
    caller: Caller, group_id: GroupId, limit: cursors.Limit = 20, after: cursors.After = None
) -> PageOut[PaymentOut]:
    """List payments and reversals, the newest first; a member sees those of own seats."""
    found = await asyncio.to_thread(
        queries.group_payments_before,
        actor=caller,
        group_id=group_id,
        before=cursors.read_id(PAYMENTS, after),
        limit=limit + 1,
    )
    return cursors.page_of(
        found,
        limit,
        shape=payment_out,
        cursor=lambda row: cursors.written(PAYMENTS, str(row.payment_id)),
    )


@router.post(
    "/groups/{group_id}/payments",
    **described(
        NOT_FOUND,
        CONFLICT,
        body=True,
        status=HTTPStatus.CREATED,
        said="The payment, receipted.",
        links=_TO_REVERSAL,
    ),
)
async def record_payment(
    caller: Caller, group_id: GroupId, key: keys.Key, sent: PaymentIn
) -> PaymentOut:
    """Record money received for a seat; the receipt number is the manager's next."""
    await _check_currency(caller, group_id, sent.currency)
    row = await keys.once(
        service.record_payment,
        actor=caller,
        key=keys.own(caller, "payments.record", key),
        group_id=group_id,
        seat_number=sent.seat_number,
        amount_minor=sent.amount_minor,
        method=sent.method,
        reference=sent.reference,
        received_at=sent.received_at,
    )
    return payment_out(row)


@router.post(
    "/payments/{payment_id}/reverse",
    **described(NOT_FOUND, CONFLICT, body=True, status=HTTPStatus.CREATED, said="The reversal."),
)
async def reverse_payment(
    caller: Caller,
    payment_id: Annotated[uuid.UUID, Path(description="The payment.")],
    key: keys.Key,
    sent: ReversalIn,
) -> PaymentOut:
    """Record the opposite of a wrong payment, with the reason."""
    row = await keys.once(
        service.reverse_payment,
        actor=caller,
        key=keys.own(caller, "payments.reverse", key),
        payment_id=payment_id,
        reason=sent.reason,
    )
    return payment_out(row)


@router.get("/lottery/eligible/{group_id}", **described(NOT_FOUND, INVALID))
async def eligible_seats(caller: Caller, group_id: GroupId) -> EligibleOut:
    """List the seats that can win the present draw: paid in time, and not won before."""
    view = await asyncio.to_thread(queries.eligible_now, actor=caller, group_id=group_id)
    return eligible_out(view)


@router.get("/groups/{group_id}/draws", **described(NOT_FOUND, INVALID))
async def group_draws(
    caller: Caller, group_id: GroupId, limit: cursors.Limit = 20, after: cursors.After = None
) -> PageOut[MonthlyDrawOut]:
    """List the draws of a circle opened so far, the newest instalment first."""
    found = await asyncio.to_thread(
        queries.draws_before,
        actor=caller,
        group_id=group_id,
        before=cursors.read_number(DRAWS, after),
        limit=limit + 1,
    )
    return cursors.page_of(
        found,
        limit,
        shape=draw_out,
        cursor=lambda held: cursors.written(DRAWS, held.row.instalment),
    )


@router.post(
    "/groups/{group_id}/draws",
    dependencies=[Depends(keys.demanded)],
    **described(NOT_FOUND, CONFLICT, body=True, said="The draw as it stands now."),
)
async def conduct_draw(caller: Caller, group_id: GroupId, sent: HoldDrawIn) -> MonthlyDrawOut:
    """Bring the draw of an instalment forward, or hold it; drawn already, it is shown."""
    await asyncio.to_thread(
        service.conduct_draw, actor=caller, group_id=group_id, instalment=sent.instalment
    )
    held = await asyncio.to_thread(
        queries.draw_of, actor=caller, group_id=group_id, instalment=sent.instalment
    )
    if held is None:
        raise errors.DrawNotFound(group_id=group_id, instalment=sent.instalment)
    return draw_out(held)


@router.post(
    "/groups/{group_id}/draws/{monthly_draw_id}/payouts",
    **described(
        NOT_FOUND,
        CONFLICT,
        body=True,
        status=HTTPStatus.CREATED,
        said="The payout.",
        links=_TO_CONFIRMATION,
    ),
)
async def record_payout(
    caller: Caller,
    group_id: GroupId,
    monthly_draw_id: Annotated[uuid.UUID, Path(description="A draw with a winner.")],
    key: keys.Key,
    sent: PayoutIn,
) -> PayoutOut:
    """Record that a prize, or a part of it, was handed to its winner."""
    await _check_currency(caller, group_id, sent.currency)
    row = await keys.once(
        service.record_payout,
        actor=caller,
        key=keys.own(caller, "payouts.record", key),
        group_id=group_id,
        monthly_draw_id=monthly_draw_id,
        amount_minor=sent.amount_minor,
        method=sent.method,
        reference=sent.reference,
        paid_at=sent.paid_at,
    )
    return payout_out(row)


@router.post("/payouts/{payout_id}/confirm", **described(NOT_FOUND, INVALID))
async def confirm_payout(
    caller: Caller, payout_id: Annotated[uuid.UUID, Path(description="The payout.")]
) -> PayoutOut:
    """Note that the winner says: received; said before, it is shown as it is."""
    with suppress(errors.AlreadyConfirmed):
        await asyncio.to_thread(service.confirm_payout, actor=caller, payout_id=payout_id)
    return payout_out(await asyncio.to_thread(queries.payout, actor=caller, payout_id=payout_id))


async def _check_currency(actor: Actor, group_id: uuid.UUID, sent: str | None) -> None:
    """Refuse an amount that was meant in another currency than the circle's."""
    if sent is None:
        return
    group = await asyncio.to_thread(
        queries.group_detail, actor=actor, group_id=group_id, now=clock.now()
    )
    if sent != group.currency:
        raise InvalidInput({"currency": f"This group counts in {group.currency}."})
