"""Tables of draws that sell tickets. Grants are in migration 0010, guards in 0012 and 0015."""

import uuid
from datetime import date, datetime
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

# Leaves under one stored node of a draw's Merkle tree; a power of two, so that every full
# block is a node of the tree (RFC 6962).
BLOCK_LEAVES = 1024


class DrawStatus(StrEnum):
    """Where a draw stands; it only ever moves forward.

    ``open``: sells tickets. ``locked``: the list is frozen and public. ``drawn``: the
    winner has the prize. ``void``: nobody wins; everybody is paid back.
    """

    OPEN = "open"
    LOCKED = "locked"
    DRAWN = "drawn"
    VOID = "void"


class Draw(SQLModel, table=True):
    """A daily draw or the draw of a room. The row every sale of it goes through."""

    __tablename__ = "draws"
    __table_args__ = (
        CheckConstraint("kind IN ('daily','room')", name="draw_kind"),
        CheckConstraint("(kind = 'daily') = (draw_date IS NOT NULL)", name="draw_has_date"),
        CheckConstraint("status IN ('open','locked','drawn','void')", name="draw_status"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="draw_currency_code"),
        CheckConstraint("price_minor > 0", name="draw_price"),
        CheckConstraint("fee_bps BETWEEN 0 AND 10000", name="draw_fee"),
        CheckConstraint("fewest_entries >= 1", name="draw_fewest"),
        CheckConstraint("most_per_person >= 1", name="draw_most"),
        CheckConstraint("opens_at < locks_at", name="draw_opens_before_lock"),
        CheckConstraint("total_entries >= 0", name="draw_count"),
        CheckConstraint(
            "prize_pool_minor = total_entries::bigint * price_minor * (10000 - fee_bps) / 10000",
            name="draw_pool",
        ),
        # A day that nobody could announce, because nothing ran, has no proof.
        CheckConstraint(
            "proof_id IS NOT NULL OR (status = 'void' AND total_entries = 0)",
            name="draw_has_proof",
        ),
        CheckConstraint(
            "(status = 'drawn') = (winning_position IS NOT NULL)"
            " AND (winning_position IS NULL) = (winner_id IS NULL)",
            name="draw_winner_whole",
        ),
        CheckConstraint("winning_position BETWEEN 1 AND total_entries", name="draw_winner_sold"),
        CheckConstraint("(status = 'void') = (void_reason <> '')", name="draw_void_reason"),
        CheckConstraint(
            "(status IN ('drawn','void')) = (closed_at IS NOT NULL)", name="draw_closed_at"
        ),
        CheckConstraint(
            "refunded_entries BETWEEN 0 AND total_entries"
            " AND (status = 'void' OR (refunded_entries = 0 AND refunded_at IS NULL))"
            " AND (refunded_at IS NULL OR refunded_entries = total_entries)",
            name="draw_refunded_when_void",
        ),
        UniqueConstraint("draw_date", name="draw_once_a_day"),
        UniqueConstraint("proof_id", name="draw_proof_once"),
        Index("draws_at_work", "locks_at", postgresql_where=text("status IN ('open','locked')")),
        Index("draws_ended", "closed_at"),
        Index(
            "draws_to_refund",
            "draw_id",
            postgresql_where=text("status = 'void' AND refunded_at IS NULL"),
        ),
    )

    draw_id: str = Field(max_length=40, primary_key=True)  # DDL-YYYYMMDD or LOBBY-<code>
    kind: str = Field(max_length=10)
    draw_date: date | None = None
    status: str = Field(default=DrawStatus.OPEN.value, max_length=10)
    # The announcement in force; that of a room changes once, when the host starts it.
    proof_id: str | None = Field(default=None, foreign_key="proofs.draw_id", max_length=64)
    currency: str = Field(max_length=3)
    price_minor: int = Field(sa_column=Column(BigInteger, nullable=False))
    fee_bps: int
    fewest_entries: int = 1
    most_per_person: int = 100
    # What people agree to; its hash is in every announcement of the draw.
    rules_text: str = Field(default="", sa_column=Column(Text, nullable=False))
    opens_at: datetime
    locks_at: datetime
    total_entries: int = 0
    prize_pool_minor: int = Field(
        default=0, sa_column=Column(BigInteger, nullable=False, server_default=text("0"))
    )
    winning_position: int | None = None  # from 1
    winner_id: uuid.UUID | None = Field(default=None, foreign_key="users.id")
    void_reason: str = Field(default="", max_length=200)
    locked_at: datetime | None = None
    closed_at: datetime | None = None
    # Paid back so far: everybody whose id is not after this one, and how many tickets;
    # then the moment of the end.
    refund_cursor: uuid.UUID | None = None
    refunded_entries: int = 0
    refunded_at: datetime | None = None
    # Moves with every change that others may see; the broadcaster reads what is new.
    changed_at: datetime


class Ticket(SQLModel, table=True):
    """One sealed ticket; append-only. Its printed number is ``<draw_id>-<position>``.

    There are no foreign keys: a sale checks the draw once for all its tickets (trigger),
    and the list outlives the account. What is private: user_id, salt, key.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint("position >= 1", name="ticket_position"),
        CheckConstraint("(key IS NULL) = (quantity IS NULL)", name="ticket_purchase_whole"),
        CheckConstraint("quantity BETWEEN 1 AND 100", name="ticket_quantity"),
        CheckConstraint("length(client_seed) BETWEEN 1 AND 64", name="ticket_client_seed"),
        CheckConstraint(
            "octet_length(salt) = 16 AND octet_length(seal) = 32 AND octet_length(leaf) = 32",
            name="ticket_bytes",
        ),
        # A key names one purchase of one person in one draw. The same index finds a
        # person's tickets.
        UniqueConstraint("user_id", "draw_id", "key", name="ticket_key_once"),
        # With the guard of the table: nobody holds more than the draw allows.
        UniqueConstraint("user_id", "draw_id", "held_count", name="ticket_held_once"),
        CheckConstraint("held_count >= 1", name="ticket_held"),
    )

    draw_id: str = Field(max_length=40, primary_key=True)
    position: int = Field(primary_key=True)  # from 1
    user_id: uuid.UUID
    # On the first ticket of a purchase: its idempotency key and how many it bought.
    key: str | None = Field(default=None, max_length=80)
    quantity: int | None = None
    held_count: int  # how many of the draw its owner has with this one
    client_seed: str = Field(max_length=64)
    issued_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    total_entries_at_purchase: int
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    seal: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    # The Merkle leaf; not for rooms, whose announcement changes when the host starts.
    leaf: bytes | None = Field(default=None, sa_column=Column(LargeBinary))


class TicketBlock(SQLModel, table=True):
    """The Merkle root of 1024 full leaves, written when the last of them is sold."""

    __tablename__ = "ticket_blocks"
    __table_args__ = (
        CheckConstraint("block >= 0", name="ticket_block_place"),
        CheckConstraint("octet_length(root) = 32", name="ticket_block_root"),
    )

    draw_id: str = Field(foreign_key="draws.draw_id", max_length=40, primary_key=True)
    block: int = Field(primary_key=True)  # from 0: positions block * 1024 + 1 and on
    root: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
