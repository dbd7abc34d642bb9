"""Days of a filter, as people typed them: from one to another, the last one meant whole."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from luckychit.ui import text

_YEARS = range(2001, 2100)


def read_day(typed: str) -> date | None:
    """Return a day of this century, such as ``2027-01-31``; None when it is none."""
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def said_day(typed: str) -> str:
    """Return a day as people say it; what is no day, as it was typed."""
    found = read_day(typed)
    return text.day(found) if found else typed


def span(since: str, until: str, zone: str) -> tuple[datetime | None, datetime | None]:
    """Return the first moment meant and the first one left out; None where nothing is asked.

    Args:
        since: First day, as typed.
        until: Last day, as typed.
        zone: IANA name; days begin there.
    """
    first, last = read_day(since), read_day(until)
    return (
        _midnight(first, zone) if first else None,
        _midnight(last + timedelta(days=1), zone) if last else None,
    )


def problems_of(since: str, until: str) -> dict[str, str]:
    """Return what is wrong with the two fields, a sentence for each."""
    problems = {
        name: "That is not a day."
        for name, typed in (("since", since), ("until", until))
        if typed and read_day(typed) is None
    }
    first, last = read_day(since), read_day(until)
    if first and last and first > last:
        problems["until"] = "The last day is before the first one."
    return problems


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
