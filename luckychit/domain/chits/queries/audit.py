"""The audit of the circles, beside the ledger's own: it must find nothing."""

from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import text
from sqlmodel import col, select

from luckychit.core.db import reading
from luckychit.core.errors import NotFound
from luckychit.domain.chits.models import DrawStatus, MonthlyDraw
from luckychit.domain.chits.queries.invariants import INVARIANTS
from luckychit.domain.fairness import bls
from luckychit.domain.fairness import queries as fairness
from luckychit.domain.fairness.lcd1.canonical import read_strict
from luckychit.domain.fairness.lcd1.verifier import verify
from luckychit.domain.wallet.queries import PROBLEMS_PER_AUDIT, Problem

PROOFS_PER_AUDIT = 50

# What the network signed stays signed: each audit pays only for draws that are new.
_is_signed = lru_cache(maxsize=4 * PROOFS_PER_AUDIT)(bls.is_signed)


def audit() -> list[Problem]:
    """Return every broken invariant of the circles; empty when all is well.

    Reads all circles at one moment, without a lock, and sets payments, payouts, draws,
    dues, receipts and winners against the ledger and the proofs. Each invariant reports
    its first hundred problems. Then the proofs of the newest fifty draws are verified
    again from their public bundles, with the signatures of the public network; a
    signature takes about 0.25 s the first time.
    """
    with reading() as session:
        found = [
            Problem(code, dict(row))
            for code, query in INVARIANTS.items()
            for row in session.execute(text(query)).mappings().fetchmany(PROBLEMS_PER_AUDIT)
        ]
        newest = session.exec(
            select(MonthlyDraw.draw_id)
            .where(MonthlyDraw.status == DrawStatus.DRAWN.value)
            .order_by(col(MonthlyDraw.drawn_at).desc(), col(MonthlyDraw.draw_id))
            .limit(PROOFS_PER_AUDIT)
        ).all()
    return [*found, *_false_proofs(list(newest))]


def _false_proofs(draw_ids: list[str]) -> Iterator[Problem]:
    for draw_id in draw_ids:
        flaw = _flaw_of(draw_id)
        if flaw:
            yield Problem("proof_false", {"draw_id": draw_id, "flaw": flaw})


def _flaw_of(draw_id: str) -> str:
    """Return where the proof of a drawn draw breaks; empty when it verifies."""
    try:
        bundle = read_strict(fairness.bundle(draw_id))
    except (NotFound, ValueError, LookupError, TypeError) as exc:
        # Rows that are gone or no longer read as a proof: what a verifier calls unreadable.
        return f"no readable bundle: {type(exc).__name__}"
    report = verify(bundle, check_signature=_is_signed)
    if report.outcome == "drawn":
        return ""
    return f"{report.checks[-1].name}: {report.checks[-1].said}"
