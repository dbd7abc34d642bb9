"""The audit of draws and tickets, beside the ledger's own: it must find nothing."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from luckychit.core.db import reading
from luckychit.core.errors import InvariantBroken
from luckychit.domain.fairness import bls
from luckychit.domain.fairness import queries as fairness
from luckychit.domain.fairness.lcd1 import hashes
from luckychit.domain.fairness.lcd1.canonical import read_strict
from luckychit.domain.fairness.lcd1.case import HEAD
from luckychit.domain.fairness.lcd1.merkle import merkle_root
from luckychit.domain.fairness.lcd1.verifier import verify
from luckychit.domain.tickets.models import BLOCK_LEAVES, Draw, DrawStatus, Ticket
from luckychit.domain.tickets.operations import blocks
from luckychit.domain.tickets.operations.listing import leaves, list_entry, list_terms, listed
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
    hundred problems. Of the newest ten draws, and of ten more by chance, the leaves and
    roots are made again from the tickets (up to 200,000; of longer lists the root from
    its blocks), two hundred seals and leaves are made again, and the proof is verified
    as anyone would (from 20,000 tickets on without the list).
    """
    with reading() as session:
        found = [
            Problem(code, dict(row))
            for code, query in INVARIANTS.items()
            for row in session.execute(text(query)).mappings().fetchmany(PROBLEMS_PER_AUDIT)
        ]
        for draw in _looked_at(session):
            found += _broken_tickets(session, draw)
            found += _broken_tree(session, draw)
            found += _false_proof(session, draw)
    return found


def _looked_at(session: Session) -> list[Draw]:
    """Return the newest draws, and as many by chance: no old damage stays unseen for ever."""
    played = select(Draw).where(col(Draw.total_entries) > 0).limit(LISTS_PER_AUDIT)
    newest = session.exec(played.order_by(col(Draw.changed_at).desc())).all()
    by_chance = session.exec(played.order_by(func.random())).all()
    return list({draw.draw_id: draw for draw in (*newest, *by_chance)}.values())


def _broken_tickets(session: Session, draw: Draw) -> Iterator[Problem]:
    terms = list_terms(session, draw)
    tickets = session.exec(
        select(Ticket)
        .where(col(Ticket.draw_id) == draw.draw_id)
        .order_by(func.random())
        .limit(SEALS_PER_DRAW)
    ).all()
    for ticket in tickets:
        if not is_seal_intact(ticket):
            yield Problem("seal_broken", {"draw_id": draw.draw_id, "position": ticket.position})
        entry = list_entry(ticket, terms.opens_ms)
        made = hashes.leaf(terms.params_hash, ticket.position - 1, entry)
        if ticket.leaf is not None and made != bytes(ticket.leaf):
            yield Problem("leaf_differs", {"draw_id": draw.draw_id, "position": ticket.position})


def _broken_tree(session: Session, draw: Draw) -> Iterator[Problem]:
    """Compare leaves, stored blocks and the locked root with what the tickets give."""
    if draw.total_entries > LONGEST_LIST:
        root = _root_of_blocks(session, draw)
    else:
        made = list(leaves(session, draw))
        root = merkle_root(made)
        if draw.kind == "daily":
            yield from _broken_blocks(session, draw, made)
    locked_root = fairness.view_of(session, draw.proof_id or draw.draw_id).root
    if locked_root is not None and root.hex() != locked_root:
        yield Problem("root_differs", {"draw_id": draw.draw_id, "root": locked_root})


def _root_of_blocks(session: Session, draw: Draw) -> bytes:
    try:
        return blocks.root_of(session, draw.draw_id, draw.total_entries)
    except InvariantBroken:
        return b""


def _broken_blocks(session: Session, draw: Draw, made: Sequence[bytes]) -> Iterator[Problem]:
    stored = blocks.leaves_of(session, draw.draw_id, 1, draw.total_entries)
    for position, pair in enumerate(zip(made, stored, strict=False), start=1):
        if pair[0] != pair[1]:
            yield Problem("leaf_differs", {"draw_id": draw.draw_id, "position": position})
            break
    for block, root in enumerate(blocks.roots_of(session, draw.draw_id)):
        begin = block * BLOCK_LEAVES
        if merkle_root(made[begin : begin + BLOCK_LEAVES]) != root:
            yield Problem("block_differs", {"draw_id": draw.draw_id, "block": block})


def _false_proof(session: Session, draw: Draw) -> Iterator[Problem]:
    if draw.status != DrawStatus.DRAWN.value:
        return
    proof_id, wanted = draw.proof_id or draw.draw_id, "drawn"
    if draw.total_entries > LONGEST_PROOF:
        said, wanted = fairness.head(proof_id), HEAD
    else:
        said = b"".join(fairness.bundle_parts(proof_id, listed(session, draw)))
    report = verify(read_strict(said), check_signature=_is_signed)
    if report.outcome != wanted:
        last = report.checks[-1]
        facts = {"draw_id": draw.draw_id, "flaw": f"{last.name}: {last.said}"}
        yield Problem("proof_false", facts)
