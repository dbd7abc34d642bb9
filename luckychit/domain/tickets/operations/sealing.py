"""Makes the tickets of one sale: salt, seal and Merkle leaf of each. Pure but for chance."""

import secrets
from dataclasses import dataclass, field

from luckychit.core.settings import settings
from luckychit.domain.fairness.lcd1 import hashes
from luckychit.domain.tickets.rules import Accepted, Terms
from luckychit.domain.tickets.views import Order, ticket_id_of


@dataclass(frozen=True, slots=True)
class Batch:
    """The accepted orders of a sale, once the draw's row is ours.

    Args:
        first: Position of the first ticket.
        count: Tickets in all.
        params_hash: Of the announcement in force, 32 bytes.
        issued_ms: The moment of the sale, in milliseconds since 1970.
    """

    terms: Terms
    orders: list[tuple[Order, Accepted]]
    first: int
    count: int
    params_hash: bytes
    issued_ms: int

    @property
    def has_leaves(self) -> bool:
        """False for a room: its leaves hang on an announcement that is yet to come."""
        return self.terms.kind == "daily"


@dataclass(slots=True)
class Lines:
    """The columns of new tickets, in order of position."""

    salts: bytes
    user_ids: list[str] = field(default_factory=list)
    # Only the first ticket of a purchase has a key ("" on the others) and a quantity.
    keys: list[str] = field(default_factory=list)
    quantities: list[int | None] = field(default_factory=list)
    held_counts: list[int] = field(default_factory=list)
    client_seeds: list[str] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    seals: list[bytes] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)


def sealed(batch: Batch) -> Lines:
    """Return the tickets of a batch."""
    lines = Lines(salts=secrets.token_bytes(hashes.SALT_BYTES * batch.count))
    secret = seal_secret()
    for order, accepted in batch.orders:
        others = order.quantity - 1
        last = batch.first + accepted.offset + others
        lines.user_ids += [accepted.owner] * order.quantity
        lines.keys += [order.key, *[""] * others]
        lines.quantities += [order.quantity, *[None] * others]
        lines.held_counts += range(accepted.held + 1, accepted.held + order.quantity + 1)
        lines.client_seeds += [order.client_seed] * order.quantity
        lines.totals += [last] * order.quantity
        for place in range(accepted.offset, accepted.offset + order.quantity):
            _add(lines, batch, order.client_seed, accepted.owner, place, secret)
    return lines


def seal_secret() -> str:
    """Return the server's own secret in every seal."""
    return settings().secret("ticket-seal").hex()


def seal_of(draw_id: str, position: int, *, user_id: str, issued_ms: int) -> str:
    """Return the seal that the server's secret gives a ticket, in hexadecimal.

    Args:
        draw_id: Of the draw.
        position: From 1.
        user_id: Of the owner.
        issued_ms: When it was sold, in milliseconds since 1970.
    """
    return hashes.seal(
        ticket_id=ticket_id_of(draw_id, position),
        draw_id=draw_id,
        user_id=user_id,
        position=position,
        issued_ms=issued_ms,
        secret=seal_secret(),
    )


def _add(lines: Lines, batch: Batch, client_seed: str, owner: str, place: int, secret: str) -> None:
    draw_id, issued_ms = batch.terms.draw_id, batch.issued_ms
    position = batch.first + place
    ticket_id = ticket_id_of(draw_id, position)
    seal = hashes.seal_digest(ticket_id, draw_id, owner, position, issued_ms, secret)
    lines.seals.append(seal)
    if batch.has_leaves:
        at = place * hashes.SALT_BYTES
        blinded = hashes.owner_digest(owner, lines.salts[at : at + hashes.SALT_BYTES])
        lines.leaves.append(
            hashes.leaf_digest(
                batch.params_hash, position - 1, ticket_id, blinded, client_seed, issued_ms, seal
            )
        )
