"""The only place that reads the clock.

Rules and operations take ``now`` as an argument; entries and services call
:func:`now`. In demo mode ``LUCKYCHIT_CLOCK`` moves the app's clock: it starts at
that instant when the process starts, then runs on, so that a midnight or a month
can be seen in a minute. Several processes started together must agree, so the
``serve`` command fixes the offset once and hands it down as
``LUCKYCHIT_CLOCK_OFFSET_S``.
"""

import os
import time
from datetime import UTC, datetime, timedelta

OFFSET_VARIABLE = "LUCKYCHIT_CLOCK_OFFSET_S"


def system_now() -> datetime:
    """Return the machine's own time, whatever LUCKYCHIT_CLOCK says."""
    return datetime.fromtimestamp(time.time(), UTC)


def offset() -> timedelta:
    """Return how far the app's clock is ahead of the machine's (zero in live mode)."""
    return timedelta(seconds=float(os.environ.get(OFFSET_VARIABLE, "0")))


def now() -> datetime:
    """Return the app's present moment, in UTC, with a time zone."""
    return system_now() + offset()


def to_ms(moment: datetime) -> int:
    """Return whole milliseconds since 1970, rounded down (as the proof writes time)."""
    since_epoch = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return since_epoch // timedelta(milliseconds=1)


def from_ms(moment_ms: int) -> datetime:
    """Return the UTC moment of ``moment_ms`` milliseconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=moment_ms)


def set_start(instant: datetime) -> None:
    """Make the app's clock read ``instant`` now and run on from there.

    Only the command line and tests call this; the value is inherited by child
    processes through the environment.
    """
    ahead = (instant - system_now()).total_seconds()
    os.environ[OFFSET_VARIABLE] = repr(ahead)
