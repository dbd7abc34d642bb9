"""Builders of draws: one line each, only what a test is about."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from luckychit.core.clock import from_ms
from luckychit.core.db import transaction
from luckychit.core.settings import settings
from luckychit.domain.fairness import operations
from luckychit.domain.fairness.lcd1.params import QUICKNET
from luckychit.domain.fairness.operations import Entry
from luckychit.domain.fairness.views import LockOutcome, ProofView, Winner

NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
OPENS_AT = NOW + timedelta(seconds=1)
LOCKS_AT = NOW + timedelta(hours=9)
RECORDED_ROUND = 657413


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


@contextmanager
def waiting_for_drand(**environment: str) -> Iterator[None]:
    """Let draws announced meanwhile wait for the public beacon."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"BEACON": "drand", **environment}.items():
            patch.setenv(name, value)
        settings.cache_clear()
        try:
            yield
        finally:
            patch.undo()
            settings.cache_clear()


def a_draw_of_2023(draw_id: str = "DDL-20230915", *, is_locked: bool = True) -> ProofView:
    """Announce (and lock) a draw whose round is a recorded one."""
    locks_at = from_ms(QUICKNET.born_ms(RECORDED_ROUND) - 60_000)
    opens_at = locks_at - timedelta(days=1)
    view = a_commitment(
        draw_id,
        kind="daily",
        opens_at=opens_at,
        locks_at=locks_at,
        now=opens_at - timedelta(seconds=1),
    )
    assert view.beacon_round == RECORDED_ROUND
    if is_locked:
        entries = [replace(entry, issued_at=opens_at) for entry in some_entries(5, draw_id)]
        with transaction() as session:
            operations.lock(session, draw_id=draw_id, entries=entries, now=locks_at)
    return view
