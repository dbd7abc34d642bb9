"""A file under examination, and the small tools of its checks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from luckychit.domain.fairness.lcd1 import hashes

# What a file can show: a bundle its whole list, a ticket file one entry of it, a head none.
LIST: Final = "list"
TICKET: Final = "ticket"
HEAD: Final = "head"


class Broken(Exception):
    """The proof is false; the text says where."""


@dataclass(slots=True)
class Case:
    """A bundle, ticket file or head, and what the steps have established of it.

    Args:
        bundle: The parsed JSON.
        commit_hash: Of the COMMIT entry seen before, if any.
        lock_hash: Of the LOCK entry seen before, if any.
        ticket_id: An entry that must be in the list, if any.
        check_signature: Tells whether the pinned network signed a round.
        scope: What of the list the file can show: list, ticket or head.
        names: The ticket ids checked, by their place in the list from 0.
        count: Entries of the locked list.
        root: Its Merkle root, as far as the file lets it be computed.
    """

    bundle: Any
    commit_hash: str | None = None
    lock_hash: str | None = None
    ticket_id: str | None = None
    check_signature: Callable[[int, bytes], bool] | None = None
    scope: str = LIST
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    count: int = 0
    root: bytes = b""
    params_hash: bytes = b""
    bound: bytes = b""  # L
    beacon_hash: bytes = hashes.ZERO  # B
    is_void: bool = False
    is_weak: bool = False
    is_signature_checked: bool = False

    def body(self, entry_type: str) -> dict[str, Any] | None:
        """Return the body of the entry of a type, or None when the log has none."""
        entry = self.entries.get(entry_type)
        return None if entry is None else entry["body"]


def need(condition: object, flaw: str) -> None:
    """Go on when the condition holds.

    Raises:
        Broken: It does not.
    """
    if not condition:
        raise Broken(flaw)


def is_whole(value: Any, least: int = 0) -> bool:
    """Tell whether a value is a whole number of at least ``least``, and no boolean."""
    return type(value) is int and value >= least


def exactly(body: Any, *keys: str) -> None:
    """Go on when ``body`` has these parts and no others.

    Raises:
        Broken: It has not.
    """
    need(type(body) is dict and set(body) == set(keys), "an entry has other parts than it must")
