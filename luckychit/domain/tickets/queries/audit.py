"""The audit of draws and tickets, beside the ledger's own: it must find nothing."""

from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from luckychit.core.db import reading
from luckychit.domain.fairness import bls
from luckychit.domain.fairness import queries as fairness
from luckychit.domain.fairness.lcd1.canonical import read_strict
from luckychit.domain.fairness.lcd1.merkle import merkle_root
from luckychit.domain.fairness.lcd1.verifier import verify
from luckychit.domain.tickets.models import BLOCK_LEAVES, Draw, DrawStatus, Ticket
from luckychit.domain.tickets.operations import blocks
from luckychit.domain.tickets.operations.listing import leaves, listed
from luckychit.domain.tickets.queries.invariants import INVARIANTS
from luckychit.domain.tickets.queries.tickets import is_seal_intact
from luckychit.domain.wallet.queries import PROBLEMS_PER_AUDIT, Problem

LISTS_PER_AUDIT = 10
LONGEST_LIST = 200_000
LONGEST_PROOF = 20_000
SEALS_PER_DRAW = 200

# What the network signed stays signed: each audit pays only for draws that are new.
_is_signed = lru_cache(maxsize=4 * LISTS_PER_AUDIT)(bls.is_signed)


def audit() -> list[Problem]:
    """Return every broken invariant of draws and tickets; empty when all is well.

    Reads everything at one moment, without a lock. Each invariant reports its first
    hundred problems. Of the newest ten draws the leaves and roots are made again from
    the tickets (up to 200,000), two hundred seals are made again, and the proof is
    verified as anyone would (up to 20,000 tickets).
    """
    with reading() as session:
        found = [
            Problem(code, dict(row))
            for code, query in INVARIANTS.items()
            for row in session.execute(text(query)).mappings().fetchmany(PROBLEMS_PER_AUDIT)
        ]
        newest = session.exec(
            select(Draw)
            .where(col(Draw.total_entries) > 0)
            .order_by(col(Draw.changed_at).desc())
            .limit(LISTS_PER_AUDIT)
        ).all()
        for draw in newest:
            found += _broken_seals(session, draw)
            found += _broken_tree(session, draw)
            found += _false_proof(session, draw)
    return found


def _broken_seals(session: Session, draw: Draw) -> Iterator[Problem]:
    tickets = session.exec(
        select(Ticket)
        .where(col(Ticket.draw_id) == draw.draw_id)
        .order_by(func.random())
        .limit(SEALS_PER_DRAW)
    ).all()
    for ticket in tickets:
        if not is_seal_intact(ticket):
            yield Problem("seal_broken", {"draw_id": draw.draw_id, "position": ticket.position})


def _broken_tree(session: Session, draw: Draw) -> Iterator[Problem]:
    """Compare leaves, stored blocks and the locked root with what the tickets give."""
    if draw.total_entries > LONGEST_LIST:
        return
    made = list(leaves(session, draw))
    if draw.kind == "daily":
        stored = blocks.leaves_of(session, draw.draw_id, 1, draw.total_entries)
        for position, pair in enumerate(zip(made, stored, strict=False), start=1):
            if pair[0] != pair[1]:
                yield Problem("leaf_differs", {"draw_id": draw.draw_id, "position": position})
                break
        for block, root in enumerate(blocks.roots_of(session, draw.draw_id)):
            begin = block * BLOCK_LEAVES
            if merkle_root(made[begin : begin + BLOCK_LEAVES]) != root:
                yield Problem("block_differs", {"draw_id": draw.draw_id, "block": block})
    locked_root = fairness.view_of(session, draw.proof_id or draw.draw_id).root
    if locked_root is not None and merkle_root(made).hex() != locked_root:
        yield Problem("root_differs", {"draw_id": draw.draw_id, "root": locked_root})


def _false_proof(session: Session, draw: Draw) -> Iterator[Problem]:
    if draw.status != DrawStatus.DRAWN.value or draw.total_entries > LONGEST_PROOF:
        return
    parts = fairness.bundle_parts(draw.proof_id or draw.draw_id, listed(session, draw))
    report = verify(read_strict(b"".join(parts)), check_signature=_is_signed)
    if report.outcome != "drawn":
        last = report.checks[-1]
        facts = {"draw_id": draw.draw_id, "flaw": f"{last.name}: {last.said}"}
        yield Problem("proof_false", facts)
