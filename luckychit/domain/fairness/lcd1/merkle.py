"""The Merkle tree of RFC 6962 over the leaves of a draw's list."""

from collections.abc import Iterable

from luckychit.domain.fairness.lcd1.hashes import sha256


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes; of an empty list it is H of nothing.

    Pairs neighbours level by level and carries an odd last one up, which is the same
    tree as splitting at the largest power of two below the count, without recursion.

    Source: RFC 6962 section 2.1.
    """
    level = list(leaves)
    if not level:
        return sha256(b"")
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(level[0::2], level[1::2], strict=False)
        level = [sha256(b"\x01" + left + right) for left, right in pairs] + odd
    return level[0]
