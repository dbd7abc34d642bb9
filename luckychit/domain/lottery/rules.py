"""The calendar of the daily draw: days, midnights and numbers. Pure."""

import hashlib
import re
from datetime import UTC, date, datetime, time, timedelta

PREFIX = "DDL"
LONGEST_DRAW_ID = 12
# The jobs come every second or two; what happens within this is in time.
IN_TIME = timedelta(seconds=10)
# A day with less than this left is not opened any more.
SHORTEST_SALE = timedelta(seconds=1)

NOBODY_BOUGHT = "Nobody bought a ticket"
NOT_RUNNING = "The server was not running on this day"

_DRAW_ID = re.compile(rf"{PREFIX}-([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})", re.ASCII)


def day_at(moment: datetime) -> date:
    """Return the UTC day a moment belongs to: 00:00:00.000 is the first of its day.

    Args:
        moment: With a time zone.
    """
    return moment.astimezone(UTC).date()


def midnight(day: date) -> datetime:
    """Return 00:00 UTC at which a day begins, and its draw opens."""
    return datetime.combine(day, time.min, tzinfo=UTC)


def locks_at(day: date) -> datetime:
    """Return 00:00 UTC of the day after: from then on a sale is the next day's."""
    return midnight(day) + timedelta(days=1)


def draw_id_of(day: date) -> str:
    """Return the number of a day's draw: ``DDL-20261121``."""
    return f"{PREFIX}-{day:%Y%m%d}"


def day_of(draw_id: object) -> date | None:
    """Return the day of a daily draw's number, or None when it is no such number."""
    found = _DRAW_ID.fullmatch(draw_id) if isinstance(draw_id, str) else None
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def missed_days(last: date, today: date) -> list[date]:
    """Return the days between two, in order: nobody was there to open their draws.

    Args:
        last: Of the newest draw.
        today: The present day; not after ``last`` gives none.
    """
    return [last + timedelta(days=ahead) for ahead in range(1, (today - last).days)]


def client_seed_of(key: object) -> str:
    """Return the phrase of a buyer who named none: 16 characters that follow from the key.

    The key is chosen by the buyer's side, and a repeat with it gives the same phrase.

    Args:
        key: As sent; what cannot be a key has a phrase too, and is refused by the sale.
    """
    sent = key if isinstance(key, str) else ""
    text = b"luckychit/phrase\0" + sent.encode("ascii", "replace")
    return hashlib.sha256(text).hexdigest()[:16]


def late_s(*, due: datetime | None, happened: datetime | None, now: datetime) -> int:
    """Return how many whole seconds a step is or was late; 0 when it was in time.

    Args:
        due: When it should happen; None when nobody can say.
        happened: When it did; None when it has not.
        now: The present moment.
    """
    late = (happened or now) - due if due is not None else timedelta(0)
    return 0 if late <= IN_TIME else late // timedelta(seconds=1)


def rules_text(*, currency: str, price_minor: int, fee_bps: int, fewest_entries: int) -> str:
    """Return the rules of a daily draw, whose hash is announced with it.

    Args:
        currency: ISO 4217 code.
        price_minor: Of one ticket.
        fee_bps: The house's share, 0 to 10,000.
        fewest_entries: With fewer tickets the draw is void and everybody is paid back.
    """
    return (
        f"Daily draw. One ticket costs {price_minor} minor units of {currency}. Tickets are"
        " sold until 00:00 UTC; the list is then frozen and public. One ticket wins"
        f" count x {price_minor} x {10_000 - fee_bps} // 10000 minor units, picked as the"
        " proof format LCD1 says. A draw is void, and every ticket paid back in full, with"
        f" fewer than {fewest_entries} tickets, when its list was not frozen before the"
        " public random number was known, or when that number does not come for 24 hours."
    )
