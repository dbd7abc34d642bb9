"""Shapes of the daily draw in the API: the public promise."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from luckychit.api.shapes import Moment, MoneyOut


class CurrentDrawOut(BaseModel):
    """The draw that sells now; keep the two hashes to check the result against them."""

    draw_id: str = Field(examples=["DDL-20270301"])
    draw_date: str = Field(examples=["2027-03-01"])
    status: str
    prize_pool: MoneyOut
    total_entries: int
    ticket_price: MoneyOut
    fee_bps: int
    most_per_person: int
    fewest_entries: int
    commitment_hash: str
    commit_log_hash: str
    opens_at: Moment
    locks_at: Moment
    now: Moment


class PurchaseIn(BaseModel):
    """What to buy. Without ``draw_id``: the draw that sells now."""

    model_config = ConfigDict(extra="forbid")

    quantity: int = Field(default=1, ge=1, le=100, examples=[1])
    client_seed: str | None = Field(
        default=None,
        min_length=1,
        max_length=64,
        pattern=r"^[ !#-\[\]-~]+$",
        description='Your phrase, mixed into the draw and public later: no " and no \\.',
        examples=["chai first"],
    )
    draw_id: str | None = Field(default=None, max_length=40, examples=["DDL-20270301"])
    key: str | None = Field(
        default=None,
        min_length=1,
        max_length=80,
        description="Instead of the header `Idempotency-Key`.",
        examples=["0191e0c4-6d1c-7b3e-9c57-1f2a3b4c5d6e"],
    )


class BoughtTicketOut(BaseModel):
    """A sealed ticket; ``position`` counts from 1."""

    ticket_id: str = Field(examples=["DDL-20270301-00042"])
    draw_id: str = Field(examples=["DDL-20270301"])
    position: int
    ticket_hash: str
    client_seed: str = Field(examples=["chai first"])
    issued_at: Moment


class PurchaseOut(BaseModel):
    """A committed purchase; ``wallet`` is null for a repeat, which cost nothing."""

    tickets: list[BoughtTicketOut]
    total_entries_at_purchase: int
    cost: MoneyOut
    wallet: MoneyOut | None
    is_repeat: bool


class LastWinnerOut(BaseModel):
    """The newest draw that somebody won."""

    draw_id: str = Field(examples=["DDL-20270301"])
    draw_date: str = Field(examples=["2027-03-01"])
    ticket_id: str = Field(examples=["DDL-20270301-00042"])
    winner_name: str | None = Field(
        description="As the winner chose to be shown; null is not at all.", examples=["Ravi K."]
    )
    prize: MoneyOut
    total_entries: int
    finished_at: Moment


class TicketOut(BaseModel):
    """An own ticket; outcome is waiting, won, lost or refunded."""

    ticket_id: str = Field(examples=["DDL-20270301-00042"])
    draw_id: str = Field(examples=["DDL-20270301"])
    position: int
    client_seed: str = Field(examples=["chai first"])
    issued_at: Moment
    total_entries_at_purchase: int
    price: MoneyOut
    outcome: Literal["waiting", "won", "lost", "refunded"]
    prize: MoneyOut | None


class InclusionOut(BaseModel):
    """Where the ticket stands in the frozen list: ``index`` from 0 of ``n``, and its path.

    Source of the path: RFC 6962 section 2.1.1, lowest neighbour first.
    """

    leaf: str
    index: int
    n: int
    root: str
    path: list[str]


class TicketCheckOut(BaseModel):
    """What a check of a ticket found. ``in_locked_list`` is null until the list is frozen."""

    valid: bool
    ticket_id: str = Field(examples=["DDL-20270301-00042"])
    draw_id: str = Field(examples=["DDL-20270301"])
    seal: str
    seal_ok: bool
    in_locked_list: bool | None
    inclusion_proof: InclusionOut | None
