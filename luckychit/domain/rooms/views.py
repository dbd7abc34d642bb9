"""What the people of a room are told. Only its members see it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from luckychit.core.money import Money


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody in a room.

    Args:
        ticket_position: From 1; None without a ticket.
    """

    user_id: uuid.UUID
    full_name: str
    is_host: bool
    is_me: bool
    has_ticket: bool
    ticket_position: int | None
    is_winner: bool


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room for one of its members.

    Args:
        status: waiting (selling, not started), starting (announced, still selling),
            locked, drawn or void.
        draw_id: Of the draw whose tickets these are, ``LOBBY-<code>``.
        proof_id: Its announcement in force.
        prize: At the present count.
        locks_at: Once started: when the list freezes.
        expires_at: When a room that was not started is paid back.
        can_buy: This member may buy a ticket now.
        can_start: This member is the host and enough tickets are sold.
        why_not: A sentence when the host cannot start yet, else "".
    """

    lobby_id: uuid.UUID
    code: str
    name: str
    status: str
    draw_id: str
    proof_id: str
    host_name: str
    is_host: bool
    price: Money
    fee_bps: int
    prize: Money
    total_entries: int
    max_participants: int
    participants: tuple[Participant, ...]
    my_ticket_id: str | None
    can_buy: bool
    can_start: bool
    can_cancel: bool
    why_not: str
    balance: Money
    created_at: datetime
    expires_at: datetime
    started_at: datetime | None
    locks_at: datetime | None
    closed_at: datetime | None
    winner_name: str
    winning_ticket_id: str | None
    void_reason: str


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room in a member's list, newest first."""

    lobby_id: uuid.UUID
    code: str
    name: str
    status: str
    is_host: bool
    price: Money
    prize: Money
    participants: int
    max_participants: int
    has_ticket: bool
    outcome: str  # waiting, won, lost, refunded, "" without a ticket
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """What somebody with the code sees before joining.

    Args:
        problem: Why nobody can join now, else "".
    """

    code: str
    name: str
    host_name: str
    price: Money
    fee_bps: int
    participants: int
    max_participants: int
    is_member: bool
    problem: str
