"""Reads the form of a new group, and says what follows from it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from luckychit.core.money import Money, parse_minor
from luckychit.domain.chits.queries.views import TermsView
from luckychit.ui import session, text
from luckychit.ui.pages.manage_shared import words

CURRENCY = "INR"
GST_BPS = 1800  # on the commission, when the switch is on
MONTHS_OFFERED = 13
_PASSED = "The first draw day has passed already. Choose a later month or day."
_SERVICE_FIELDS = {
    "monthly_installment_minor": "instalment",
    "max_members": "seats",
    "commission_bps": "commission",
    "starts_on": "starts_on",
    "draw_day": "draw_day",
    "draw_time": "draw_time",
    "name": "name",
}


@dataclass
class Outcome:
    """What follows from the terms, ready to draw."""

    total: str = ""
    commission: str = ""
    gst: str = ""
    prize: str = ""
    first_draw: str = ""
    last_draw: str = ""
    months: str = ""
    each_pays: str = ""
    cost: str = ""
    cost_words: str = ""
    warning: str = ""


@dataclass
class MonthChoice:
    """A month in which the group may begin."""

    value: str = ""
    words: str = ""


def month_choices(now: datetime) -> list[MonthChoice]:
    """Return this month and the twelve after it."""
    first = now.astimezone(ZoneInfo(text.DEFAULT_ZONE)).date().replace(day=1)
    months = []
    for later in range(MONTHS_OFFERED):
        years, index = divmod(first.month - 1 + later, 12)
        month = date(first.year + years, index + 1, 1)
        months.append(MonthChoice(month.strftime("%Y-%m"), month.strftime("%B %Y")))
    return months


def typed_terms(form: object) -> dict[str, Any]:
    """Return what was typed as the services take it; what is no value becomes one they refuse."""
    return {
        "currency": CURRENCY,
        "monthly_installment_minor": _amount(session.typed_text(form, "instalment", 32)),
        "max_members": _whole(session.typed_text(form, "seats", 6)),
        "commission_bps": _bps(session.typed_text(form, "commission", 8)),
        "gst_bps": GST_BPS if session.typed_text(form, "gst", 8) else 0,
        "draw_day": _whole(session.typed_text(form, "draw_day", 4)),
        "starts_on": _month(session.typed_text(form, "starts_on", 7)),
        "draw_time": _time(session.typed_text(form, "draw_time", 8)),
        "time_zone": text.DEFAULT_ZONE,
    }


def beside_fields(problems: dict[str, str]) -> dict[str, str]:
    """Return sentences of the services under the names the form has for the fields."""
    return {_SERVICE_FIELDS.get(name, name): said for name, said in problems.items()}


def outcome(view: TermsView, terms: dict[str, Any], now: datetime) -> Outcome:
    """Return the arithmetic in words and numbers."""
    instalment = Money(terms["monthly_installment_minor"], CURRENCY)
    seats = terms["max_members"]
    cost = view.net_cost_per_seat
    zone = terms["time_zone"]
    return Outcome(
        total=view.total_value.text(),
        commission=view.commission.text(),
        gst=view.gst.text() if view.gst else "",
        prize=view.prize.text(),
        first_draw=text.day(view.first_draw_at, zone),
        last_draw=text.day(view.last_draw_at, zone),
        months=text.count(seats, "month"),
        each_pays=f"{instalment.text()} {words.TIMES} {seats} = {view.total_value.text()}",
        cost=cost.text(),
        cost_words=_cost(cost, view.prize, view.total_value),
        warning=_PASSED if view.first_draw_at < now else "",
    )


def _cost(cost: Money, prize: Money, total: Money) -> str:
    if not cost:
        return (
            f"Every member pays {total.text()} in all and gets {prize.text()} once. "
            "Nobody earns and nobody loses: early winners borrow from the others, late ones lend."
        )
    return (
        f"Every member pays {total.text()} in all and gets {prize.text()} once: "
        f"each seat ends {cost.text()} short. That is the whole cost, and it is the same for "
        "all. Nobody earns; early winners borrow from the others, late winners lend to them."
    )


def _amount(typed: str) -> int | None:
    try:
        return parse_minor(typed, CURRENCY)
    except ValueError:
        return None


def _whole(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() else None


def _bps(typed: str) -> int | None:
    """Return a percentage such as ``5`` or ``4.25`` in basis points."""
    try:
        percent = Decimal(typed.rstrip("% ").replace(",", "."))
    except InvalidOperation:
        return None
    bps = percent * 100
    is_whole = bps.is_finite() and bps == bps.to_integral_value()
    return int(bps) if is_whole and abs(bps) < 10**6 else None


def _month(typed: str) -> date | None:
    try:
        return date.fromisoformat(f"{typed}-01")
    except ValueError:
        return None


def _time(typed: str) -> time | None:
    try:
        return time.fromisoformat(typed)
    except ValueError:
        return None
