"""Which dues a payment fills, and which a reversal opens again."""

from collections.abc import Sequence


def fill_oldest_first(amount_minor: int, remaining_minor: Sequence[int]) -> list[int]:
    """Divide a payment over the dues of a seat, the oldest unpaid first.

    Args:
        amount_minor: What was received, minor units, > 0.
        remaining_minor: What each due still lacks, oldest first, minor units, >= 0.

    Returns:
        The part of each due, in the same order; the parts sum to ``amount_minor``.

    Raises:
        ValueError: The amount is more than all dues together still lack.
    """
    assert amount_minor > 0
    left_minor = amount_minor
    parts: list[int] = []
    for lacking_minor in remaining_minor:
        part_minor = min(left_minor, lacking_minor)
        parts.append(part_minor)
        left_minor -= part_minor
    if left_minor:
        raise ValueError(f"{left_minor} minor units more than is owed")
    return parts


def take_newest_first(amount_minor: int, paid_minor: Sequence[int]) -> list[int]:
    """Divide a reversal over the dues of a seat, the newest paid first.

    The mirror of :func:`fill_oldest_first`: what remains paid is what the seat's other
    payments would have filled by themselves.

    Args:
        amount_minor: What is taken back, minor units, > 0.
        paid_minor: What each due has received, oldest first, minor units, >= 0.

    Returns:
        The part of each due, in the same order, >= 0; they sum to ``amount_minor``.

    Raises:
        ValueError: The amount is more than all dues together have received.
    """
    return fill_oldest_first(amount_minor, list(reversed(paid_minor)))[::-1]
