"""The stored nodes of a draw's Merkle tree, so that a lock need not hash a million leaves."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session

from luckychit.core import driver
from luckychit.core.errors import InvariantBroken
from luckychit.domain.fairness.lcd1.merkle import merkle_root
from luckychit.domain.tickets.models import BLOCK_LEAVES

_LEAVES = text(
    "SELECT leaf FROM tickets WHERE draw_id = :draw_id"
    " AND position BETWEEN :first AND :last ORDER BY position"
)
_INSERT_BLOCK = text(
    "INSERT INTO ticket_blocks (draw_id, block, root) VALUES (:draw_id, :block, :root)"
)
_ROOTS = text("SELECT root FROM ticket_blocks WHERE draw_id = :draw_id ORDER BY block")


def store_full(session: Session, draw_id: str, *, first: int, leaves: Sequence[bytes]) -> None:
    """Store the root of every block that a sale completes.

    Args:
        session: The open transaction, which holds the draw's row.
        draw_id: Of a daily draw.
        first: Position of the first ticket sold.
        leaves: Of all tickets sold, in order; sent to the table before this.
    """
    last = first + len(leaves) - 1
    for block in range((first - 1) // BLOCK_LEAVES, last // BLOCK_LEAVES):
        begin = block * BLOCK_LEAVES + 1
        before = leaves_of(session, draw_id, begin, first - 1) if begin < first else []
        start = max(begin, first) - first
        mine = leaves[start : begin + BLOCK_LEAVES - first]
        root = merkle_root([*before, *mine])
        driver.change(session, _INSERT_BLOCK, {"draw_id": draw_id, "block": block, "root": root})


def leaves_of(session: Session, draw_id: str, first: int, last: int) -> list[bytes]:
    """Return the leaves from position ``first`` to ``last``, both included."""
    asked = {"draw_id": draw_id, "first": first, "last": last}
    return [leaf for (leaf,) in driver.rows_of(session, _LEAVES, asked)]


def roots_of(session: Session, draw_id: str) -> list[bytes]:
    """Return the roots of a draw's full blocks, in order."""
    return [bytes(root) for root in session.execute(_ROOTS, {"draw_id": draw_id}).scalars()]


def root_of(session: Session, draw_id: str, total: int) -> bytes:
    """Return the Merkle root over all tickets of a daily draw.

    A full block is a node of the tree, because its size is a power of two; the last,
    partial one is the rightmost node.

    Args:
        session: The open transaction, which holds the draw's row.
        draw_id: Of the draw.
        total: Tickets sold.

    Raises:
        InvariantBroken: A block or a leaf is missing.
    """
    roots = roots_of(session, draw_id)
    full, rest = divmod(total, BLOCK_LEAVES)
    tail = leaves_of(session, draw_id, full * BLOCK_LEAVES + 1, total) if rest else []
    if len(roots) != full or len(tail) != rest:
        raise InvariantBroken(draw_id=draw_id, blocks=len(roots), leaves=len(tail), total=total)
    return merkle_root([*roots, merkle_root(tail)] if tail else roots)
