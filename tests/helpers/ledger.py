"""Money for tests: one line per movement, and raw rows for those who attack the ledger."""

import itertools
from uuid import UUID

import pytest
from sqlalchemy import CheckConstraint, Connection, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.ids import new_id
from luckychit.core.money import Money
from luckychit.domain.wallet import accounts, operations
from luckychit.domain.wallet.accounts import AccountKey

# Makes deferred checks speak at once, from within a statement that is still writing.
EARLY = """
CREATE FUNCTION pg_temp.early() RETURNS text LANGUAGE plpgsql AS
'BEGIN SET CONSTRAINTS ALL IMMEDIATE; RETURN NULL; END'
"""

CASH = accounts.clearing("cash")
_count = itertools.count(1)


def inr(amount_minor: int) -> Money:
    return Money(amount_minor, "INR")


def a_key() -> str:
    return f"test:{next(_count)}"


def moved(*legs: tuple[AccountKey, Money], key: str = "", kind: str = "adjustment") -> UUID:
    """Post in a transaction of its own."""
    with transaction() as session:
        return operations.post(session, key=key or a_key(), kind=kind, legs=legs, now=clock.now())


def paid_in(account: AccountKey, amount_minor: int, *, key: str = "") -> UUID:
    """Cash from outside into an account."""
    return moved((CASH, inr(-amount_minor)), (account, inr(amount_minor)), key=key)


def reversed_by(transaction_id: UUID, *, key: str = "", reason: str = "typed wrong") -> UUID:
    with transaction() as session:
        return operations.reverse(
            session,
            transaction_id=transaction_id,
            key=key or a_key(),
            reason=reason,
            now=clock.now(),
        )


def held(account: AccountKey, currency: str = "INR") -> int:
    with transaction() as session:
        return operations.balance(session, account, currency).amount_minor


def raw_account(connection: Connection, *, kind: str = "house", currency: str = "INR") -> int:
    """The id of a new ledger account of nobody, written with bare SQL."""
    return connection.execute(
        text(
            "INSERT INTO ledger_accounts (kind, owner, currency)"
            " VALUES (:kind, :owner, :currency) RETURNING id"
        ),
        {"kind": kind, "owner": f"raw-{next(_count)}", "currency": currency},
    ).scalar_one()


def raw_transaction(
    connection: Connection, *, kind: str = "adjustment", reverses: UUID | None = None
) -> UUID:
    """The id of a new transaction without entries, written with bare SQL."""
    made = new_id()
    connection.execute(
        text(
            "INSERT INTO transactions (id, idempotency_key, kind, reference, reverses_id,"
            " reason, created_at) VALUES (:id, :key, :kind, '', :reverses, :reason, now())"
        ),
        {
            "id": made,
            "key": a_key(),
            "kind": "reversal" if reverses else kind,
            "reverses": reverses,
            "reason": "raw" if reverses else "",
        },
    )
    return made


def raw_entries(connection: Connection, transaction_id: UUID, *lines: tuple[int, int]) -> None:
    """Write (account id, amount) lines of a transaction in one bare statement, in INR."""
    rows = ", ".join(
        f"('{transaction_id}', {account_id}, 'INR', {amount_minor})"
        for account_id, amount_minor in lines
    )
    connection.exec_driver_sql(
        "INSERT INTO ledger_entries (transaction_id, account_id, currency, amount_minor)"
        f" VALUES {rows}"
    )


def refused(connection, sql: str, **values) -> type[Exception]:
    """The error PostgreSQL answers; fails when it answers none."""
    with pytest.raises(DBAPIError) as caught:
        connection.execute(text(sql), values)
    connection.rollback()
    return type(caught.value.orig)


def constraint_of(caught) -> str | None:
    return caught.value.orig.diag.constraint_name


def constraint_definition(connection: Connection, name: str) -> tuple[str, str]:
    """The table of a constraint, and what brings it back word for word.

    PostgreSQL prints a check it has read from its own print differently each time, so
    the words of a check come from the models.
    """
    table, definition = connection.execute(
        text(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conname = :name"
        ),
        {"name": name},
    ).one()
    for constraint in SQLModel.metadata.tables[table].constraints:
        if constraint.name == name and isinstance(constraint, CheckConstraint):
            definition = f"CHECK ({constraint.sqltext})"
    return table, definition
