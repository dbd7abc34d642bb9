"""What a lot circle really costs each member."""

from collections.abc import Callable

from luckychit.domain.chits.rules.pots import PotSplit

# Finer than any two roots of a circle of 120 seats lie apart near zero; 50 % a month is far.
_STEP = 0.0005
_FAR = 1000


def net_cost_minor(full_month: PotSplit) -> int:
    """Return what every seat pays over the whole term, its prize counted.

    Each seat pays as many instalments as there are seats, which is one full pot, and
    wins one full pot less commission and tax: the difference is the same for all.
    """
    return full_month.commission_minor + full_month.gst_minor


def monthly_rate(*, seats: int, instalment_minor: int, prize_minor: int, won: int) -> float | None:
    """Return the interest of a seat that wins in month ``won``, as a fraction per month.

    Positive: the winner of an early month borrows at this rate. Negative: the winner of
    a late month saves at a loss of this rate. None: no rate exists, because the seat
    first lends and then borrows about as much; only the net cost says something there.

    Args:
        seats: Number of seats and months, at least 2.
        instalment_minor: What the seat pays in each month.
        prize_minor: What it receives in month ``won``, less than all it pays.
        won: 1 to ``seats``.

    Source:
        The rate nearest to zero at which payments and prize have the same present value,
        found by walking outwards from zero and halving the step where the sign turns.
    """

    def surplus(rate: float) -> float:
        paid = sum(instalment_minor / (1 + rate) ** month for month in range(1, seats + 1))
        return prize_minor / (1 + rate) ** won - paid

    for place in range(_FAR):
        for near, far in (
            (place * _STEP, (place + 1) * _STEP),
            (-place * _STEP, -(place + 1) * _STEP),
        ):
            if surplus(near) < 0 <= surplus(far):
                return _halved(surplus, near, far)
    return None


def _halved(surplus: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(60):
        middle = (low + high) / 2
        if surplus(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
