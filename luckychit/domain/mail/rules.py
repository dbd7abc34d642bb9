"""When a letter is tried again, and when it is given up."""

from datetime import datetime, timedelta

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=4)
GIVEN_UP_AFTER = timedelta(days=3)
# Longer than a try can take: whoever claimed a letter and died is followed after it.
CLAIMED_FOR = timedelta(minutes=10)
KEPT_FOR = timedelta(days=90)
# 1 minute doubled eight times passes four hours.
_MOST_DOUBLED = 8


def next_try(*, tries: int, created_at: datetime, now: datetime) -> datetime | None:
    """Return when to try again, or None when the letter is given up.

    Args:
        tries: How often it was tried, this time included; 1 or more.
        created_at: When it was written.
        now: When the last try failed.
    """
    delay = min(FIRST_DELAY * 2 ** min(tries - 1, _MOST_DOUBLED), LONGEST_DELAY)
    due = now + delay
    return due if due < created_at + GIVEN_UP_AFTER else None
