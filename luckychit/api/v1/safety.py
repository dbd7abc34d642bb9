"""The caller's own safety of play over HTTP: limits, breaks, reminders."""

import asyncio
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from luckychit.api.callers import Caller
from luckychit.api.describe import PRIVATE, described
from luckychit.api.shapes import Moment, MoneyOut, Sent, money
from luckychit.core import clock
from luckychit.core.money import Money
from luckychit.domain.safety import queries, service
from luckychit.domain.safety.rules import BREAK_DAYS
from luckychit.domain.safety.views import LimitView, SafetyView
from luckychit.domain.users.service import Actor

router = APIRouter(prefix="/api/safety", tags=["safety"], dependencies=[PRIVATE])


class PendingOut(BaseModel):
    """A higher limit, or none, that takes effect later."""

    amount: MoneyOut | None = Field(description="Null removes the limit.")
    takes_effect_at: Moment


class LimitOut(BaseModel):
    """One limit as it stands; weeks begin on Monday, and all periods are those of UTC."""

    kind: Literal["deposit", "play"]
    period: Literal["day", "week", "month"]
    limit: MoneyOut | None = Field(description="What counts now; null when there is none.")
    used: MoneyOut = Field(description="In the running period.")
    left: MoneyOut | None = Field(description="Null when there is no limit.")
    period_ends_at: Moment
    pending: PendingOut | None = Field(description="Null when nothing waits.")


class SafetyOut(BaseModel):
    """Everything the caller has set, and how it stands."""

    age: Literal["unknown", "too_young", "adult"]
    break_until: Moment | None = Field(description="Null when no break from games is taken.")
    reality_check_min: int | None = Field(description="Null is never.")
    limits: list[LimitOut]


class LimitIn(Sent):
    """A limit to set; lower counts at once, higher and none count 24 hours later."""

    kind: Literal["deposit", "play"]
    period: Literal["day", "week", "month"]
    amount_minor: Annotated[int, Field(ge=0, le=10**9)] | None = Field(
        description="In minor units of the games' currency; null is no limit.", examples=[5_000]
    )


class BreakIn(Sent):
    """A break from games; it cannot be ended early."""

    # As a number and not a choice of some: else true would be taken for one day.
    days: int = Field(json_schema_extra={"enum": list(BREAK_DAYS)})


class BreakOut(BaseModel):
    """Until when no games are offered to the caller."""

    break_until: Moment


class RealityCheckIn(Sent):
    """After how many minutes of play to be told how it stands."""

    minutes: Literal[15, 30, 60] | None


@router.get("", **described())
async def own_safety(actor: Caller) -> SafetyOut:
    """Show the caller's limits with what is used of them, breaks and reminders."""
    return await _shown(actor)


@router.put("/limits", **described(body=True))
async def set_limit(actor: Caller, sent: LimitIn) -> SafetyOut:
    """Set a limit. Asking for the present one takes back a raise that waits."""
    await asyncio.to_thread(
        service.set_limit,
        actor=actor,
        kind=sent.kind,
        period=sent.period,
        amount_minor=sent.amount_minor,
    )
    return await _shown(actor)


@router.post("/breaks", **described(body=True, status=HTTPStatus.CREATED, said="The break."))
async def take_break(actor: Caller, sent: BreakIn) -> BreakOut:
    """Take a break from games. A longer one extends it; a shorter one changes nothing."""
    until: datetime = await asyncio.to_thread(service.exclude_self, actor=actor, days=sent.days)
    return BreakOut(break_until=until)


@router.put("/reality-check", **described(body=True))
async def set_reality_check(actor: Caller, sent: RealityCheckIn) -> SafetyOut:
    """Set how often play is interrupted by how it stands."""
    await asyncio.to_thread(service.set_reality_check, actor=actor, minutes=sent.minutes)
    return await _shown(actor)


async def _shown(actor: Actor) -> SafetyOut:
    view = await asyncio.to_thread(queries.own_safety, actor=actor, now=clock.now())
    return _safety_out(view)


def _safety_out(view: SafetyView) -> SafetyOut:
    return SafetyOut.model_validate(
        {
            "age": view.age,
            "break_until": view.break_until,
            "reality_check_min": view.reality_check_min,
            "limits": [_limit_out(limit) for limit in view.limits],
        }
    )


def _limit_out(view: LimitView) -> LimitOut:
    pending = None
    if view.waits_until is not None:
        pending = PendingOut(amount=_maybe(view.waiting), takes_effect_at=view.waits_until)
    return LimitOut.model_validate(
        {
            "kind": view.kind,
            "period": view.period,
            "limit": _maybe(view.limit),
            "used": money(view.used),
            "left": _maybe(view.left),
            "period_ends_at": view.ends_at,
            "pending": pending,
        }
    )


def _maybe(amount: Money | None) -> MoneyOut | None:
    return None if amount is None else money(amount)
