"""Pure rules of the chit circles: numbers in, numbers out, no clock and no database."""

from luckychit.domain.chits.rules.allocation import fill_oldest_first, take_newest_first
from luckychit.domain.chits.rules.cost import monthly_rate, net_cost_minor
from luckychit.domain.chits.rules.pots import PotSplit, grown_split, split_pot
from luckychit.domain.chits.rules.schedule import (
    draw_moment,
    due_date,
    month_label,
)
from luckychit.domain.chits.rules.terms import (
    COMMISSION_CAP_BPS,
    Terms,
    check_totals,
    checked_terms,
)

__all__ = [
    "COMMISSION_CAP_BPS",
    "PotSplit",
    "Terms",
    "check_totals",
    "checked_terms",
    "draw_moment",
    "due_date",
    "fill_oldest_first",
    "grown_split",
    "month_label",
    "monthly_rate",
    "net_cost_minor",
    "split_pot",
    "take_newest_first",
]
