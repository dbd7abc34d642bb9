"""Tickets: a person's own, and any one as the public may see it."""

import re
import uuid
from dataclasses import replace

from sqlmodel import Session, col, select, tuple_

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.actors import Actor
from luckychit.domain.fairness.errors import DrawIsOver, NotLocked
from luckychit.domain.fairness.lcd1 import hashes
from luckychit.domain.fairness.lcd1.canonical import is_plain
from luckychit.domain.tickets import errors
from luckychit.domain.tickets.models import Draw, DrawStatus, Ticket
from luckychit.domain.tickets.operations.rows import draw_view
from luckychit.domain.tickets.operations.sealing import seal_of
from luckychit.domain.tickets.rules import outcome_of
from luckychit.domain.tickets.views import (
    DrawView,
    PublicTicket,
    TicketPage,
    TicketView,
    ticket_id_of,
)

MOST_PER_PAGE = 100
_TICKET_ID = re.compile(r"((?:DDL|LOBBY)-[0-9A-Z]{1,20})-([0-9]{5,9})", re.ASCII)


def tickets_of(
    user_id: uuid.UUID,
    draw_id: str | None = None,
    after: str | None = None,
    limit: int = 20,
    kind: str | None = None,
) -> TicketPage:
    """Return some of a person's tickets: the newest draw first, its last ticket first.

    Args:
        user_id: Whose.
        draw_id: Of one draw only.
        after: The cursor of the page before; anything else begins anew.
        limit: 1 to 100.
        kind: daily or room only; None for both.
    """
    limit = max(1, min(limit, MOST_PER_PAGE))
    wanted = (
        select(Ticket, Draw)
        .join(Draw, col(Draw.draw_id) == col(Ticket.draw_id))
        .where(col(Ticket.user_id) == user_id)
        .order_by(col(Ticket.draw_id).desc(), col(Ticket.position).desc())
        .limit(limit + 1)
    )
    if draw_id is not None:
        # A database text cannot hold a zero byte; no draw has such a number.
        known = draw_id if is_plain(draw_id) else ""
        wanted = wanted.where(col(Ticket.draw_id) == known)
    if kind is not None:
        wanted = wanted.where(col(Draw.kind) == kind)
    place = _place_of(after)
    if place is not None:
        wanted = wanted.where(tuple_(col(Ticket.draw_id), col(Ticket.position)) < tuple_(*place))
    with reading() as session:
        rows = session.exec(wanted).all()
        items = tuple(ticket_view(ticket, draw_view(draw)) for ticket, draw in rows[:limit])
    return TicketPage(items, items[-1].ticket_id if len(rows) > limit else None)


def public_ticket(ticket_id: str, actor: Actor | None) -> PublicTicket:
    """Return a ticket as anybody may see it; who owns it also gets what opens the owner.

    Args:
        ticket_id: As printed.
        actor: Who asks, if signed in.

    Raises:
        TicketUnknown: No ticket has this number.
    """
    with reading() as session:
        ticket, draw = found_ticket(session, ticket_id)
        # The winning ticket is public; whose it is, is not.
        view = replace(draw_view(draw), winner_id=None)
    user_id, salt = str(ticket.user_id), bytes(ticket.salt)
    is_mine = actor is not None and actor.user_id == ticket.user_id
    return PublicTicket(
        draw=view,
        ticket=ticket_view(ticket, view),
        owner=hashes.owner_hash(user_id, salt),
        seal=bytes(ticket.seal).hex(),
        is_seal_intact=is_seal_intact(ticket),
        has_inclusion=draw.locked_at is not None,
        is_mine=is_mine,
        owner_id=ticket.user_id if is_mine else None,
        salt=salt.hex() if is_mine else None,
    )


def found_ticket(session: Session, ticket_id: str) -> tuple[Ticket, Draw]:
    """Return a ticket and its draw.

    Raises:
        TicketUnknown: No ticket has this number.
    """
    place = _place_of(ticket_id)
    row = place and session.get(Ticket, place)
    if not row:
        raise errors.TicketUnknown(ticket_id=ticket_id)
    return row, session.get_one(Draw, row.draw_id)


def check_frozen(draw: Draw) -> None:
    """Refuse a draw whose list is not frozen: its places prove nothing yet.

    Raises:
        NotLocked: Tickets are still sold.
        DrawIsOver: It was called off before its list was frozen.
    """
    if draw.locked_at is None:
        is_open = draw.status == DrawStatus.OPEN.value
        raise (NotLocked if is_open else DrawIsOver)(draw_id=draw.draw_id)


def is_seal_intact(ticket: Ticket) -> bool:
    """Tell whether the stored seal is the one the server's secret gives."""
    made = seal_of(
        ticket.draw_id,
        ticket.position,
        user_id=str(ticket.user_id),
        issued_ms=ticket.issued_ms,
    )
    return made == bytes(ticket.seal).hex()


def ticket_view(ticket: Ticket, draw: DrawView) -> TicketView:
    """Return a ticket as its owner may see it; the outcome follows from the draw."""
    outcome = outcome_of(draw.status, is_winner=ticket.position == draw.winning_position)
    return TicketView(
        draw_id=ticket.draw_id,
        ticket_id=ticket_id_of(ticket.draw_id, ticket.position),
        position=ticket.position,
        client_seed=ticket.client_seed,
        issued_at=clock.from_ms(ticket.issued_ms),
        total_entries_at_purchase=ticket.total_entries_at_purchase,
        price=draw.price,
        outcome=outcome,
        prize=Money(draw.prize.amount_minor, draw.prize.currency) if outcome == "won" else None,
    )


def _place_of(ticket_id: str | None) -> tuple[str, int] | None:
    """Return draw and position of a printed number, None when it is not one."""
    match = _TICKET_ID.fullmatch(ticket_id or "")
    if match is None or match[2] != f"{int(match[2]):05d}":
        return None
    return match[1], int(match[2])
