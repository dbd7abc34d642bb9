"""Tables of the safety of play. Private to the domain."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index
from sqlmodel import Field, SQLModel


class SelfExclusion(SQLModel, table=True):
    """A break from games that a person took; append-only, so nobody can end it early."""

    __tablename__ = "self_exclusions"
    __table_args__ = (CheckConstraint("until > created_at", name="self_exclusion_lasts"),)

    user_id: uuid.UUID = Field(foreign_key="users.id", primary_key=True)
    until: datetime = Field(primary_key=True)
    created_at: datetime


class PlayLimit(SQLModel, table=True):
    """What a person allows the own self in a day, week or month; append-only.

    In force is the line written last of those that have taken effect (``rules.in_force``).
    ``amount_minor`` is in the games' currency; None is no limit.
    """

    __tablename__ = "play_limits"
    __table_args__ = (
        CheckConstraint("kind IN ('deposit','play')", name="play_limits_kind"),
        CheckConstraint("period IN ('day','week','month')", name="play_limits_period"),
        CheckConstraint("amount_minor >= 0", name="play_limits_not_negative"),
        CheckConstraint(
            "takes_effect_at = created_at OR takes_effect_at >= created_at + interval '24 hours'",
            name="play_limits_at_once_or_a_day_later",
        ),
        Index("play_limits_by_user", "user_id", "kind", "period", "id"),
    )

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    user_id: uuid.UUID = Field(foreign_key="users.id")
    kind: str = Field(max_length=8)
    period: str = Field(max_length=8)
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    takes_effect_at: datetime
    created_at: datetime
