"""How the deductions of a pot are shown on the parts in which a prize is handed over."""


def deductions_of_part(
    *, deductions_minor: int, prize_minor: int, handed_over_minor: int, shown_minor: int
) -> int:
    """Return the commission and tax that belong to the newest part of a prize.

    Reckoned from the whole and not part by part, so that all parts together show exactly
    the deductions of the pot once the prize is handed over in full.

    Args:
        deductions_minor: Commission and tax of the pot so far, minor units.
        prize_minor: The prize so far, minor units, > 0.
        handed_over_minor: All parts, the newest included, minor units, <= ``prize_minor``.
        shown_minor: Deductions shown on the earlier parts, minor units.
    """
    assert 0 < handed_over_minor <= prize_minor
    return max(0, deductions_minor * handed_over_minor // prize_minor - shown_minor)
