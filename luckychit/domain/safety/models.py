"""Tables of the safety of play. Private to the domain."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


class SelfExclusion(SQLModel, table=True):
    """A break from games that a person took; append-only, so nobody can end it early."""

    __tablename__ = "self_exclusions"
    __table_args__ = (CheckConstraint("until > created_at", name="self_exclusion_lasts"),)

    user_id: uuid.UUID = Field(foreign_key="users.id", primary_key=True)
    until: datetime = Field(primary_key=True)
    created_at: datetime
