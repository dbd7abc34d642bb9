"""The caller's wallets over HTTP: what is in them, and what came and went."""

import asyncio
import uuid
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from luckychit.api import cursors
from luckychit.api.callers import Caller
from luckychit.api.describe import PRIVATE, described
from luckychit.api.sent import SentMoment
from luckychit.api.shapes import Moment, MoneyOut, PageOut, money
from luckychit.core.settings import settings
from luckychit.domain.wallet import queries
from luckychit.domain.wallet.views import StatementFilter, StatementLine, WalletView

KIND = "transactions"
INVALID = 422

router = APIRouter(prefix="/api/wallet", tags=["wallet"], dependencies=[PRIVATE])


class WalletOut(BaseModel):
    """What the caller has in one currency.

    ``is_for_play``: demo or play credit, which was not paid for and cannot be taken out.
    """

    currency: str = Field(examples=["USD"])
    balance: MoneyOut
    pending_withdrawal: MoneyOut
    is_for_play: bool
    can_add_play_credit: bool


class WalletsOut(BaseModel):
    """The caller's wallets: that of the games first."""

    items: list[WalletOut]
    next: None = None


class TransactionOut(BaseModel):
    """One movement of a wallet; plus came in, minus went out."""

    transaction_id: uuid.UUID
    type: str = Field(examples=["ticket_purchase"])
    status: Literal["completed", "reversed"]
    amount: MoneyOut
    balance_after: MoneyOut
    reference: str = Field(examples=["DDL-20270301"])
    happened_at: Moment


@router.get("", **described())
async def get_wallets(caller: Caller) -> WalletsOut:
    """Show what the caller has, in each currency."""
    found = await asyncio.to_thread(queries.wallets_of, caller)
    return WalletsOut(items=[_wallet(view) for view in found])


@router.get("/transactions", **described(INVALID))
async def list_transactions(
    caller: Caller,
    *,
    currency: Annotated[
        str | None,
        Query(pattern="^[A-Z]{3}$", description="Of the wallet; that of the games without it."),
    ] = None,
    kind: Annotated[
        str | None,
        Query(
            alias="type",
            pattern="^[a-z_]{1,30}$",
            description="Only these, such as `ticket_purchase`.",
        ),
    ] = None,
    since: Annotated[SentMoment | None, Query(alias="from", description="From then on.")] = None,
    until: Annotated[SentMoment | None, Query(alias="to", description="Before then.")] = None,
    limit: cursors.Limit = 20,
    after: cursors.After = None,
) -> PageOut[TransactionOut]:
    """List the movements of one wallet, the newest first, with the balance after each."""
    page = await asyncio.to_thread(
        queries.statement,
        actor=caller,
        currency=currency or settings().games_currency,
        wanted=StatementFilter(kinds=(kind,) if kind else (), since=since, until=until),
        before=cursors.read_number(KIND, after),
        limit=limit,
    )
    following = None if page.before is None else cursors.written(KIND, page.before)
    return PageOut(items=[_transaction(line) for line in page.lines], next=following)


def _wallet(view: WalletView) -> WalletOut:
    return WalletOut(
        currency=view.currency,
        balance=money(view.balance),
        pending_withdrawal=money(view.pending_withdrawal),
        is_for_play=view.is_for_play,
        can_add_play_credit=view.can_add_play_credit,
    )


def _transaction(line: StatementLine) -> TransactionOut:
    return TransactionOut(
        transaction_id=line.transaction_id,
        type=line.kind,
        status=line.status,
        amount=money(line.amount),
        balance_after=money(line.balance_after),
        reference=line.reference,
        happened_at=line.happened_at,
    )
