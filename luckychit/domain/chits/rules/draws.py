"""Names and moments of a monthly draw, and what its published rules say."""

import re
import uuid
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
_DRAW_ID = re.compile(r"(CHIT-[0-9A-F]{8}-[0-9]{6})(?:-[0-9]{1,6})?", re.ASCII)


def draw_id(*, group_id: uuid.UUID, scheduled_at: datetime, time_zone: str, attempt: int) -> str:
    """Return the public name of one attempt at a monthly draw.

    It holds the random end of the group's id (the beginning of a UUIDv7 is a moment
    that other groups share), so it reveals neither names nor how many groups there are.

    Args:
        group_id: The group.
        scheduled_at: The moment of the schedule, which names the month.
        time_zone: The group's zone.
        attempt: 1, 2, 3, ...; from the second on it is a suffix.
    """
    month = scheduled_at.astimezone(ZoneInfo(time_zone)).strftime("%Y%m")
    base = f"CHIT-{group_id.hex[-8:].upper()}-{month}"
    return base if attempt == 1 else f"{base}-{attempt}"


def first_attempt_of(any_draw_id: str) -> str | None:
    """Return the name of the first attempt of the same draw; None for other kinds."""
    match = _DRAW_ID.fullmatch(any_draw_id)
    return match[1] if match else None


def ticket_id(attempt_id: str, seat_number: int) -> str:
    """Return the name of a seat's entry in an attempt's public list."""
    return f"{attempt_id}-{seat_number:05d}"


def seat_of(any_ticket_id: str) -> int:
    """Return the seat number of an entry's name."""
    return int(any_ticket_id.rpartition("-")[2])


def soonest_lock(now: datetime, notice_s: int) -> datetime:
    """Return the first whole second that leaves ``notice_s`` seconds of notice."""
    soonest = now + timedelta(seconds=notice_s)
    if soonest.microsecond:
        soonest = soonest.replace(microsecond=0) + timedelta(seconds=1)
    return soonest


def lock_of_next_day(
    *, missed: datetime, draw_time: time, time_zone: str, not_before: datetime
) -> datetime:
    """Return when a draw that was held over is tried again: a day later, at its hour.

    Args:
        missed: When the list should have been frozen.
        draw_time: The group's hour, local to ``time_zone``.
        time_zone: IANA name.
        not_before: The soonest moment that leaves enough notice; days are added
            until it is reached (the app may have been off for a week).
    """
    zone = ZoneInfo(time_zone)
    day = missed.astimezone(zone).date() + DAY
    while (moment := datetime.combine(day, draw_time, tzinfo=zone).astimezone(UTC)) < not_before:
        day += DAY
    return moment


def rules_text(
    *, instalment: int, seats: int, commission_bps: int, gst_bps: int, foreman_advances: bool
) -> str:
    """Return the rules of one draw in words; their hash is part of the commitment.

    Args:
        instalment: 1 to ``seats``.
        seats: Seats, and so instalments, of the group.
        commission_bps: The foreman's commission.
        gst_bps: Tax on the commission.
        foreman_advances: Whether the foreman adds what is missing on the day.
    """
    added = " and what the foreman adds for unpaid seats" if foreman_advances else ""
    return (
        f"Draw of instalment {instalment} of {seats}. In the list: every seat that has paid "
        "this instalment in full when the list is frozen and has not won before, by seat "
        "number. One winner, picked as LCD1 says. The prize is what was received for this "
        f"instalment{added} less a commission of {commission_bps} and a tax on the commission of "
        f"{gst_bps}, both in hundredths of a percent, rounded down."
    )
