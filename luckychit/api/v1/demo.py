"""What exists in demo mode only: play credit for the asking."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from luckychit.api import keys
from luckychit.api.callers import Caller
from luckychit.api.describe import PRIVATE, described
from luckychit.api.sent import Currency
from luckychit.api.shapes import MoneyOut, Sent, money
from luckychit.core.errors import InvalidInput
from luckychit.core.settings import settings
from luckychit.domain.wallet import rules, service

router = APIRouter(prefix="/api/demo", tags=["wallet"], dependencies=[PRIVATE])


class CreditIn(Sent):
    """How much play credit."""

    amount_minor: Annotated[
        int,
        Field(
            ge=rules.LEAST_PLAY_CREDIT_MINOR,
            le=rules.MOST_PLAY_CREDIT_MINOR,
            description="Minor units.",
            examples=[500],
        ),
    ]
    currency: Annotated[Currency, Field(description="That of the games.", examples=["USD"])]


class CreditOut(BaseModel):
    """What was added."""

    added: MoneyOut


@router.post(
    "/credit",
    **described(
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        body=True,
        status=HTTPStatus.CREATED,
        said="Added.",
    ),
)
async def add_play_credit(caller: Caller, key: keys.Key, sent: CreditIn) -> CreditOut:
    """Put play credit into the caller's wallet of the games; exists in demo mode only."""
    if settings().is_live:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    games = settings().games_currency
    if sent.currency != games:
        raise InvalidInput({"currency": f"Games are played in {games}."})
    added = await keys.once(
        service.add_play_credit,
        actor=caller,
        key=keys.own(caller, "demo.credit", key),
        amount_minor=sent.amount_minor,
    )
    return CreditOut(added=money(added))
