"""Types of fields that callers send, where JSON has none: days, moments, clock times, lines."""

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

LARGEST_AMOUNT_MINOR = 10**15
YEARS = range(2001, 2100)
# RFC 3339 section 5.6.
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


def _day(sent: Any) -> date:
    if not isinstance(sent, str) or not _DAY.fullmatch(sent):
        raise ValueError("Please give a day such as 2027-01-31.")
    return _of_our_time(date.fromisoformat(sent))


def _birth_date(sent: Any) -> date:
    if not isinstance(sent, str) or not _DAY.fullmatch(sent):
        raise ValueError("Please give a day such as 1990-12-31.")
    return date.fromisoformat(sent)


def _moment(sent: Any) -> datetime:
    if not isinstance(sent, str) or not _MOMENT.fullmatch(sent):
        raise ValueError("Please give a moment such as 2027-01-31T12:30:00Z.")
    # Python reads at most six digits of a second.
    text = re.sub(r"(\.\d{6})\d+", r"\1", sent.upper())
    try:
        return _of_our_time(datetime.fromisoformat(text).astimezone(UTC))
    except OverflowError as exc:
        raise ValueError("Please give a moment of this century.") from exc


def _clock(sent: Any) -> time:
    if not isinstance(sent, str) or not _CLOCK.fullmatch(sent):
        raise ValueError("Please give a time such as 18:00.")
    return time.fromisoformat(sent)


def _of_our_time(value: Any) -> Any:
    if value.year not in YEARS:
        raise ValueError("Please give a date of this century.")
    return value


Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2027-01-01"]}),
]
# Of another century, often; which ones there are, the accounts themselves say.
BirthDate = Annotated[
    date,
    BeforeValidator(_birth_date),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["1990-12-31"]}),
]
SentMoment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2027-01-31T12:30:00Z"]}),
]
ClockTime = Annotated[
    time,
    BeforeValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK.pattern}$", "examples": ["18:00"]}),
]
AmountMinor = Annotated[
    int,
    Field(
        ge=1,
        le=LARGEST_AMOUNT_MINOR,
        description="Minor units: paise, cents.",
        examples=[500_000],
    ),
]
Currency = Annotated[
    str, Field(pattern="^[A-Z]{3}$", description="ISO 4217 code.", examples=["INR"])
]
Name = Annotated[str, Field(min_length=1, max_length=100)]
