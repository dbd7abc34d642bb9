"""What callers get back about draws and tickets: frozen facts, no rows."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from luckychit.core.money import Money

POSITION_DIGITS = 5
# Why the first announcement of a room that was started is void.
BROUGHT_FORWARD = "started by the host"


def ticket_id_of(draw_id: str, position: int) -> str:
    """Return a ticket's printed number: ``DDL-20261121-00042``.

    Args:
        draw_id: Of the draw.
        position: From 1.
    """
    return f"{draw_id}-{position:0{POSITION_DIGITS}d}"


class Order(NamedTuple):
    """Somebody wants to buy tickets of one draw.

    Args:
        draw_id: Named by the caller, so that a retry after midnight is still the same.
        user_id: The buyer, checked by the caller.
        key: Idempotency key made before sending, 1 to 80 plain characters.
        quantity: 1 to 100.
        client_seed: The buyer's own phrase, 1 to 64 plain ASCII characters.
    """

    draw_id: str
    user_id: uuid.UUID
    key: str
    quantity: int
    client_seed: str


class Sold(NamedTuple):
    """A purchase that is committed.

    Args:
        first_position: From 1; the tickets are this one and the next ``quantity - 1``.
        total_entries_at_purchase: Tickets of the draw once this purchase was made.
        cost: Paid in all.
        balance: What is left in the wallet; None for a repeat, which costs nothing.
        is_repeat: The key was known: these are the tickets bought then.
    """

    draw_id: str
    first_position: int
    quantity: int
    total_entries_at_purchase: int
    client_seed: str
    issued_at: datetime
    cost: Money
    balance: Money | None
    is_repeat: bool

    @property
    def ticket_ids(self) -> list[str]:
        """The printed numbers, in order."""
        places = range(self.first_position, self.first_position + self.quantity)
        return [ticket_id_of(self.draw_id, place) for place in places]


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw as anyone may see it.

    Args:
        status: open, locked, drawn or void.
        proof_id: The announcement in force; None for a day nobody could announce.
        prize: What the winner gets at the present count.
        winning_ticket_id: Once drawn.
        is_refunded: Void, and everybody has the money back.
    """

    draw_id: str
    kind: str
    status: str
    proof_id: str | None
    price: Money
    prize: Money
    fee_bps: int
    fewest_entries: int
    most_per_person: int
    total_entries: int
    opens_at: datetime
    locks_at: datetime
    locked_at: datetime | None
    closed_at: datetime | None
    winning_position: int | None
    winning_ticket_id: str | None
    winner_id: uuid.UUID | None
    void_reason: str
    is_refunded: bool


@dataclass(frozen=True, slots=True)
class TicketView:
    """One ticket, as its owner may see it.

    Args:
        outcome: waiting (not drawn yet), won, lost or refunded.
        prize: Of the winning ticket, else None.
    """

    draw_id: str
    ticket_id: str
    position: int
    client_seed: str
    issued_at: datetime
    total_entries_at_purchase: int
    price: Money
    outcome: str
    prize: Money | None


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Some of a person's tickets, newest first; ``after`` is the next page's cursor."""

    items: tuple[TicketView, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class PublicTicket:
    """One ticket, as anybody may see it: nothing tells who owns it.

    Args:
        is_seal_intact: The seal recomputed with the server's secret is the stored one.
        has_inclusion: The list is frozen, so the ticket file can prove its place in it.
        is_mine: The one who asks owns it.
        owner_id: For its owner only, with ``salt``: what opens the blinded owner.
    """

    draw: DrawView
    ticket: TicketView
    owner: str
    seal: str
    is_seal_intact: bool
    has_inclusion: bool
    is_mine: bool
    owner_id: uuid.UUID | None
    salt: str | None


@dataclass(frozen=True, slots=True)
class Pulse:
    """The few numbers of a draw that move on open screens."""

    draw_id: str
    kind: str
    status: str
    total_entries: int
    prize: Money
    locks_at: datetime
    changed_at: datetime
