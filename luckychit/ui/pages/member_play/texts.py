"""The own rules of play in words."""

from dataclasses import dataclass, field
from datetime import datetime

from babel.numbers import get_currency_precision

from luckychit.core.money import PLAY_CREDIT, Money
from luckychit.core.settings import settings
from luckychit.domain.safety import queries
from luckychit.domain.safety.views import LimitView
from luckychit.domain.users.service import Actor
from luckychit.ui import text

PERIODS = {"day": "Today", "week": "This week", "month": "This month"}
_QUESTIONS = {
    ("deposit", "day"): "Add at most, in a day",
    ("deposit", "week"): "Add at most, in a week",
    ("deposit", "month"): "Add at most, in a month",
    ("play", "day"): "Play for at most, in a day",
    ("play", "week"): "Play for at most, in a week",
    ("play", "month"): "Play for at most, in a month",
}
AGES = {
    "unknown": "Not said yet. Games ask for it before the first ticket.",
    "too_young": "Games are for people of 18 years and older.",
    "adult": "",
}


@dataclass
class LimitText:
    """One limit as it stands, ready to draw; ``name`` is ``play-day`` and the like."""

    name: str = ""
    period: str = ""
    question: str = ""
    words: str = ""
    amount: str = ""
    has_limit: bool = False
    waits: str = ""


@dataclass
class PlayText:
    """Everything on the page, ready to draw."""

    deposits: list[LimitText] = field(default_factory=list)
    plays: list[LimitText] = field(default_factory=list)
    break_until: str = ""
    reminder: str = ""
    age: str = ""


def read_play(actor: Actor, now: datetime) -> PlayText:
    """Read the own rules of play.

    Args:
        actor: The member.
        now: The present moment.
    """
    view = queries.own_safety(actor=actor, now=now)
    lines = [(limit.kind, limit_text(limit)) for limit in view.limits]
    return PlayText(
        deposits=[line for kind, line in lines if kind == "deposit"],
        plays=[line for kind, line in lines if kind == "play"],
        break_until=text.moment(view.break_until) if view.break_until else "",
        reminder=str(view.reality_check_min or ""),
        age=AGES[view.age],
    )


def limit_text(view: LimitView) -> LimitText:
    """Return one limit, ready to draw."""
    limit = view.limit
    words = f"{view.used.text()} so far, no limit"
    if limit is not None:
        words = f"{view.used.text()} of {limit.text()}"
    return LimitText(
        name=f"{view.kind}-{view.period}",
        period=PERIODS[view.period],
        question=_QUESTIONS[view.kind, view.period],
        words=words,
        amount="" if limit is None else _typed(limit),
        has_limit=limit is not None,
        waits=_waits(view),
    )


def _typed(amount: Money) -> str:
    """Return an amount as one would type it: ``12.50``."""
    precision = get_currency_precision(amount.currency)
    whole, part = divmod(amount.amount_minor, 10**precision)
    return f"{whole}.{part:0{precision}d}" if precision else str(whole)


def _waits(view: LimitView) -> str:
    if view.waits_until is None:
        return ""
    amount = "No limit" if view.waiting is None else view.waiting.text()
    return f"{amount} from {text.moment(view.waits_until)}"


def unit() -> str:
    """Return in what amounts are given: ``In USD``, ``In credits``."""
    currency = settings().games_currency
    return f"In {'credits' if currency == PLAY_CREDIT else currency}"


def said_of_limit(takes_effect_at: datetime | None, now: datetime) -> str:
    """Say from when on a limit that was just asked for counts."""
    if takes_effect_at is None:
        return "That is your limit already."
    if takes_effect_at <= now:
        return "Your limit counts from now on."
    return f"It will count from {text.moment(takes_effect_at)}. Until then you can take it back."
