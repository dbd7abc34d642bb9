"""Tables of the ledger. Triggers and grants that guard them are in migrations 0003, 0014 and 0016.

What people call a wallet is a view, ``wallets``, of two ledger accounts.
"""

import uuid
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from luckychit.core.ids import new_id


def _minor(*, nullable: bool = False) -> Column[int]:
    default = None if nullable else text("0")
    return Column(BigInteger, nullable=nullable, server_default=default)


class LedgerAccount(SQLModel, table=True):
    """A place for money of one currency. Only the database writes the balance.

    What kinds, currencies and owners there may be is asked when an account is made
    (trigger, migration 0016): the checks here are asked again with every balance.
    """

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        UniqueConstraint("kind", "owner", "currency", name="ledger_account_once"),
        CheckConstraint(
            "balance_minor >= 0 OR kind NOT IN ('wallet','hold','pot','chit_pot','chit_prize')",
            name="ledger_account_not_overdrawn",
        ),
        Index("ledger_accounts_by_user", "user_id"),
    )

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    kind: str = Field(max_length=20)
    owner: str = Field(max_length=100)
    currency: str = Field(max_length=3)
    user_id: uuid.UUID | None = Field(default=None, foreign_key="users.id")
    balance_minor: int = Field(default=0, sa_column=_minor())


class LedgerTransaction(SQLModel, table=True):
    """One movement of money. Append-only; a mistake is reversed by its opposite."""

    __tablename__ = "transactions"
    __table_args__ = (
        UniqueConstraint("idempotency_key", name="transaction_key_once"),
        UniqueConstraint("reverses_id", name="transaction_reversed_once"),
        CheckConstraint("length(idempotency_key) > 0", name="transaction_key_present"),
        CheckConstraint("kind ~ '^[a-z][a-z_]*$'", name="transaction_kind"),
        CheckConstraint("reverses_id <> id", name="transaction_not_own_reversal"),
        CheckConstraint(
            "(reverses_id IS NULL) = (reason = '')", name="transaction_reversal_has_reason"
        ),
        CheckConstraint(
            "(reverses_id IS NOT NULL) = (kind = 'reversal')", name="transaction_reversal_kind"
        ),
        Index("transactions_by_user", "user_id", "created_at"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    idempotency_key: str = Field(max_length=120)
    kind: str = Field(max_length=30)
    reference: str = Field(default="", max_length=200)
    user_id: uuid.UUID | None = Field(default=None, foreign_key="users.id")
    reverses_id: uuid.UUID | None = Field(default=None, foreign_key="transactions.id")
    reason: str = Field(default="", max_length=300)
    created_at: datetime
    # The database transaction that wrote it: only that one may add the entries.
    written_in: int | None = Field(
        default=None,
        sa_column=Column(
            BigInteger, nullable=False, server_default=text("(pg_current_xact_id()::text)::bigint")
        ),
    )


class LedgerEntry(SQLModel, table=True):
    """One line of a transaction: the amount is added to the account's balance.

    There are no foreign keys: that its transaction is there, and its account is of its
    currency, is asked once for all entries of a statement (trigger, migration 0014).
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", name="ledger_entry_not_zero"),
        PrimaryKeyConstraint("account_id", "id"),
        Index("ledger_entries_by_transaction", "transaction_id"),
    )

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    transaction_id: uuid.UUID
    account_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    currency: str = Field(max_length=3)
    amount_minor: int = Field(sa_column=Column(BigInteger, nullable=False))
    # Of wallet entries only: the statement's right-hand column.
    balance_after_minor: int | None = Field(default=None, sa_column=_minor(nullable=True))
    # What this line was for; the transaction's own reference when it is empty.
    reference: str = Field(default="", max_length=200)
