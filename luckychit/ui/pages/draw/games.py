"""Draws that sell tickets, daily and of rooms, in words."""

import re
from datetime import UTC, datetime

from luckychit.core import errors
from luckychit.domain.fairness.views import ProofView
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.tickets.views import DrawView
from luckychit.ui import text

UTC_ZONE = "UTC"
# A longer list is not fetched to look at a result; it can be downloaded whole.
LARGE_LIST = 20_000
_NUMBER = re.compile(r"(DDL-[0-9]{8}|LOBBY-[0-9A-Z]{4,16})(-2)?", re.ASCII)
_STATUS = {"open": "committed"}


def game_of(draw_id: str) -> DrawView | None:
    """Return the draw that sells tickets under this number, or None.

    A room that was started early has two announcements, ``LOBBY-<code>`` and
    ``LOBBY-<code>-2``; both lead to its one draw.
    """
    found = _NUMBER.fullmatch(draw_id)
    if found is None:
        return None
    try:
        return tickets.draw(found[1])
    except errors.NotFound:
        return None


def announcements(game: DrawView) -> list[str]:
    """Return the numbers under which a draw was announced, first to last."""
    if game.proof_id is None:
        return []
    return sorted({game.draw_id, game.proof_id})


def status_of(game: DrawView) -> str:
    """Return the status in the words of the proofs: committed, locked, drawn or void."""
    return _STATUS.get(game.status, game.status)


def title_of(game: DrawView) -> str:
    """Return what the draw is called: ``Daily draw of 21 Nov 2026``."""
    if game.kind == "daily":
        return f"Daily draw of {text.day(game.opens_at, UTC_ZONE)}"
    return "Draw of a private room"


def utc_moment(value: datetime, *, to_the_second: bool = False) -> str:
    """Return ``22 Nov 2026, 00:00 UTC``: the days of draws begin and end by this clock.

    Args:
        value: With a time zone.
        to_the_second: For what must be seen to be before or after midnight.
    """
    hour = value.astimezone(UTC).strftime("%H:%M:%S" if to_the_second else "%H:%M")
    return f"{text.day(value, UTC_ZONE)}, {hour} UTC"


def ticket_number(ticket_id: str | None) -> str:
    """Return ``00042`` of ``DDL-20261121-00042``; "" for None."""
    return (ticket_id or "").rpartition("-")[2]


def closed_words(game: DrawView) -> str:
    """Say why a draw has no winner, and where the money is."""
    reason = game.void_reason.rstrip(".")
    why = f"No winner: {reason[:1].lower()}{reason[1:]}."
    if game.total_entries == 0:
        return why
    return f"{why} Everybody {'was' if game.is_refunded else 'is being'} paid back in full."


def story_of(game: DrawView, proof: ProofView | None) -> str:
    """Say in a sentence what the reader can rely on now."""
    if game.status == "void":
        return closed_words(game)
    if game.status == "drawn":
        return "Your browser can work out the same result from the published numbers."
    if game.status == "locked":
        return "The list is frozen. The result is fixed by numbers nobody could choose."
    if proof is not None and game.kind == "room" and proof.draw_id == game.draw_id:
        return "Its host starts it. The fingerprint of its secret is public and cannot change."
    return "Its rules and the fingerprint of its secret are already public and cannot change."
