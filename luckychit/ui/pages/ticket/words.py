"""One ticket in words."""

from dataclasses import dataclass

from luckychit.core import clock
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.tickets.views import PublicTicket
from luckychit.domain.users.service import Actor
from luckychit.ui import text
from luckychit.ui.pages.draw.games import (
    closed_words,
    ticket_number,
    title_of,
    utc_moment,
)

_OUTCOMES = {
    "waiting": ("open", "In the draw"),
    "won": ("won", "Won"),
    "lost": ("drawn", "Not picked"),
    "refunded": ("bad", "Called off"),
}


@dataclass
class TicketText:
    """A ticket, ready to draw."""

    ticket_id: str = ""
    number: str = ""
    draw_id: str = ""
    draw_title: str = ""
    draw_href: str = ""
    chip: str = ""
    chip_text: str = ""
    outcome: str = ""
    outcome_words: str = ""
    prize: str = ""
    place: str = ""
    bought: str = ""
    bought_ms: int = 0
    price: str = ""
    phrase: str = ""
    seal: str = ""
    seal_words: str = ""
    is_seal_intact: bool = True
    owner: str = ""
    is_mine: bool = False
    owner_id: str = ""
    salt: str = ""
    has_file: bool = False
    file: str = ""
    file_name: str = ""
    command: str = ""
    later: str = ""


def read_ticket(ticket_id: str, who: Actor | None) -> TicketText:
    """Read what is public of a ticket, and what opens its owner for the owner alone.

    Raises:
        NotFound: No such ticket.
    """
    return ticket_text(tickets.public_ticket(ticket_id, who))


def ticket_text(found: PublicTicket) -> TicketText:
    """Put a ticket in words."""
    draw, ticket = found.draw, found.ticket
    chip, chip_text = _OUTCOMES.get(ticket.outcome, ("", ticket.outcome.capitalize()))
    file_name = f"{ticket.ticket_id}.json"
    return TicketText(
        ticket_id=ticket.ticket_id,
        number=ticket_number(ticket.ticket_id),
        draw_id=draw.draw_id,
        draw_title=title_of(draw),
        draw_href=f"/draws/{draw.draw_id}",
        chip=chip,
        chip_text=chip_text,
        outcome=ticket.outcome,
        outcome_words=_outcome_words(found),
        prize=ticket.prize.text() if ticket.prize else "",
        place=_place(found),
        bought=utc_moment(ticket.issued_at, to_the_second=True),
        bought_ms=clock.to_ms(ticket.issued_at),
        price=ticket.price.text(),
        phrase=ticket.client_seed,
        seal=found.seal,
        seal_words=_seal_words(found),
        is_seal_intact=found.is_seal_intact,
        owner=found.owner,
        is_mine=found.is_mine,
        owner_id=str(found.owner_id) if found.owner_id else "",
        salt=found.salt or "",
        has_file=found.has_inclusion,
        file=f"/api/tickets/{ticket.ticket_id}/file",
        file_name=file_name,
        command=f"python3 verify.py {file_name}",
        later=_later(found),
    )


def _place(found: PublicTicket) -> str:
    ticket, draw = found.ticket, found.draw
    total = text.number(draw.total_entries)
    if draw.status == "open":
        return f"Number {text.number(ticket.position)}, of {total} so far"
    return f"Number {text.number(ticket.position)} of {total}"


def _outcome_words(found: PublicTicket) -> str:
    draw = found.draw
    if found.ticket.outcome == "refunded":
        return closed_words(draw)
    if found.ticket.outcome == "won":
        if found.is_mine:
            return "You won with it. The prize is in your wallet."
        return "This ticket won. The prize is in the wallet of its owner."
    if found.ticket.outcome == "lost":
        return f"Ticket {ticket_number(draw.winning_ticket_id)} won this draw."
    if draw.status == "locked":
        return "The list is closed. The result is being worked out."
    return f"The draw closes on {utc_moment(draw.locks_at)}." if draw.kind == "daily" else ""


def _seal_words(found: PublicTicket) -> str:
    if not found.is_seal_intact:
        return "Broken: the ticket differs from what was sealed when it was bought. Please tell us."
    return "Intact. We worked the seal out again just now: nothing was changed since it was bought."


def _later(found: PublicTicket) -> str:
    """Say when its place can be proved; "" when it can be now, or never will be."""
    if found.has_inclusion or found.draw.status == "void":
        return ""
    when = "at 00:00 UTC" if found.draw.kind == "daily" else "when the room's list closes"
    return (
        f"The list of tickets is frozen {when}. From then on your own device can prove here that "
        "this ticket is in it, and has been since you bought it."
    )
