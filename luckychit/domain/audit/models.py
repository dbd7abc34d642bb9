"""Tables of the audit trail. Private to the domain; append-only in the database."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class AuditEntry(SQLModel, table=True):
    """One thing that somebody did.

    ``subject_kind`` and ``subject_id`` name what it was done to; ``owner_id`` is the person
    it is about, who may see it too, and ``manager_id`` the manager in whose circles it was.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("audit_entries_by_actor", "actor_id", "id"),
        Index("audit_entries_by_owner", "owner_id", "id"),
        Index("audit_entries_by_manager", "manager_id", "id"),
        Index("audit_entries_by_action", "action", "id"),
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
    action: str = Field(max_length=60)
    actor_id: uuid.UUID | None = Field(default=None, foreign_key="users.id")
    actor_role: str = Field(max_length=16)
    subject_kind: str = Field(max_length=30)
    subject_id: str = Field(max_length=80)
    owner_id: uuid.UUID | None = Field(default=None, foreign_key="users.id")
    manager_id: uuid.UUID | None = Field(default=None, foreign_key="users.id")
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    address: str = Field(max_length=64)
    request_id: str = Field(max_length=40)
    happened_at: datetime


class AuditLink(SQLModel, table=True):
    """The place of an entry in the chain; ``seq`` counts from 1 without a gap."""

    __tablename__ = "audit_links"
    __table_args__ = (
        UniqueConstraint("entry_id", name="audit_links_entry_once"),
        CheckConstraint("seq >= 1", name="audit_links_seq_from_one"),
        CheckConstraint("octet_length(hash) = 32", name="audit_links_sha256"),
    )

    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    entry_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    hash: bytes
