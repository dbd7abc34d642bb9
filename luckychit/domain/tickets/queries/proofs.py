"""What proves a draw of tickets, or one ticket of it, to anybody."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, col, select

from luckychit.core.db import reading
from luckychit.domain.actors import Actor
from luckychit.domain.fairness import queries as fairness
from luckychit.domain.fairness.lcd1.merkle import inclusion_path, merkle_root
from luckychit.domain.tickets.models import BLOCK_LEAVES, Draw
from luckychit.domain.tickets.operations import blocks
from luckychit.domain.tickets.operations.listing import (
    READ_AT_ONCE,
    leaves,
    list_entry,
    list_terms,
    listed,
)
from luckychit.domain.tickets.queries.tickets import check_frozen, found_ticket


def bundle(proof_id: str) -> Iterator[bytes]:
    """Return the pieces of a draw's bundle; the whole list is never in memory.

    Args:
        proof_id: Of any draw, also one of a circle.

    Raises:
        DrawNotFound: No such draw; at once, not when the pieces are read.
    """
    view = fairness.proof(proof_id)
    if view.n is None or view.kind == "monthly":
        return iter([fairness.bundle(proof_id)])
    return _streamed(proof_id)


def _streamed(proof_id: str) -> Iterator[bytes]:
    with reading() as session:
        draw = session.exec(select(Draw).where(col(Draw.proof_id) == proof_id)).first()
    if draw is None:
        yield fairness.bundle(proof_id)
    else:
        yield from fairness.bundle_parts(proof_id, _entries(draw))


def _entries(draw: Draw) -> Iterator[dict[str, Any]]:
    """Yield a frozen list; between its portions no connection is held.

    Else a few strangers who read slowly would hold all the connections that pages need.
    """
    for first in range(1, draw.total_entries + 1, READ_AT_ONCE):
        places = range(first, min(first + READ_AT_ONCE, draw.total_entries + 1))
        with reading() as session:
            some = list(listed(session, draw, places=places))
        yield from some


def ticket_file(ticket_id: str, actor: Actor | None) -> bytes:
    """Return the proof of one ticket: the draw's, with a path in place of the list.

    Args:
        ticket_id: As printed.
        actor: Who asks; only the owner gets what opens the blinded owner.

    Raises:
        TicketUnknown: No ticket has this number.
        NotLocked: Tickets of the draw are still sold.
        DrawIsOver: The draw was called off before its list was frozen.
    """
    with reading() as session:
        ticket, draw = found_ticket(session, ticket_id)
        check_frozen(draw)
        entry = list_entry(ticket, list_terms(session, draw).opens_ms)
        path = _path(session, draw, ticket.position - 1)
    is_mine = actor is not None and actor.user_id == ticket.user_id
    return fairness.ticket_file(
        draw.proof_id or draw.draw_id,
        index=ticket.position - 1,
        ticket=entry,
        path=path,
        opening=(str(ticket.user_id), bytes(ticket.salt).hex()) if is_mine else None,
    )


def _path(session: Session, draw: Draw, index: int) -> list[bytes]:
    """Return the path of a ticket, from the leaves of its block and the blocks' roots."""
    if draw.kind == "room":
        return inclusion_path(list(leaves(session, draw)), index)
    block, place = divmod(index, BLOCK_LEAVES)
    first = block * BLOCK_LEAVES + 1
    near = blocks.leaves_of(session, draw.draw_id, first, first + BLOCK_LEAVES - 1)
    roots = blocks.roots_of(session, draw.draw_id)
    rest = blocks.leaves_of(
        session, draw.draw_id, len(roots) * BLOCK_LEAVES + 1, draw.total_entries
    )
    far = [*roots, merkle_root(rest)] if rest else roots
    return inclusion_path(near, place) + inclusion_path(far, block)
