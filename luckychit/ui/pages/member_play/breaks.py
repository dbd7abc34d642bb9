"""Breaks from games in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from luckychit.ui import text

TIME_OUTS = [("1", "1 day"), ("7", "7 days"), ("30", "30 days")]
EXCLUSIONS = [("180", "6 months"), ("365", "1 year"), ("1825", "5 years")]
LASTS = dict(TIME_OUTS + EXCLUSIONS)


@dataclass
class BreakText:
    """A break that is about to begin, ready to draw."""

    lasts: str = ""
    until: str = ""


def break_text(days: int, now: datetime) -> BreakText:
    """Say how long and until when.

    Args:
        days: Whole days of 24 hours, one of those offered.
        now: When it would begin.
    """
    return BreakText(LASTS[str(days)], text.moment(now + timedelta(days=days)))
