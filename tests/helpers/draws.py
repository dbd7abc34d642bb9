"""Builders of draws: one line each, only what a test is about."""

import hashlib
import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from luckychit.core.db import transaction
from luckychit.domain.fairness import operations
from luckychit.domain.fairness.operations import Entry
from luckychit.domain.fairness.views import LockOutcome, ProofView, Winner

NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
OPENS_AT = NOW + timedelta(seconds=1)
LOCKS_AT = NOW + timedelta(hours=9)


def a_commitment(draw_id: str = "CHIT-0a1b2c3d-202611", **changed: Any) -> ProofView:
    """Announce a monthly draw."""
    terms: dict[str, Any] = {
        "kind": "monthly",
        "currency": "INR",
        "price_minor": 500_000,
        "fee_bps": 500,
        "opens_at": OPENS_AT,
        "locks_at": LOCKS_AT,
        "rules_text": "One seat, one chance.",
        "now": NOW,
    }
    with transaction() as session:
        return operations.commit(session, draw_id=draw_id, **(terms | changed))


def some_entries(count: int, draw_id: str = "CHIT-0a1b2c3d-202611") -> list[Entry]:
    """Make the seats 1 to ``count``, each paid an hour after the opening."""
    return [
        Entry(
            ticket_id=f"{draw_id}-{seat:05}",
            user_id=uuid.UUID(int=seat),
            client_seed=f"phrase {seat}",
            issued_at=OPENS_AT + timedelta(hours=1, milliseconds=seat),
        )
        for seat in range(1, count + 1)
    ]


def locked(
    count: int = 5, draw_id: str = "CHIT-0a1b2c3d-202611", now: datetime = LOCKS_AT
) -> LockOutcome:
    """Close the list of an announced draw."""
    with transaction() as session:
        return operations.lock(
            session, draw_id=draw_id, entries=some_entries(count, draw_id), now=now
        )


def settled(
    draw_id: str = "CHIT-0a1b2c3d-202611", now: datetime = LOCKS_AT + timedelta(minutes=2)
) -> list[Winner] | None:
    """Write the result of a locked draw, if it can be known."""
    with transaction() as session:
        return operations.settle(session, draw_id=draw_id, now=now)


def voided(
    draw_id: str = "CHIT-0a1b2c3d-202611", now: datetime = LOCKS_AT, reason: str = "held over"
) -> None:
    """End a draw without a result."""
    with transaction() as session:
        operations.void(session, draw_id=draw_id, reason=reason, now=now)


def digest(text: str) -> str:
    """Return a repeatable 64-digit text."""
    return hashlib.sha256(text.encode()).hexdigest()


def shuffled(seed: int) -> random.Random:
    """Return repeatable chance."""
    return random.Random(seed)
