"""The table of news."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class News(SQLModel, table=True):
    """One thing that happened; append-only."""

    __tablename__ = "news"
    __table_args__ = (
        Index("news_by_group", "group_id", "id"),
        Index("news_by_user", "user_id", "id"),
        Index("news_by_manager", "manager_id", "id"),
    )

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    # The writing transaction, so that a reader can tell what is certainly complete.
    written_in: int | None = Field(
        default=None,
        sa_column=Column(
            BigInteger, nullable=False, server_default=text("(pg_current_xact_id()::text)::bigint")
        ),
    )
    kind: str = Field(max_length=40)
    manager_id: uuid.UUID | None = Field(default=None, foreign_key="users.id")
    group_id: uuid.UUID | None = Field(default=None)
    user_id: uuid.UUID | None = Field(default=None, foreign_key="users.id")
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    happened_at: datetime


class NewsRead(SQLModel, table=True):
    """That somebody has read one piece of news; written once."""

    __tablename__ = "news_reads"

    user_id: uuid.UUID = Field(foreign_key="users.id", primary_key=True)
    news_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("news.id"), primary_key=True, nullable=False)
    )
    read_at: datetime
