"""What callers send about circles."""

from typing import Annotated, Literal

from pydantic import Field

from luckychit.api.sent import AmountMinor, ClockTime, Currency, Day, Name, SentMoment
from luckychit.api.shapes import Sent
from luckychit.domain.chits.rules.terms import INSTALMENT_MOST_MINOR, SEATS_LEAST, SEATS_MOST

Method = Literal["cash", "bank", "upi"]
ShortCollection = Literal["collected", "foreman_advances"]
GroupName = Annotated[Name, Field(examples=["Lakshmi Circle"])]
Instalment = Annotated[
    int,
    Field(
        ge=1,
        le=INSTALMENT_MOST_MINOR,
        description="Of one seat, a month; minor units.",
        examples=[500_000],
    ),
]
Seats = Annotated[int, Field(ge=SEATS_LEAST, le=SEATS_MOST, description="Seats.", examples=[20])]
CommissionBps = Annotated[
    int, Field(ge=0, le=10_000, description="Basis points; the law allows 700.", examples=[500])
]
GstBps = Annotated[int, Field(ge=0, le=10_000, description="Tax on the commission.", examples=[0])]
DrawDay = Annotated[
    int, Field(ge=1, le=31, description="Short months use their last day.", examples=[5])
]
TimeZone = Annotated[str, Field(max_length=64, description="IANA name.", examples=["Asia/Kolkata"])]
StartsOn = Annotated[Day, Field(description="Any day of the month of the first instalment.")]
Reference = Annotated[
    str,
    Field(max_length=100, description="What the bank or payer calls it.", examples=["UTR 4471"]),
]


class NewGroupIn(Sent):
    """The terms of a circle; each seat wins once, so it runs one month for each seat."""

    name: GroupName
    monthly_installment_minor: Instalment
    currency: Currency = "INR"
    max_members: Seats
    commission_bps: CommissionBps
    draw_day: DrawDay
    starts_on: StartsOn
    duration_months: int | None = Field(
        default=None, ge=1, le=1200, description="If sent, must equal `max_members`."
    )
    total_value_minor: int | None = Field(
        default=None,
        ge=1,
        le=10**15,
        description="If sent, must equal instalment times seats.",
    )
    draw_time: Annotated[
        ClockTime | None, Field(description="Cut-off on the draw day, local; 18:00 without it.")
    ] = None
    time_zone: TimeZone = "Asia/Kolkata"
    gst_bps: GstBps = 0
    short_collection: ShortCollection = "collected"


class GroupChangesIn(Sent):
    """What to change of a circle that is forming; what is not sent stays."""

    name: GroupName | None = None
    monthly_installment_minor: Instalment | None = None
    max_members: Seats | None = None
    commission_bps: CommissionBps | None = None
    draw_day: DrawDay | None = None
    starts_on: StartsOn | None = None
    draw_time: ClockTime | None = None
    time_zone: TimeZone | None = None
    gst_bps: GstBps | None = None
    short_collection: ShortCollection | None = None


class MemberIn(Sent):
    """Who joins, and with how many seats: a number and a name, or somebody known already.

    The name is kept for a new person only.
    """

    mobile_number: str | None = Field(
        default=None,
        max_length=25,
        description="Ten digits are Indian.",
        examples=["9876543210"],
    )
    full_name: Annotated[Name | None, Field(examples=["Ravi Kumar"])] = None
    user_id: str | None = Field(
        default=None,
        max_length=36,
        description="One of the caller's members, instead of number and name.",
        examples=[None],
    )
    seats: int = Field(default=1, ge=1, le=SEATS_MOST, examples=[1])


class PaymentIn(Sent):
    """Money that was received for a seat; it fills the oldest unpaid dues first."""

    seat_number: int = Field(ge=1, le=SEATS_MOST, examples=[1])
    amount_minor: AmountMinor
    currency: Currency | None = Field(
        default=None, description="If sent, must be the circle's.", examples=["INR"]
    )
    method: Method
    reference: Reference = ""
    received_at: SentMoment | None = Field(default=None, description="Now, without it.")


class ReversalIn(Sent):
    """Why a payment is taken back; it stands on the receipt."""

    reason: Annotated[
        str, Field(min_length=1, max_length=300, examples=["Recorded for the wrong seat"])
    ]


class HoldDrawIn(Sent):
    """The instalment to draw: so a repeat never draws the month after."""

    instalment: int = Field(ge=1, le=SEATS_MOST, examples=[1])


class PayoutIn(Sent):
    """Money handed to a winner; without an amount, all that is left of the prize."""

    amount_minor: AmountMinor | None = None
    currency: Currency | None = Field(
        default=None, description="If sent, must be the circle's.", examples=["INR"]
    )
    method: Method
    reference: Reference = ""
    paid_at: SentMoment | None = Field(default=None, description="Now, without it.")
