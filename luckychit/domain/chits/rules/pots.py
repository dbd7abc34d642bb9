"""How a pot divides into commission, tax and prize. Every paisa goes somewhere."""

from typing import NamedTuple

from luckychit.core.money import BPS_WHOLE


class PotSplit(NamedTuple):
    """The three parts of a pot, in minor units; they sum to it exactly."""

    commission_minor: int
    gst_minor: int
    prize_minor: int


def split_pot(pot_minor: int, commission_bps: int, gst_bps: int) -> PotSplit:
    """Divide a pot; fractions of a paisa go to the winner.

    Args:
        pot_minor: What was received for one instalment, from every seat, minor units, >= 0.
        commission_bps: The foreman's commission on the pot, 0 to 10,000.
        gst_bps: Tax on the commission, 0 to 10,000 (18 % = 1,800).

    Source:
        Chit Funds Act 1982 s.21(1)(b): commission is a share of the chit amount. GST is
        due on the commission, not on the pot.
    """
    assert pot_minor >= 0
    commission_minor = pot_minor * commission_bps // BPS_WHOLE
    gst_minor = commission_minor * gst_bps // BPS_WHOLE
    return PotSplit(commission_minor, gst_minor, pot_minor - commission_minor - gst_minor)


def grown_split(before: PotSplit, added_minor: int, commission_bps: int, gst_bps: int) -> PotSplit:
    """Divide a pot that grew after its draw, so that no part ever shrinks.

    The whole pot is divided again and only the difference moves, so many small late
    payments give the same parts as one large one. A step of a paisa could raise
    commission and tax by one paisa each and so take one from the prize, which may have
    been handed over already: then the tax waits for the next payment.

    Args:
        before: The parts so far, made by this function or :func:`split_pot`.
        added_minor: What came in late, minor units, > 0.
        commission_bps: As in :func:`split_pot`.
        gst_bps: As in :func:`split_pot`.
    """
    assert added_minor > 0
    after = split_pot(sum(before) + added_minor, commission_bps, gst_bps)
    short_minor = max(0, before.prize_minor - after.prize_minor)
    grown = PotSplit(
        after.commission_minor, after.gst_minor - short_minor, after.prize_minor + short_minor
    )
    assert all(new >= old for new, old in zip(grown, before, strict=True))
    return grown
