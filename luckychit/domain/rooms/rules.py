"""Rules of rooms: codes, terms, what a moment allows. Pure, but for the chance in a code."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from luckychit.core.errors import InvalidInput
from luckychit.domain.rooms.models import MOST_PARTICIPANTS
from luckychit.domain.tickets.rules import outcome_of as ticket_outcome_of
from luckychit.domain.users.rules import inputs

# Without I, O, 0 and 1, which people mistake for each other.
CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
LONGEST_NAME = 100
LONGEST_KEY = 80
LONGEST_TYPED = 40
FEWEST_PARTICIPANTS = 2
LEAST_PRICE_MINOR, MOST_PRICE_MINOR = 1, 10**7
FEWEST_TICKETS = 2
TICKETS_PER_MEMBER = 1
MOST_OPEN_ROOMS = 20
# The number of the draw; the announcement after the start has -2 behind it.
_DRAW_ID = "LOBBY-{code}"
_CODE = re.compile(rf"[{CODE_ALPHABET}]{{6,10}}")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015_]+")


class RoomStatus(StrEnum):
    """Where a room stands, as its members are told.

    ``waiting``: not started. ``starting``: started, sells until its lock. ``locked``: sells
    no more, the result follows. ``drawn``, ``void``: as its draw.
    """

    WAITING = "waiting"
    STARTING = "starting"
    LOCKED = "locked"
    DRAWN = "drawn"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a host chooses, checked.

    Args:
        name: One line, 1 to 100 characters.
        price_minor: Of a ticket, 1 to 10**7 minor units.
        max_participants: 2 to 50, the host included.
    """

    name: str
    price_minor: int
    max_participants: int


def new_code() -> str:
    """Make an unguessable code of 8 characters: 40 bits of chance."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def normalised_code(typed: object) -> str | None:
    """Return the code that somebody typed; None when it cannot be one.

    Capitals, blanks and dashes do not matter: ``abcd-2345`` is ``ABCD2345``.

    Args:
        typed: Whatever was sent.
    """
    if not isinstance(typed, str) or len(typed) > LONGEST_TYPED:
        return None
    bare = _SEPARATORS.sub("", typed)
    # A letter of another script may become one of ours as a capital.
    code = bare.upper() if bare.isascii() else ""
    return code if _CODE.fullmatch(code) else None


def draw_id_of(code: str) -> str:
    """Return the number of the draw of a room."""
    return _DRAW_ID.format(code=code)


def checked_terms(*, name: object, price_minor: object, max_participants: object) -> Terms:
    """Return the terms of a room.

    Args:
        name: 1 to 100 characters without blanks at its ends.
        price_minor: Of a ticket, in minor units, 1 to 10**7.
        max_participants: 2 to 50, the host included.

    Raises:
        InvalidInput: With a sentence for each wrong field.
    """
    wrong: dict[str, str] = {}
    try:
        line = inputs.line(name, field="name", longest=LONGEST_NAME)
    except InvalidInput as problem:
        wrong, line = dict(problem.fields), ""
    price = _whole(price_minor, LEAST_PRICE_MINOR, MOST_PRICE_MINOR)
    if price is None:
        wrong["price_minor"] = "Please give a price from 0.01 to 100,000.00."
    places = _whole(max_participants, FEWEST_PARTICIPANTS, MOST_PARTICIPANTS)
    if places is None:
        wrong["max_participants"] = (
            f"Please give a number of people from {FEWEST_PARTICIPANTS} to {MOST_PARTICIPANTS}."
        )
    if wrong or price is None or places is None:
        raise InvalidInput(wrong)
    return Terms(line, price, places)


def _whole(value: object, low: int, high: int) -> int | None:
    return value if type(value) is int and low <= value <= high else None


def checked_key(value: object) -> str:
    """Return an idempotency key.

    Raises:
        InvalidInput: It is not 1 to 80 printable ASCII characters.
    """
    good = isinstance(value, str) and 1 <= len(value) <= LONGEST_KEY
    if good and isinstance(value, str) and value.isascii() and value.isprintable():
        return value
    raise InvalidInput({"key": "Please reload the page and try again."})


def status_of(
    *, draw_status: str, started_at: datetime | None, locks_at: datetime, now: datetime
) -> RoomStatus:
    """Return where a room stands.

    Args:
        draw_status: Of its draw: open, locked, drawn or void.
        started_at: When its host started it, if so.
        locks_at: First moment without selling; a started room is locked from then on.
        now: The present moment.
    """
    if draw_status != "open":
        return RoomStatus(draw_status)
    if started_at is None:
        return RoomStatus.WAITING
    return RoomStatus.LOCKED if now >= locks_at else RoomStatus.STARTING


def outcome_of(*, draw_status: str, has_ticket: bool, is_winner: bool) -> str:
    """Return what became of somebody's ticket: waiting, won, lost, refunded, "" without one."""
    return ticket_outcome_of(draw_status, is_winner=is_winner) if has_ticket else ""


def rules_text(*, price_minor: int, fee_bps: int, max_participants: int, currency: str) -> str:
    """Return the rules of a room in words; their hash is committed before the first sale.

    Args:
        price_minor: Of a ticket, in minor units.
        fee_bps: 0 to 10,000.
        max_participants: 2 to 50.
        currency: ISO 4217 code.
    """
    return (
        f"A private room of at most {max_participants} people, the host included. Each of them"
        f" may buy {TICKETS_PER_MEMBER} ticket for {price_minor} minor units of {currency}, until"
        " the list is frozen; the host by the same rules. One ticket wins all the ticket money"
        f" less {fee_bps} basis points, rounded down to the minor unit. The host starts the draw"
        f" once {FEWEST_TICKETS} tickets are sold, which announces the moment of the lock. A room"
        " that is not started in time, or is called off before its lock, is paid back in full."
    )
