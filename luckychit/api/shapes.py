"""Shapes that every part of the API shares: money, moments, pages, refusals."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from luckychit.core.money import Money

T = TypeVar("T")


def iso(moment: datetime) -> str:
    """Return a moment as the API writes it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[
    datetime,
    PlainSerializer(iso, return_type=str),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "examples": ["2027-01-05T12:30:00.000Z"]},
        mode="serialization",
    ),
]


class Sent(BaseModel):
    """A body that callers send: exact types, no field that we do not know."""

    model_config = ConfigDict(strict=True, extra="forbid")


class MoneyOut(BaseModel):
    """An amount in minor units, and as people write it."""

    amount_minor: int = Field(examples=[9500])
    currency: str = Field(examples=["USD"])
    text: str = Field(examples=["$95.00"])


class PageOut(BaseModel, Generic[T]):
    """One page of a list; ``next`` is the cursor of the following one, null at the end."""

    items: list[T]
    next: str | None = Field(
        description="Send it as `after` to get the following page.", examples=[None]
    )

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """Name a page after what is on it: ``RoomPage``."""
        return f"{params[0].__name__.removesuffix('Out')}Page"


class RefusalOut(BaseModel):
    """Why nothing happened: a code that never changes, and a sentence for people.

    ``incident`` is the number to quote when the fault is ours, else null.
    """

    code: str = Field(examples=["wallet.insufficient_funds"])
    message: str = Field(examples=["There is not enough money in your wallet."])
    incident: str | None = Field(default=None, examples=[None])


class InvalidOut(RefusalOut):
    """A field has a wrong shape; ``fields`` says for each what is wrong."""

    fields: dict[str, str] = Field(examples=[{"quantity": "Please give a whole number."}])


def money(amount: Money) -> MoneyOut:
    """Return an amount as the API writes it."""
    return MoneyOut(
        amount_minor=amount.amount_minor, currency=amount.currency, text=money_text(amount)
    )


@lru_cache(maxsize=4096)
def money_text(amount: Money) -> str:
    """Return an amount as people write it; remembered, for it takes a tenth of a purchase."""
    return amount.text()
