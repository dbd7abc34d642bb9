"""Single tickets of the daily draw: their seals, and anybody's check of one."""

import json

from sqlmodel import col, select

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.domain.actors import Actor
from luckychit.domain.fairness.lcd1 import hashes
from luckychit.domain.fairness.lcd1.merkle import root_from_path
from luckychit.domain.lottery.views import Inclusion, TicketCheck
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.tickets.models import Ticket
from luckychit.domain.tickets.operations.sealing import seal_of
from luckychit.domain.tickets.views import Sold


def fresh_seals(*, actor: Actor, sold: Sold) -> list[str]:
    """Return the seals of tickets just bought, in order, without reading them back.

    Args:
        actor: The buyer.
        sold: The purchase; not a repeat, whose seals may be older than the secret.
    """
    user_id, issued_ms = str(actor.user_id), clock.to_ms(sold.issued_at)
    places = range(sold.first_position, sold.first_position + sold.quantity)
    return [
        seal_of(sold.draw_id, position, user_id=user_id, issued_ms=issued_ms) for position in places
    ]


def stored_seals(*, sold: Sold) -> list[str]:
    """Return the seals of a purchase as they were written, in order."""
    last = sold.first_position + sold.quantity - 1
    with reading() as session:
        rows = session.exec(
            select(Ticket.seal)
            .where(
                Ticket.draw_id == sold.draw_id,
                col(Ticket.position).between(sold.first_position, last),
            )
            .order_by(col(Ticket.position))
        )
        return [bytes(seal).hex() for seal in rows]


def check_ticket(ticket_id: str) -> TicketCheck:
    """Check a ticket as anybody may: its seal, and its place in the frozen list.

    Args:
        ticket_id: As printed.

    Raises:
        TicketUnknown: No ticket has this number.
    """
    found = tickets.public_ticket(ticket_id, None)
    inclusion = _inclusion(ticket_id) if found.has_inclusion else None
    return TicketCheck(
        ticket_id=found.ticket.ticket_id,
        draw_id=found.ticket.draw_id,
        seal=found.seal,
        is_seal_intact=found.is_seal_intact,
        is_in_locked_list=None if inclusion is None else inclusion.leads_to_root,
        inclusion=inclusion,
    )


def _inclusion(ticket_id: str) -> Inclusion:
    file = json.loads(tickets.ticket_file(ticket_id, None))
    index, n, root, path = file["index"], file["n"], file["root"], tuple(file["path"])
    leaf = hashes.leaf(hashes.params_hash(file["params"]), index, file["ticket"])
    neighbours = [bytes.fromhex(node) for node in path]
    return Inclusion(
        leaf=leaf.hex(),
        index=index,
        n=n,
        root=root,
        path=path,
        leads_to_root=root_from_path(leaf, index, n, neighbours).hex() == root,
    )
