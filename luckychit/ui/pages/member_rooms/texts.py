"""Rooms in a list, in words."""

from dataclasses import dataclass

from luckychit.core.money import Money
from luckychit.domain.rooms.views import RoomRow
from luckychit.ui import text

# What a member sees first: the stage, or how it ended for this member.
_STAGES = {
    "waiting": ("open", "Waiting"),
    "starting": ("open", "Starting"),
    "locked": ("locked", "Drawing now"),
    "drawn": ("drawn", "Drawn"),
    "void": ("completed", "Called off"),
}
_OUTCOMES = {
    "won": ("won", "You won"),
    "lost": ("drawn", "Drawn"),
    "refunded": ("completed", "Paid back"),
}


@dataclass
class RoomLine:
    """One room, ready to draw."""

    code: str = ""
    href: str = ""
    name: str = ""
    detail: str = ""
    prize: str = ""
    chip: str = ""
    chip_text: str = ""
    when: str = ""
    moment: str = ""


@dataclass
class NewRoom:
    """A room that is about to be made, ready to draw."""

    name: str = ""
    price: str = ""
    price_words: str = ""
    most: str = ""
    example: str = ""
    hours: str = ""


def stage_of(status: str, outcome: str = "") -> tuple[str, str]:
    """Return the chip's kind and words of a room.

    Args:
        status: waiting, starting, locked, drawn or void.
        outcome: Of the member's own ticket: waiting, won, lost, refunded or "".
    """
    return _OUTCOMES.get(outcome) or _STAGES.get(status, ("", status.capitalize()))


def room_line(row: RoomRow) -> RoomLine:
    """Say one room of the list."""
    chip, chip_text = stage_of(row.status, row.outcome)
    is_selling = row.status in {"waiting", "starting"}
    own = "yours" if row.is_host else ""
    ticket = "" if row.has_ticket or not is_selling else "no ticket yet"
    parts = [text.count(row.participants, "person", "people"), f"{row.price.text()} a ticket"]
    return RoomLine(
        code=row.code,
        href=f"/app/rooms/{row.code}",
        name=row.name,
        detail=" · ".join(filter(None, [own, *parts, ticket])).capitalize(),
        prize=row.prize.text() if row.prize and row.status != "void" else "",
        chip=chip,
        chip_text=chip_text,
        when=text.day(row.created_at),
        moment=row.created_at.isoformat(timespec="seconds"),
    )


def new_room(name: str, price: Money, most: int, fee_bps: int, hours: int) -> NewRoom:
    """Say what a room will be, before it is made.

    Args:
        name: As typed.
        price: Of one ticket.
        most: People at most.
        fee_bps: Of every ticket, for the house.
        hours: Until everybody is paid back, unless it is started.
    """
    prize = (price * most).share(10_000 - fee_bps)
    return NewRoom(
        name=name,
        price=price.text(),
        price_words=price.words(),
        most=text.count(most, "person", "people"),
        example=f"{fee_words(fee_bps)} With {most} tickets the winner gets {prize.text()}.",
        hours=text.count(hours, "hour"),
    )


def fee_words(fee_bps: int) -> str:
    """Say what is kept of every ticket."""
    if not fee_bps:
        return "The whole price goes into the pot."
    share = f"{fee_bps / 100:.2f}".rstrip("0").rstrip(".")
    return f"{share} % of every ticket is the house's fee, the rest is the pot."
