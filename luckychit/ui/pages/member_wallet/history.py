"""The balance over time as the path of one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from luckychit.domain.wallet.views import StatementLine
from luckychit.ui import text

WIDTH = 320
HEIGHT = 80
# Room for the line's own thickness at the edges.
EDGE = 3
FEWEST_LINES = 2


@dataclass
class HistoryText:
    """The picture, ready to draw; no line when there is too little to tell."""

    line: str = ""
    area: str = ""
    label: str = ""
    since: str = ""
    highest: str = ""


def history_text(lines: Sequence[StatementLine], now: datetime) -> HistoryText:
    """Draw how the balance went.

    Args:
        lines: Movements, newest first.
        now: Where the line ends.
    """
    if len(lines) < FEWEST_LINES:
        return HistoryText()
    oldest_first = list(reversed(lines))
    first, last = oldest_first[0], oldest_first[-1]
    top = max(lines, key=lambda line: line.balance_after.amount_minor).balance_after
    start, span_s = first.happened_at, max((now - first.happened_at).total_seconds(), 1.0)
    scale = (HEIGHT - 2 * EDGE) / max(top.amount_minor, 1)

    def across(when: datetime) -> float:
        return min(max((when - start).total_seconds() / span_s, 0.0), 1.0) * WIDTH

    def up(balance_minor: int) -> float:
        return HEIGHT - EDGE - balance_minor * scale

    # Nothing happens between two movements, so the line goes in steps.
    steps = [
        f"H{across(line.happened_at):.1f}V{up(line.balance_after.amount_minor):.1f}"
        for line in oldest_first
    ]
    before_minor = first.balance_after.amount_minor - first.amount.amount_minor
    path = f"M0 {up(before_minor):.1f}{''.join(steps)}H{WIDTH}"
    return HistoryText(
        line=path,
        area=f"{path}V{HEIGHT}H0Z",
        label=(
            f"Balance since {text.day(start)}: {text.count(len(lines), 'movement')}, "
            f"at most {top.text()}, now {last.balance_after.text()}"
        ),
        since=text.relative_day(start, now).capitalize(),
        highest=f"at most {top.text()}",
    )
