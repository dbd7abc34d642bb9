"""The Merkle tree of RFC 6962 over the leaves of a draw's list."""

from collections.abc import Iterable, Iterator, Sequence

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
        level = _level_above(level)
    return level[0]


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    odd = level[-1:] if len(level) % 2 else []
    pairs = zip(level[0::2], level[1::2], strict=False)
    return [_node(left, right) for left, right in pairs] + list(odd)


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the neighbours that lead from one leaf up to the root, lowest first.

    Where the roots of full blocks of 2^k leaves are known, the path inside the block
    followed by the path among the roots of all blocks is the path in the whole tree.

    Args:
        leaves: The whole list.
        index: Place of the leaf, from 0.

    Raises:
        ValueError: There is no such place.

    Source: RFC 6962 section 2.1.1.
    """
    if not 0 <= index < len(leaves):
        raise ValueError(f"no leaf {index} among {len(leaves)}")
    level, path = list(leaves), []
    while len(level) > 1:
        neighbour = index ^ 1
        # An odd last one has no neighbour and is carried up.
        if neighbour < len(level):
            path.append(level[neighbour])
        level, index = _level_above(level), index // 2
    return path


def root_from_path(leaf: bytes, index: int, n: int, path: Sequence[bytes]) -> bytes:
    """Return the root that a leaf and its path lead to.

    Args:
        leaf: Hash of the leaf.
        index: Its place in the list, from 0.
        n: Leaves in the list.
        path: As :func:`inclusion_path` gives it.

    Raises:
        ValueError: There is no such place, or the path is longer or shorter than the
            place has it.

    Source: RFC 6962 section 2.1.1.
    """
    if not 0 <= index < n:
        raise ValueError(f"no leaf {index} among {n}")
    node, steps = leaf, iter(path)
    while n > 1:
        if index % 2:
            node = _node(_next_step(steps), node)
        elif index + 1 < n:
            node = _node(node, _next_step(steps))
        index, n = index // 2, (n + 1) // 2
    if next(steps, None) is not None:
        raise ValueError("the path is too long")
    return node


def _next_step(steps: Iterator[bytes]) -> bytes:
    step = next(steps, None)
    if step is None:
        raise ValueError("the path is too short")
    return step
