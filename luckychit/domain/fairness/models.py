"""Tables of the proofs. Private to the domain; entries use queries."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel


class ProofStatus(StrEnum):
    """Where a draw's proof stands; it only ever moves forward.

    ``committed``: parameters and seed hash are public. ``locked``: the list is frozen.
    ``drawn``: the result is in the log. ``void``: no result, and never one.
    """

    COMMITTED = "committed"
    LOCKED = "locked"
    DRAWN = "drawn"
    VOID = "void"


class Proof(SQLModel, table=True):
    """One draw. What is sealed at COMMIT and at LOCK never changes (triggers)."""

    __tablename__ = "proofs"
    __table_args__ = (
        CheckConstraint("kind IN ('daily','monthly','room')", name="proof_kind"),
        CheckConstraint("status IN ('committed','locked','drawn','void')", name="proof_status"),
        CheckConstraint("opens_at < locks_at", name="proof_opens_before_lock"),
        CheckConstraint("(beacon_round IS NULL) = (beacon_at IS NULL)", name="proof_beacon_whole"),
        CheckConstraint("beacon_at > locks_at", name="proof_beacon_after_lock"),
        CheckConstraint(
            "(n IS NULL) = (root IS NULL) AND (n IS NULL) = (locked_at IS NULL)",
            name="proof_lock_whole",
        ),
        CheckConstraint("n >= 0", name="proof_count"),
        CheckConstraint(
            "(status IN ('drawn','void')) = (closed_at IS NOT NULL)", name="proof_closed_at"
        ),
        Index("proofs_finished", "closed_at", "draw_id"),
        Index("proofs_awaiting", "beacon_at", postgresql_where=text("status = 'locked'")),
    )

    draw_id: str = Field(max_length=64, primary_key=True)
    kind: str = Field(max_length=10)
    status: str = Field(default=ProofStatus.COMMITTED.value, max_length=10)
    params: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    params_hash: str = Field(max_length=64)
    opens_at: datetime
    locks_at: datetime
    beacon_round: int | None = Field(default=None, sa_column=Column(BigInteger))
    beacon_at: datetime | None = None  # the moment the committed round is born
    n: int | None = Field(default=None, sa_column=Column(BigInteger))
    root: str | None = Field(default=None, max_length=64)
    committed_at: datetime
    locked_at: datetime | None = None
    closed_at: datetime | None = None


class ProofSeed(SQLModel, table=True):
    """The server seed of a draw, encrypted; written with COMMIT, never changed."""

    __tablename__ = "proof_seeds"

    draw_id: str = Field(foreign_key="proofs.draw_id", max_length=64, primary_key=True)
    nonce: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ProofLine(SQLModel, table=True):
    """One entry of a draw's public log: its canonical bytes and its hash."""

    __tablename__ = "proof_log"
    __table_args__ = (
        UniqueConstraint("draw_id", "entry_type", name="one_log_entry_of_a_type"),
        CheckConstraint(
            "entry_type IN ('COMMIT','LOCK','BEACON','REVEAL','RESULT','VOID')",
            name="log_entry_type",
        ),
    )

    draw_id: str = Field(foreign_key="proofs.draw_id", max_length=64, primary_key=True)
    seq: int = Field(primary_key=True)
    entry_type: str = Field(max_length=10)
    entry: str = Field(sa_column=Column(Text, nullable=False))
    hash: str = Field(max_length=64)


class ProofEntry(SQLModel, table=True):
    """One place in the frozen list. ``salt`` and ``user_id`` are private.

    There is no foreign key to the person: the list outlives the account.
    """

    __tablename__ = "proof_entries"
    __table_args__ = (
        UniqueConstraint("draw_id", "ticket_id", name="ticket_once_per_draw"),
        CheckConstraint("position >= 0", name="proof_entry_position"),
        CheckConstraint("length(client_seed) BETWEEN 1 AND 64", name="proof_entry_client_seed"),
        CheckConstraint("length(salt) = 16", name="proof_entry_salt"),
    )

    draw_id: str = Field(foreign_key="proofs.draw_id", max_length=64, primary_key=True)
    position: int = Field(primary_key=True)  # from 0
    ticket_id: str = Field(max_length=80)
    owner: str = Field(max_length=64)
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    user_id: uuid.UUID
    client_seed: str = Field(max_length=64)
    issued_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    seal: str = Field(max_length=64)
