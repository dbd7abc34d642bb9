"""How long somebody waits after failing to sign in; never for ever.

A counter holds failures as of a moment. One leaks away in each ``leak``; once
``free`` are held, every further failure makes the next try wait, 30 s at first and
twice as long each time, up to an hour.

Counters, so that an attacker is slowed and the owner is not locked out:

- ``pair``: this login from this network. The one that bites: five tries.
- ``account``: this login from anywhere. Slow, against many networks at once. It does
  not stop a try from an address where the owner has signed in before.
- ``address``: any login from this network. Wide, because many people may share one.
- ``change``: the current password asked before a change, by a stolen session.
- ``letter``: what costs somebody else something: letters to one address, and sign-ups from
  one network that only told which names are taken.
- ``second_factor``: wrong codes of one person's second factor, whoever types them.

Source: OWASP Authentication Cheat Sheet, "Account Lockout" (delay instead of lock,
counted per account); NIST SP 800-63B section 5.2.2 (at most 100 failures in a row).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_DELAY_S = 30
LONGEST_DELAY_S = 3600
# 30 s doubled seven times passes one hour; counting further would only punish longer.
MOST_OVER = 8


@dataclass(frozen=True, slots=True)
class Limit:
    """Failures that cost nothing, and the time in which one is forgiven."""

    free: int
    leak: timedelta


# What many share, or what nobody shall clear by one success among many tries.
FORGIVEN_BY_ONE = frozenset({"address", "letter"})

LIMITS = {
    "pair": Limit(free=5, leak=timedelta(hours=6)),
    "account": Limit(free=50, leak=timedelta(hours=1)),
    "address": Limit(free=30, leak=timedelta(minutes=10)),
    "change": Limit(free=5, leak=timedelta(hours=6)),
    "letter": Limit(free=5, leak=timedelta(hours=1)),
    "second_factor": Limit(free=5, leak=timedelta(hours=6)),
}


@dataclass(frozen=True, slots=True)
class Count:
    """What a counter holds: failures as of a moment, and until when it blocks."""

    failure_count: int
    as_of: datetime
    blocked_until: datetime | None = None


def delay_s(failure_count: int, limit: Limit) -> int:
    """Return how many seconds the next try waits: 0, or 30 doubling to 3,600.

    Args:
        failure_count: Failures held, the newest included.
        limit: The counter's limit.
    """
    if failure_count < limit.free:
        return 0
    doubled = min(failure_count - limit.free, MOST_OVER)
    return min(FIRST_DELAY_S << doubled, LONGEST_DELAY_S)


def leaked(count: Count, limit: Limit, *, now: datetime) -> Count:
    """Return the counter as it stands now: whole leaks taken off, the rest kept."""
    steps = max((now - count.as_of) // limit.leak, 0)
    left = count.failure_count - steps
    if left <= 0:
        return Count(0, now, count.blocked_until)
    return Count(left, count.as_of + steps * limit.leak, count.blocked_until)


def failed(count: Count, limit: Limit, *, now: datetime) -> Count:
    """Return the counter with one more failure."""
    before = leaked(count, limit, now=now)
    held = min(before.failure_count + 1, limit.free + MOST_OVER)
    wait_s = delay_s(held, limit)
    return Count(held, before.as_of, now + timedelta(seconds=wait_s) if wait_s else None)


def forgiven(count: Count) -> Count:
    """Return the counter as it was before its newest failure turned out to be none."""
    return Count(max(count.failure_count - 1, 0), count.as_of, None)


def retry_after_s(counts: Iterable[Count], *, now: datetime) -> int:
    """Return the whole seconds until none of the counters blocks; 0 when none does."""
    waits = (count.blocked_until - now for count in counts if count.blocked_until)
    longest = max(waits, default=timedelta())
    return max(math.ceil(longest.total_seconds()), 0)
