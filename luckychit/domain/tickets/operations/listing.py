"""The public list of a draw, made from its tickets: what its proof is over."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from luckychit.core import clock
from luckychit.domain.fairness import queries as proofs
from luckychit.domain.fairness.lcd1 import hashes
from luckychit.domain.tickets.models import Draw, Ticket
from luckychit.domain.tickets.views import ticket_id_of

READ_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class ListTerms:
    """What a draw's list depends on beside its tickets: the announcement in force.

    Args:
        opens_ms: No entry counts from before this, in milliseconds since 1970.
        params_hash: 32 bytes.
    """

    opens_ms: int
    params_hash: bytes


def list_terms(session: Session, draw: Draw) -> ListTerms:
    """Return what the announcement in force says about a draw's list."""
    view = proofs.view_of(session, draw.proof_id or draw.draw_id)
    return ListTerms(clock.to_ms(view.opens_at), bytes.fromhex(view.params_hash))


def list_entry(ticket: Any, opens_ms: int) -> dict[str, Any]:
    """Return a ticket as the public list has it.

    An entry of a room counts from the announcement in force, which may be later than
    the sale.

    Args:
        ticket: A row of tickets.
        opens_ms: See :class:`ListTerms`.
    """
    return {
        "ticket_id": ticket_id_of(ticket.draw_id, ticket.position),
        "owner": hashes.owner_hash(str(ticket.user_id), bytes(ticket.salt)),
        "client_seed": ticket.client_seed,
        "issued_ms": max(ticket.issued_ms, opens_ms),
        "seal": bytes(ticket.seal).hex(),
    }


def listed(
    session: Session, draw: Draw, *, places: range | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the public list of a draw, in order, read in portions.

    Args:
        session: The open transaction.
        draw: Whose list.
        places: Only these positions, from 1; None for all.
    """
    opens_ms = list_terms(session, draw).opens_ms
    wanted = col(Ticket.draw_id) == draw.draw_id
    if places is not None:
        wanted &= col(Ticket.position).between(places.start, places.stop - 1)
    rows = session.execute(
        select(  # type: ignore[call-overload]
            Ticket.draw_id,
            Ticket.position,
            Ticket.user_id,
            Ticket.salt,
            Ticket.client_seed,
            Ticket.issued_ms,
            Ticket.seal,
        )
        .where(wanted)
        .order_by(col(Ticket.position)),
        execution_options={"stream_results": True, "yield_per": READ_AT_ONCE},
    )
    for row in rows:
        yield list_entry(row, opens_ms)


def leaves(session: Session, draw: Draw) -> Iterator[bytes]:
    """Yield the Merkle leaves of a draw's list, made anew from its tickets."""
    ph = list_terms(session, draw).params_hash
    for index, entry in enumerate(listed(session, draw)):
        yield hashes.leaf(ph, index, entry)
