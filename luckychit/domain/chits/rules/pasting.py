"""Reads a pasted list of members: a name and a mobile number on each line."""

import re
from dataclasses import dataclass, replace

from luckychit.core.errors import InvalidInput
from luckychit.domain.users.rules import inputs

LINES_MOST = 500
LINE_LONGEST = 200
PASTED_LONGEST = 64_000
# "1." and "2)" as phones number their lists.
_LIST_NUMBER = re.compile(r"^\s*\d{1,3}[.)]\s+")
_SEATS_MARKED = re.compile(
    r"(?<![\w+])(?:[xX\u00d7*]\s?(\d{1,4})|(\d{1,4})\s?(?:[xX\u00d7]|seats?|shares?))(?!\w)",
    re.IGNORECASE,
)
# A field of its own, after a comma, tab or semicolon: "Asha Rao, 9876543210, 2".
_SEATS_FIELD = re.compile(r"[,;\t|]\s*\"?(\d{1,3})\"?\s*$")
_NUMBER = re.compile(r"\+?\(?\d[\d\s().\-]{5,}\d\)?")
_HEADER = re.compile(
    r"\bname\b.*\b(?:mobile|phone|number)\b|\b(?:mobile|phone)\b.*\bname\b", re.IGNORECASE
)
_EDGES = " \t,;|\"'-\u2013\u2014:."


@dataclass(frozen=True, slots=True)
class ListedMember:
    """One line of a list, as far as the line alone can tell."""

    line_number: int  # from 1, blank lines counted
    typed: str
    full_name: str
    mobile_number: str  # E.164, or what was found when it is not one
    seats: int
    seats_stated: bool  # "x1" says on purpose that one more seat is wanted
    problem: str  # "" when the line is good


def listed_members(pasted: object) -> list[ListedMember]:
    """Read a list that was copied from a chat, a sheet or a letter.

    Understood: ``Asha Rao, 9876543210`` · ``9876543210 Asha Rao`` · the same with tabs,
    semicolons or quotes · a list number before it · a seat count after it (``x2``,
    ``2 seats``, or a last field ``2``). Blank lines and a headline are skipped.

    Raises:
        InvalidInput: It is not text, is longer than 64,000 characters or 500 lines, or
            names nobody.
    """
    if not isinstance(pasted, str):
        raise InvalidInput({"pasted": "Please paste a list of names and mobile numbers."})
    if len(pasted) > PASTED_LONGEST:
        raise InvalidInput({"pasted": f"Please paste at most {LINES_MOST} lines."})
    lines = [
        (number, line.strip())
        for number, line in enumerate(pasted.splitlines(), start=1)
        if line.strip() and not _is_headline(line)
    ]
    if not lines:
        raise InvalidInput({"pasted": "Please paste at least one name and mobile number."})
    if len(lines) > LINES_MOST:
        raise InvalidInput({"pasted": f"Please paste at most {LINES_MOST} lines."})
    return _without_twins([_listed(number, line) for number, line in lines])


def _is_headline(line: str) -> bool:
    return _HEADER.search(line) is not None and not any(char.isdigit() for char in line)


def _listed(line_number: int, line: str) -> ListedMember:
    typed = line[:LINE_LONGEST]
    rest = _LIST_NUMBER.sub("", typed)
    marked = _SEATS_MARKED.search(rest)
    field = None if marked else _SEATS_FIELD.search(rest)
    seats = int(next(filter(None, marked.groups())) if marked else field[1] if field else 1)
    if found := marked or field:
        rest = rest[: found.start()] + " " + rest[found.end() :]
    rest = " ".join(rest.split())
    found_number, mobile, mobile_problem = _mobile(rest)
    name, name_problem = _name(rest.replace(found_number, " ", 1) if found_number else rest)
    problem = ""
    if len(line) > LINE_LONGEST:
        problem = f"Longer than {LINE_LONGEST} characters."
    elif seats < 1:
        problem = "The number of seats must be at least 1."
    return ListedMember(
        line_number=line_number,
        typed=typed,
        full_name=name,
        mobile_number=mobile,
        seats=seats,
        seats_stated=found is not None,
        problem=problem or mobile_problem or name_problem,
    )


def _name(rest: str) -> tuple[str, str]:
    stripped = re.sub(r"[,;|\t\"]+", " ", rest).strip(_EDGES)
    if not stripped:
        return "", "There is no name on this line."
    try:
        return inputs.full_name(stripped), ""
    except InvalidInput as wrong:
        return "", wrong.message


def _mobile(rest: str) -> tuple[str, str, str]:
    """Return what was found, the number it is, and what is wrong with it."""
    match = _NUMBER.search(rest)
    if match is None:
        return "", "", "There is no mobile number on this line."
    found = match[0].strip()
    # "Flat 12 9876543210": digits that belong to the name stand before the number.
    chunks = found.split()
    for start in range(len(chunks)):
        candidate = " ".join(chunks[start:])
        try:
            return candidate, inputs.normalise_mobile(candidate), ""
        except InvalidInput:
            continue
    return found, found, f"{found} is not a mobile number."


def _without_twins(lines: list[ListedMember]) -> list[ListedMember]:
    first_line: dict[str, int] = {}
    checked: list[ListedMember] = []
    for line in lines:
        if line.problem:
            checked.append(line)
            continue
        earlier = first_line.setdefault(line.mobile_number, line.line_number)
        twin = f"The same number as line {earlier}. For two seats write x2 there."
        checked.append(line if earlier == line.line_number else replace(line, problem=twin))
    return checked
