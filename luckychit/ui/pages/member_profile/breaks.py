"""Breaks from games in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from luckychit.ui import text

DAYS = {"1": 1, "7": 7, "30": 30, "180": 180}
CHOICES = [("1", "1 day"), ("7", "7 days"), ("30", "30 days"), ("180", "180 days")]


@dataclass
class BreakText:
    """A break that is about to begin, ready to draw."""

    lasts: str = ""
    until: str = ""


def break_text(days: int, now: datetime) -> BreakText:
    """Say how long and until when.

    Args:
        days: Whole days of 24 hours.
        now: When it would begin.
    """
    return BreakText(text.count(days, "day"), text.moment(now + timedelta(days=days)))
