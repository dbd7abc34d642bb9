"""Amounts as they are typed and said, and the note that follows an act of money."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from luckychit.core import errors
from luckychit.core.money import Money, parse_minor
from luckychit.ui import session, toasts

METHODS = [("cash", "Cash"), ("upi", "UPI"), ("bank", "Bank transfer")]
NOON = time(12, 0)
NONE = "\N{EN DASH}"
TIMES = "\N{MULTIPLICATION SIGN}"


def typed_amount(form: object, currency: str) -> int:
    """Return the field ``amount`` of a form in minor units.

    Raises:
        InvalidInput: It is not an amount above zero.
    """
    try:
        amount_minor = parse_minor(session.typed_text(form, "amount", 32), currency)
    except ValueError:
        amount_minor = 0
    if amount_minor < 1:
        raise errors.InvalidInput({"amount": "Please type an amount, such as 5,000."})
    return amount_minor


def typed_day(form: object, name: str, now: datetime, zone: str) -> datetime | None:
    """Return a past day of a form as its noon; None for today or nothing: that is now.

    Raises:
        InvalidInput: It is not a date.
    """
    typed = session.typed_text(form, name, 10)
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError as exc:
        raise errors.InvalidInput({name: "Please choose a day."}) from exc
    if day == now.astimezone(ZoneInfo(zone)).date():
        return None
    return datetime.combine(day, NOON, tzinfo=ZoneInfo(zone))


def iso_day(moment: datetime, zone: str) -> str:
    """Return the day of a moment as a date field takes it: ``2026-11-21``."""
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()


def beside(exc: errors.LuckyChitError, field: str = "amount") -> errors.InvalidInput:
    """Put a refusal, such as too much money, beside the field it is about."""
    if isinstance(exc, errors.InvalidInput):
        return exc
    return errors.InvalidInput({field: exc.message})


def said_amount(typed: object, currency: str) -> str:
    """Return a typed amount in words, capitalised; "" while it is not one."""
    try:
        amount_minor = parse_minor(typed, currency) if isinstance(typed, str) else 0
        return capital(Money(amount_minor, currency).words()) if amount_minor else ""
    except (ValueError, OverflowError):
        return ""


def plain_amount(amount: Money) -> str:
    """Return an amount as it would be typed: ``5,000`` or ``52.50``."""
    return amount.text().lstrip("₹$").strip()


def said_mobile(number: str) -> str:
    """Return an Indian mobile number in the groups people read; others as they are."""
    is_indian = number.startswith("+91") and len(number) == len("+919876543210")
    return f"+91 {number[3:8]} {number[8:]}" if is_indian else number


def capital(sentence: str) -> str:
    """Return the sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]


def noted(sentence: str, *, href: str, label: str) -> Any:
    """Return a notice of what was recorded, with a link to the record."""
    link: toasts.Link = {"label": label, "href": href}
    # One place for all of them: while collecting, the last one replaces the one before.
    return toasts.success(sentence, action=link, duration=8_000, id="recorded")
