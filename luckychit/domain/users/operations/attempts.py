"""Counts tries before a password is looked at, in the caller's transaction."""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, delete, select

from luckychit.core.errors import TooManyTries
from luckychit.core.settings import settings
from luckychit.domain.users.models import SignInCounter
from luckychit.domain.users.rules import throttle


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """One counter: its scope, and the keyed hash of what it counts."""

    scope: str
    digest: bytes

    @classmethod
    def of(cls, scope: str, *parts: str) -> "Subject":
        """Name the counter of these parts."""
        key = settings().secret("sign-in-counters")
        return cls(scope, hmac.digest(key, "\0".join((scope, *parts)).encode(), hashlib.sha256))


def count_try(
    session: Session, *, subjects: Collection[Subject], now: datetime, unblocked: str = ""
) -> None:
    """Count a try as failed, before anybody knows whether it is.

    Counting first closes the door on a hundred tries at once: each waits for the one
    before it here. Whoever turns out to be right calls :func:`forgive`.

    Args:
        session: The open transaction.
        subjects: The counters that this try touches.
        now: When.
        unblocked: Scope that counts but does not stop this try.

    Raises:
        TooManyTries: A counter still blocks; nothing is counted.
    """
    rows = _locked(session, subjects, now)
    stopping = [_count(row) for row in rows if row.scope != unblocked]
    wait_s = throttle.retry_after_s(stopping, now=now)
    if wait_s:
        raise TooManyTries(retry_after_s=wait_s)
    for row in rows:
        _write(row, throttle.failed(_count(row), throttle.LIMITS[row.scope], now=now))


def forgive(session: Session, *, subjects: Collection[Subject], now: datetime) -> None:
    """Take a try back that was right: one counter less by one, the others to nothing.

    The network's counter keeps its other failures, or anybody with one account could
    clear it between guesses at others.

    Args:
        session: The open transaction.
        subjects: The counters that :func:`count_try` touched.
        now: When.
    """
    for row in _locked(session, subjects, now):
        is_shared = row.scope in throttle.FORGIVEN_BY_ONE
        before = throttle.forgiven(_count(row)) if is_shared else None
        _write(row, before or throttle.Count(0, now))


def forget_before(session: Session, *, moment: datetime) -> int:
    """Remove counters that nobody has touched since ``moment``; return how many."""
    long_ago = delete(SignInCounter).where(col(SignInCounter.as_of) < moment)
    return session.connection().execute(long_ago).rowcount


def _locked(session: Session, subjects: Collection[Subject], now: datetime) -> list[SignInCounter]:
    # Why: in one order everywhere, so that two tries cannot wait for each other.
    keys = [(subject.scope, subject.digest) for subject in sorted(subjects)]
    session.execute(
        insert(SignInCounter)
        .values([{"scope": s, "subject": d, "failure_count": 0, "as_of": now} for s, d in keys])
        .on_conflict_do_nothing()
    )
    return list(
        session.exec(
            select(SignInCounter)
            .where(tuple_(col(SignInCounter.scope), col(SignInCounter.subject)).in_(keys))
            .order_by(col(SignInCounter.scope), col(SignInCounter.subject))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _count(row: SignInCounter) -> throttle.Count:
    return throttle.Count(row.failure_count, row.as_of, row.blocked_until)


def _write(row: SignInCounter, count: throttle.Count) -> None:
    row.failure_count = count.failure_count
    row.as_of = count.as_of
    row.blocked_until = count.blocked_until
