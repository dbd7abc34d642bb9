"""Checks of what reaches a service: a remote caller may send any type of anything.

Each check notes a sentence under the field's name in ``problems`` and returns a value
that is safe to go on with; the caller raises InvalidInput once, with every problem.
"""

import uuid
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from luckychit.core.errors import InvalidInput
from luckychit.domain.users.rules import inputs

KEY_MAX = 80
YEAR_FIRST, YEAR_LAST = 2000, 2199
# What these two mean depends on the machine.
_NO_PLACES = {"localtime", "Factory"}


def raise_if_any(problems: dict[str, str]) -> None:
    """Refuse when a check has noted a problem.

    Raises:
        InvalidInput: With all problems, by field.
    """
    if problems:
        raise InvalidInput(problems)


def whole(problems: dict[str, str], field: str, value: object, low: int, high: int) -> int:
    """Return a plain integer from ``low`` to ``high``; bools, floats and texts are refused."""
    if type(value) is int and low <= value <= high:
        return value
    problems[field] = f"Please give a whole number from {low} to {high}."
    return low


def line(problems: dict[str, str], field: str, value: object, longest: int, least: int = 1) -> str:
    """Return one line of text without blanks at its ends, ``least`` to ``longest`` characters."""
    try:
        return inputs.line(value, field=field, longest=longest, shortest=least)
    except InvalidInput as wrong:
        problems.update(wrong.fields)
        return ""


def choice(problems: dict[str, str], field: str, value: object, allowed: list[str]) -> str:
    """Return one of the allowed words."""
    if isinstance(value, str) and value in allowed:
        return value
    problems[field] = f"Please choose one of: {', '.join(allowed)}."
    return allowed[0]


def day(problems: dict[str, str], field: str, value: object) -> date:
    """Return a date (not a moment) of the years 2000 to 2199."""
    if type(value) is date and YEAR_FIRST <= value.year <= YEAR_LAST:
        return value
    problems[field] = f"Please give a date from {YEAR_FIRST} to {YEAR_LAST}."
    return date(YEAR_FIRST, 1, 1)


def clock_time(problems: dict[str, str], field: str, value: object) -> time:
    """Return a clock time without a zone, to the minute."""
    if type(value) is time and value.tzinfo is None:
        return value.replace(second=0, microsecond=0, fold=0)
    problems[field] = "Please give a time such as 18:00."
    return time(0)


def zone(problems: dict[str, str], field: str, value: object) -> str:
    """Return the name of a time zone that this machine knows."""
    if isinstance(value, str) and value in _zones():
        return ZoneInfo(value).key
    problems[field] = "Please choose a time zone such as Asia/Kolkata."
    return "UTC"


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    # Asked once: it walks through hundreds of files.
    return frozenset(available_timezones() - _NO_PLACES)


def checked_key(value: object) -> str:
    """Return an idempotency key.

    Raises:
        InvalidInput: It is not 1 to 80 printable ASCII characters.
    """
    good = isinstance(value, str) and 0 < len(value) <= KEY_MAX
    if good and isinstance(value, str) and value.isascii() and value.isprintable():
        return value
    raise InvalidInput({"key": "Please reload the page and try again."})


def checked_id(value: object) -> uuid.UUID | None:
    """Return an id given as UUID or as its text; None when it is no id, so finds nothing."""
    if isinstance(value, uuid.UUID):
        return value
    if isinstance(value, str):
        try:
            return uuid.UUID(value)
        except ValueError:
            return None
    return None


def moment(problems: dict[str, str], field: str, value: object) -> datetime | None:
    """Return a moment with a time zone, or None when none is given."""
    if value is None:
        return None
    has_zone = isinstance(value, datetime) and value.tzinfo is not None
    if has_zone and isinstance(value, datetime) and YEAR_FIRST < value.year < YEAR_LAST:
        return value
    problems[field] = "Please give a date and time."
    return None
