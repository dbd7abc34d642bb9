"""The pick: from two published texts to winners, every entry with the same chance."""

from bisect import bisect_right
from dataclasses import asdict, dataclass
from typing import Any

from luckychit.domain.fairness.lcd1.hashes import sha256

RANGE = 2**32


@dataclass(frozen=True, slots=True)
class Pick:
    """One winner, with all that is needed to repeat the step by hand.

    Args:
        nonce: The counter whose hash was accepted.
        hash: That hash in hexadecimal.
        of: How many entries were left.
        idx: Place among those left, from 0.
        position: Place in the whole list, from 0.
    """

    nonce: int
    hash: str
    of: int
    idx: int
    position: int

    def as_winner(self, ticket_id: str) -> dict[str, Any]:
        """Return the item of the result's list of winners."""
        return {**asdict(self), "ticket_id": ticket_id}


def accepted_index(number: int, remaining: int, span: int = RANGE) -> int | None:
    """Return the place a number picks, or None when it must be rejected.

    Rejecting the incomplete last turn is what makes every place equally likely.

    Args:
        number: From 0 to ``span`` - 1.
        remaining: Entries left, 1 to ``span``.
        span: How many numbers there are; tests pass a small one.
    """
    limit = span - span % remaining
    return number % remaining if number < limit else None


def next_pick(
    server_seed: str, client_seed: str, remaining: int, nonce: int, span: int = RANGE
) -> tuple[int, int, str]:
    """Return the place, the accepted nonce and its hash, counting on from ``nonce``."""
    while True:
        digest = sha256(f"{server_seed}{client_seed}{nonce}".encode("ascii"))
        # A smaller span takes fewer values of the same four bytes (tests only).
        number = int.from_bytes(digest[:4], "big") * span // RANGE
        index = accepted_index(number, remaining, span)
        if index is not None:
            return index, nonce, digest.hex()
        nonce += 1


def draw(
    server_seed: str, client_seed: str, count: int, winners: int, span: int = RANGE
) -> list[Pick]:
    """Pick ``winners`` different places out of ``count``, in order.

    Args:
        server_seed: S, 64 lower-case hexadecimal characters.
        client_seed: K, the same.
        count: Entries, 0 to 2^32; none gives no winner.
        winners: At least 1; at most ``count`` are picked.
        span: See :func:`accepted_index`.
    """
    taken: list[int] = []
    nonce = 0
    picks: list[Pick] = []
    while len(picks) < min(winners, count):
        left = count - len(taken)
        index, accepted, digest = next_pick(server_seed, client_seed, left, nonce, span)
        picks.append(Pick(accepted, digest, left, index, _take(taken, index)))
        nonce = accepted + 1
    return picks


def _take(taken: list[int], index: int) -> int:
    """Return the place that is ``index``-th among those left, and take it.

    The same as popping from a list of all places, which a million entries would make
    slow: only the places taken are kept, in order. Before the j-th of them lie
    ``taken[j] - j`` places that are left.
    """
    before = bisect_right(range(len(taken)), index, key=lambda j: taken[j] - j)
    taken.insert(before, index + before)
    return index + before
