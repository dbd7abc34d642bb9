"""Reads the ledger: balances, totals, and the audit that must find nothing."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.wallet import operations
from luckychit.domain.wallet.accounts import AccountKey, AccountKind
from luckychit.domain.wallet.audits import AUDITS

PROBLEMS_PER_AUDIT = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the ledger must never show: for operators and the log, not for people."""

    code: str
    facts: dict[str, Any]


def audit() -> list[Problem]:
    """Return every broken invariant of the ledger; empty when all is well.

    Reads the whole ledger at one moment, without a lock. Each invariant reports its
    first hundred problems.
    """
    with reading() as session:
        return [
            Problem(code, dict(row))
            for code, query in AUDITS.items()
            for row in session.execute(text(query)).mappings().fetchmany(PROBLEMS_PER_AUDIT)
        ]


def balance_of(account: AccountKey, currency: str) -> Money:
    """Return what an account holds now; zero when it was never used."""
    with reading() as session:
        return operations.balance(session, account, currency)


def total_by_kind(currency: str) -> dict[AccountKind, Money]:
    """Return the sum of all balances of each kind; together they are zero."""
    with reading() as session:
        rows = session.execute(
            text(
                "SELECT kind, sum(balance_minor)::bigint AS total_minor FROM ledger_accounts"
                " WHERE currency = :currency GROUP BY kind ORDER BY kind"
            ),
            {"currency": currency},
        )
        return {AccountKind(row.kind): Money(row.total_minor, currency) for row in rows}
