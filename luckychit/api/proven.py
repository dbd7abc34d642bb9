"""Whose session or bearer was found valid a moment ago: for the limits, and nothing else.

Whoever shows one is counted as a person. A session that has ended is refused by the
route all the same; for a minute it is only not counted as a stranger.
"""

import time

KEPT_S = 60.0
MOST = 50_000

_known: dict[str, tuple[str, float]] = {}


def remember(credential: str | None, person: object) -> None:
    """Note that ``credential`` belongs to ``person``.

    Args:
        credential: As :func:`visitors.credential_in` returns it.
        person: The id of a person.
    """
    if credential is None:
        return
    if len(_known) >= MOST:
        _known.clear()
    _known[credential] = (str(person), time.monotonic() + KEPT_S)


def holder(credential: str | None) -> str | None:
    """Return whose ``credential`` was found to be, not long ago; None for a stranger's."""
    if credential is None:
        return None
    person, until_s = _known.get(credential, ("", 0.0))
    return person if time.monotonic() < until_s else None


def forget() -> None:
    """Know nobody any more (tests)."""
    _known.clear()
