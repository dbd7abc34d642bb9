"""What a ticket's number leads to: a draw, a ticket or a room."""

import re
from dataclasses import dataclass

_REFERENCE = re.compile(
    r"(?P<draw>DDL-[0-9]{8}|LOBBY-(?P<code>[A-Z2-9]{6,10}))"
    r"(?:-(?P<first>[0-9]{5,})(?: to (?P<last>[0-9]{5,}))?)?",
    re.ASCII,
)
_NOT_OF_A_CODE = re.compile(r"[^A-Z0-9]")
LONGEST_CODE = 10


@dataclass(frozen=True, slots=True)
class Reference:
    """What a line of a statement was for.

    Args:
        code: Of the room, "" for the daily draw.
        tickets: How many it names; 0 when it names the draw alone.
        href: The page that tells more.
    """

    code: str
    tickets: int
    href: str

    @property
    def place(self) -> str:
        """Where it happened, for people."""
        return "a room" if self.code else "the daily draw"


def read_reference(reference: str) -> Reference | None:
    """Return what ``reference`` leads to; None when it is neither draw nor ticket.

    Args:
        reference: As the ledger has it: ``DDL-20261121``, ``DDL-20261121-00042``,
            ``DDL-20261121-00042 to 00044``, the same with ``LOBBY-<code>``.
    """
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    first, last, code = found["first"], found["last"], found["code"] or ""
    tickets = int(last) - int(first) + 1 if first and last else int(first is not None)
    if code:
        return Reference(code, tickets, f"/app/rooms/{code}")
    href = f"/tickets/{found['draw']}-{first}" if first else f"/draws/{found['draw']}"
    return Reference("", tickets, href)


def plain_code(typed: str) -> str:
    """Return a room's code as it is kept: capitals and digits, whatever stood between."""
    return _NOT_OF_A_CODE.sub("", typed.upper())[: LONGEST_CODE + 1]


def shown_code(code: str) -> str:
    """Return a code as people read it out: ``KDMT-7RWX``."""
    half = (len(code) + 1) // 2
    return f"{code[:half]}-{code[half:]}" if len(code) > 5 else code
