"""Shapes of rooms in the API: the public promise."""

import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from luckychit.api.sent import Name
from luckychit.api.shapes import Moment, MoneyOut, Sent, money
from luckychit.domain.rooms.rules import LEAST_PRICE_MINOR, LONGEST_TYPED, MOST_PRICE_MINOR
from luckychit.domain.rooms.views import Participant, RoomRow, RoomView

Code = Annotated[str, Field(description="8 letters and digits.", examples=["ABCD2345"])]
Status = Literal["waiting", "starting", "locked", "drawn", "void"]


class RoomIn(Sent):
    """A room to make; its tickets are paid in the currency of the games."""

    name: Annotated[Name, Field(examples=["Friday table"])]
    ticket_price_minor: int = Field(
        ge=LEAST_PRICE_MINOR, le=MOST_PRICE_MINOR, description="Minor units.", examples=[100]
    )
    max_participants: int = Field(
        default=50, ge=2, le=50, description="The host included.", examples=[10]
    )


class ComingIn(Sent):
    """The code of the room; needed when the address names the room by its id."""

    code: Annotated[
        str | None,
        Field(
            max_length=LONGEST_TYPED,
            description="As typed: capitals, blanks and dashes do not matter.",
            examples=["abcd-2345"],
        ),
    ] = None


class TicketIn(Sent):
    """The phrase that the buyer mixes into the draw; public later."""

    client_seed: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=64,
            pattern=r"^[ !#-\[\]-~]+$",
            description='Plain ASCII without " and \\. Without one it follows from the key.',
            examples=["chai first"],
        ),
    ] = None


class ParticipantOut(BaseModel):
    """Somebody in a room; ``ticket_position`` counts from 1 and is null without a ticket."""

    full_name: str = Field(examples=["Ravi Kumar"])
    is_host: bool
    is_me: bool
    has_ticket: bool
    ticket_position: int | None
    is_winner: bool


class RoomOut(BaseModel):
    """A room as one of the people in it sees it."""

    room_id: uuid.UUID
    code: Code
    name: str = Field(examples=["Friday table"])
    status: Status
    draw_id: str = Field(examples=["LOBBY-ABCD2345"])
    proof_id: str = Field(
        description="Of the announcement in force: /draws/{draw_id}.", examples=["LOBBY-ABCD2345-2"]
    )
    host_name: str = Field(examples=["Meera Rao"])
    is_host: bool
    ticket_price: MoneyOut
    fee_bps: int = Field(examples=[500])
    prize_pool: MoneyOut
    total_entries: int = Field(examples=[3])
    max_participants: int = Field(examples=[10])
    participants: list[ParticipantOut]
    my_ticket_id: str | None = Field(examples=["LOBBY-ABCD2345-00001"])
    can_buy: bool
    can_start: bool
    can_cancel: bool
    wallet: MoneyOut = Field(description="What the caller may spend.")
    created_at: Moment
    expires_at: Moment
    started_at: Moment | None
    locks_at: Moment | None
    finished_at: Moment | None
    winner_name: str | None = Field(examples=["Ravi Kumar"])
    winning_ticket_id: str | None = Field(examples=["LOBBY-ABCD2345-00002"])
    void_reason: str | None = Field(examples=["called off"])


class RoomLineOut(BaseModel):
    """A room in the caller's list."""

    room_id: uuid.UUID
    code: Code
    name: str = Field(examples=["Friday table"])
    status: Status
    is_host: bool
    ticket_price: MoneyOut
    prize_pool: MoneyOut
    participants: int = Field(examples=[4])
    max_participants: int = Field(examples=[10])
    has_ticket: bool
    outcome: Literal["waiting", "won", "lost", "refunded"] | None
    created_at: Moment


class RoomTicketOut(BaseModel):
    """The ticket that was bought, and the room as it is now."""

    ticket_id: str = Field(examples=["LOBBY-ABCD2345-00001"])
    client_seed: str = Field(examples=["chai first"])
    is_repeat: bool
    room: RoomOut


def room_out(view: RoomView) -> RoomOut:
    """Return a room as the API writes it."""
    return RoomOut(
        room_id=view.lobby_id,
        code=view.code,
        name=view.name,
        status=view.status,
        draw_id=view.draw_id,
        proof_id=view.proof_id,
        host_name=view.host_name,
        is_host=view.is_host,
        ticket_price=money(view.price),
        fee_bps=view.fee_bps,
        prize_pool=money(view.prize),
        total_entries=view.total_entries,
        max_participants=view.max_participants,
        participants=[_participant(person) for person in view.participants],
        my_ticket_id=view.my_ticket_id,
        can_buy=view.can_buy,
        can_start=view.can_start,
        can_cancel=view.can_cancel,
        wallet=money(view.balance),
        created_at=view.created_at,
        expires_at=view.expires_at,
        started_at=view.started_at,
        locks_at=view.locks_at,
        finished_at=view.closed_at,
        winner_name=view.winner_name or None,
        winning_ticket_id=view.winning_ticket_id,
        void_reason=view.void_reason or None,
    )


def _participant(person: Participant) -> ParticipantOut:
    return ParticipantOut(
        full_name=person.full_name,
        is_host=person.is_host,
        is_me=person.is_me,
        has_ticket=person.has_ticket,
        ticket_position=person.ticket_position,
        is_winner=person.is_winner,
    )


def room_line(row: RoomRow) -> RoomLineOut:
    """Return a room of a list as the API writes it."""
    return RoomLineOut(
        room_id=row.lobby_id,
        code=row.code,
        name=row.name,
        status=row.status,
        is_host=row.is_host,
        ticket_price=money(row.price),
        prize_pool=money(row.prize),
        participants=row.participants,
        max_participants=row.max_participants,
        has_ticket=row.has_ticket,
        outcome=row.outcome or None,
        created_at=row.created_at,
    )
