"""What players, visitors and admins are told of the daily draw."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from luckychit.core.money import Money
from luckychit.domain.tickets.views import DrawView


@dataclass(frozen=True, slots=True)
class Odds:
    """How the chances stand now: ``mine`` in ``total``, both in tickets."""

    mine: int
    total: int


@dataclass(frozen=True, slots=True)
class TodayView:
    """Today's draw for one player.

    Args:
        draw: The open one; None in the moments between two days.
        balance: What the player may spend, in the draw's currency.
        left_to_buy: Tickets the player may still buy (limit per person), 0 or more.
        excluded_until: The player took a break until then; None when not.
        latest: The draw before, until the next one ends: locked, drawn or void.
        my_latest_outcome: waiting, won, lost, refunded, or "" without a ticket in it.
    """

    draw: DrawView | None
    odds: Odds
    balance: Money
    left_to_buy: int
    excluded_until: datetime | None
    latest: DrawView | None
    my_latest_outcome: str


@dataclass(frozen=True, slots=True)
class MyDraw:
    """A past or present daily draw in which the player has tickets."""

    draw: DrawView
    mine: int
    outcome: str  # waiting, won, lost, refunded
    prize: Money | None


@dataclass(frozen=True, slots=True)
class PastDraw:
    """A finished daily draw as anyone may see it.

    ``winner_name`` is how the winner chose to be shown; "" when only the ticket is.
    """

    draw_id: str
    draw_date: date
    status: str  # drawn or void
    total_entries: int
    prize: Money
    winning_ticket_id: str | None
    void_reason: str
    closed_at: datetime
    winner_name: str = ""


@dataclass(frozen=True, slots=True)
class PublicToday:
    """What the home page shows to everybody."""

    draw: DrawView | None
    last_winner: PastDraw | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a draw's life for the admin.

    Args:
        name: COMMIT, LOCK, BEACON, RESULT, VOID, REFUND.
        happened_at: None when it has not happened.
        was_due_at: When it should have; None when nobody can say.
        late_s: Seconds it is (or was) late; 0 when in time.
        why: A sentence when it is late or was skipped, else "".
        log_hash: Of the entry in the public log; "" when none.
    """

    name: str
    happened_at: datetime | None
    was_due_at: datetime | None
    late_s: int
    why: str
    log_hash: str


@dataclass(frozen=True, slots=True)
class AdminDraw:
    """A draw for the admin: its state, its money and its steps."""

    draw: DrawView
    steps: tuple[Step, ...]
    sold: Money
    fee: Money
    players: int
    refunded_players: int


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Where a ticket stands in the frozen list.

    Args:
        leaf: Hash of the ticket as listed, hexadecimal.
        index: Place in the list, from 0.
        n: Tickets in the list.
        root: Of the list, as LOCK made it public.
        path: The neighbours that lead from the leaf to the root, lowest first.
        leads_to_root: They do.
    """

    leaf: str
    index: int
    n: int
    root: str
    path: tuple[str, ...]
    leads_to_root: bool


@dataclass(frozen=True, slots=True)
class TicketCheck:
    """What anybody's check of a ticket found.

    Args:
        is_seal_intact: The seal recomputed with the server's secret is the stored one.
        is_in_locked_list: None until the list is frozen.
        inclusion: The proof of it, once frozen.
    """

    ticket_id: str
    draw_id: str
    seal: str
    is_seal_intact: bool
    is_in_locked_list: bool | None
    inclusion: Inclusion | None


@dataclass(frozen=True, slots=True)
class Winnings:
    """A prize somebody won, for the notice and the member's own history."""

    user_id: uuid.UUID
    draw_id: str
    ticket_id: str
    prize: Money
