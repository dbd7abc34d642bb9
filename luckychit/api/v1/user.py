"""The caller's own account over HTTP."""

import asyncio
import uuid
from datetime import date
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from luckychit.api.callers import Caller
from luckychit.api.describe import PRIVATE, described
from luckychit.api.sent import BirthDate
from luckychit.api.shapes import Moment, MoneyOut, Sent, money
from luckychit.core.threads import slowly
from luckychit.domain.users import queries
from luckychit.domain.users import service as users
from luckychit.domain.users.service import Actor
from luckychit.domain.wallet import queries as wallets

router = APIRouter(prefix="/api/user", tags=["account"], dependencies=[PRIVATE])


class ProfileIn(Sent):
    """What to change; what is left out stays. Null takes a login or the public name away."""

    full_name: str = Field(default_factory=str, max_length=100, examples=["Ravi Kumar"])
    email: str | None = Field(default=None, max_length=254, examples=["ravi@example.com"])
    mobile_number: str | None = Field(default=None, max_length=25, examples=["98765 43210"])
    username: str | None = Field(default=None, max_length=30, examples=["ravi.k"])
    public_name: str | None = Field(
        default=None,
        max_length=30,
        examples=["Ravi from Pune"],
        description="How a winner is shown to everybody; null shows only the ticket.",
    )
    birth_date: BirthDate = Field(
        default_factory=lambda: date.min, description="Given once.", examples=["1990-12-31"]
    )
    language: Literal["en", "hi"] = Field(default_factory=lambda: "en")
    theme: Literal["system", "light", "dark"] = Field(default_factory=lambda: "system")
    current_password: str | None = Field(
        default=None,
        max_length=256,
        description="Needed to change email, mobile_number or username.",
    )


class ProfileWalletOut(BaseModel):
    """What the caller has in one currency."""

    currency: str = Field(examples=["INR"])
    balance: MoneyOut
    pending_withdrawal: MoneyOut
    is_for_play: bool


class ProfileOut(BaseModel):
    """The caller's own account; null where nothing is known."""

    user_id: uuid.UUID
    role: Literal["admin", "manager", "member"]
    full_name: str
    email: str | None
    email_is_verified: bool
    mobile_number: str | None = Field(examples=["+919876543210"])
    username: str | None
    public_name: str | None
    birth_date: date | None
    language: Literal["en", "hi"]
    theme: Literal["system", "light", "dark"]
    created_at: Moment
    wallets: list[ProfileWalletOut]


@router.get("/profile", **described())
async def profile(actor: Caller) -> ProfileOut:
    """Show the caller's own account and wallets."""
    return await asyncio.to_thread(_profile_out, actor)


@router.patch("/profile", **described(HTTPStatus.CONFLICT, body=True))
async def change_profile(actor: Caller, sent: ProfileIn) -> ProfileOut:
    """Change what is sent of the caller's own account, all of it or nothing."""
    fields = sent.model_dump(exclude_unset=True)
    await slowly(users.update_profile, actor=actor, **fields)
    return await asyncio.to_thread(_profile_out, actor)


def _profile_out(actor: Actor) -> ProfileOut:
    view = queries.profile(actor=actor)
    return ProfileOut(
        user_id=actor.user_id,
        role=view.role,
        full_name=view.full_name,
        email=view.email or None,
        email_is_verified=view.email_is_verified,
        mobile_number=view.mobile_number or None,
        username=view.username or None,
        public_name=view.public_name or None,
        birth_date=view.birth_date,
        language=view.language,
        theme=view.theme,
        created_at=view.created_at,
        wallets=[
            ProfileWalletOut(
                currency=wallet.currency,
                balance=money(wallet.balance),
                pending_withdrawal=money(wallet.pending_withdrawal),
                is_for_play=wallet.is_for_play,
            )
            for wallet in wallets.wallets_of(actor)
        ],
    )
