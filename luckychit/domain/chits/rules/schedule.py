"""Dates of a group: always from its anchor (first month, day, time, zone), never chained."""

import calendar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date

MONTHS = 12
LONGEST_MONTH = 31


def _month(starts_on: date, instalment: int) -> tuple[int, int]:
    years, month_index = divmod(starts_on.month - 1 + instalment - 1, MONTHS)
    return starts_on.year + years, month_index + 1


def due_date(starts_on: date, draw_day: int, instalment: int) -> date:
    """Return the day on which an instalment is due and its draw is held.

    A month without that day uses its last one; the next month is reckoned from the
    anchor again, so 31 January, 28 February, 31 March.

    Args:
        starts_on: Any day of the month of instalment 1.
        draw_day: 1 to 31.
        instalment: 1, 2, 3, ...
    """
    assert instalment >= 1
    assert 1 <= draw_day <= LONGEST_MONTH
    year, month = _month(starts_on, instalment)
    return date(year, month, min(draw_day, calendar.monthrange(year, month)[1]))


def draw_moment(
    *, starts_on: date, draw_day: int, draw_time: time, time_zone: str, instalment: int
) -> datetime:
    """Return the cut-off of an instalment, in UTC.

    Args:
        starts_on: Any day of the month of instalment 1.
        draw_day: 1 to 31, as in :func:`due_date`.
        draw_time: The clock time of the draw, local to ``time_zone``.
        time_zone: IANA name, such as ``Asia/Kolkata``.
        instalment: 1, 2, 3, ...
    """
    day = due_date(starts_on, draw_day, instalment)
    local = datetime.combine(day, draw_time, tzinfo=ZoneInfo(time_zone))
    return local.astimezone(UTC)


def month_label(on: date) -> str:
    """Return a month for people, such as ``Nov 2026``."""
    return format_date(on, "MMM yyyy", locale="en_IN")
