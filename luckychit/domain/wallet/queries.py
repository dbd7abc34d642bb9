"""Reads the ledger: wallets, statements, totals, and the audit that must find nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from luckychit.core.db import reading
from luckychit.core.errors import InvalidInput
from luckychit.core.money import Money
from luckychit.core.settings import settings
from luckychit.domain.actors import Actor, require
from luckychit.domain.users.rules import inputs
from luckychit.domain.wallet import accounts, operations, rules, statements
from luckychit.domain.wallet.accounts import AccountKey, AccountKind
from luckychit.domain.wallet.audits import AUDITS
from luckychit.domain.wallet.views import (
    StatementFilter,
    StatementLine,
    StatementPage,
    WalletView,
)

PROBLEMS_PER_AUDIT = 100
MOST_LINES = 100
LINES_PER_READ = 1000
LONGEST_SEARCH = 80
# A ticket's number, alone or behind its draw: "43", "DDL-20261121-00043".
_NUMBERED = re.compile(r"(?P<lead>|.*-)(?P<number>[0-9]{1,18})", re.ASCII)
# A manager may hold a wallet too; only games ask for a member.
ANYBODY = ("member", "manager", "admin")


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


def wallets_of(actor: Actor) -> list[WalletView]:
    """Return the actor's wallets: that of the games first, then those of money, by currency.

    Args:
        actor: Anybody signed in. The games' wallet is there before its first use.

    Raises:
        SignInNeeded: Nobody asks.
    """
    require(actor, *ANYBODY)
    games = settings().games_currency
    with reading() as session:
        rows = session.execute(statements.WALLETS_OF, {"user_id": actor.user_id})
        held = {games: (0, 0)} | {
            currency: (balance_minor, pending_minor)
            for currency, balance_minor, pending_minor in rows
        }
    return [
        WalletView(
            currency=currency,
            balance=Money(balance_minor, currency),
            pending_withdrawal=Money(pending_minor, currency),
            is_for_play=currency == games,
            can_add_play_credit=currency == games and rules.may_add_play_credit(balance_minor),
        )
        for currency, (balance_minor, pending_minor) in held.items()
    ]


def balance_for(actor: Actor, currency: str) -> Money:
    """Return what the actor may spend in a currency; zero before its first use.

    Raises:
        SignInNeeded: Nobody asks.
        InvalidInput: There is no such currency.
    """
    require(actor, *ANYBODY)
    return balance_of(accounts.wallet(actor.user_id), _checked_currency(currency))


def statement(
    *,
    actor: Actor,
    currency: str,
    wanted: StatementFilter,
    before: int | None = None,
    limit: int = 25,
) -> StatementPage:
    """Return one page of the actor's own wallet, newest line first.

    New lines only ever come in front, so a page asked with ``before`` stays what it is.

    Args:
        actor: Anybody signed in.
        currency: Of the wallet; empty before its first use.
        wanted: Which lines.
        before: ``before`` of the page in front; None begins at the newest line.
        limit: 1 to 100 lines.

    Raises:
        SignInNeeded: Nobody asks.
        InvalidInput: There is no such currency, or the text is not one line of at most
            80 characters.
    """
    require(actor, *ANYBODY)
    asked = _asked(actor, currency, wanted)
    most = max(1, min(limit, MOST_LINES))
    with reading() as session:
        # One more than shown tells whether an older line is left.
        rows = _rows(session, asked, before=before, most=most + 1)
    lines = tuple(_line(row, currency) for row in rows[:most])
    return StatementPage(lines, lines[-1].entry_id if len(rows) > most else None)


def statement_lines(
    *, actor: Actor, currency: str, wanted: StatementFilter
) -> Iterator[StatementLine]:
    """Return all such lines, newest first, a thousand at a time, for a file.

    Each thousand is a read of its own: whoever takes the file slowly holds no connection
    and no memory, and as lines are never changed, it is the same file.

    Args:
        actor: Anybody signed in.
        currency: Of the wallet.
        wanted: Which lines.

    Raises:
        SignInNeeded: Nobody asks.
        InvalidInput: As for :func:`statement`; both before the first line.
    """
    require(actor, *ANYBODY)
    return _all_lines(_asked(actor, currency, wanted), currency)


def _all_lines(asked: dict[str, Any], currency: str) -> Iterator[StatementLine]:
    before = None
    while True:
        with reading() as session:
            rows = _rows(session, asked, before=before, most=LINES_PER_READ)
        for row in rows:
            yield _line(row, currency)
        if len(rows) < LINES_PER_READ:
            return
        before = rows[-1].id


def _asked(actor: Actor, currency: str, wanted: StatementFilter) -> dict[str, Any]:
    searched = inputs.line(wanted.text, field="text", longest=LONGEST_SEARCH, shortest=0)
    numbered = _NUMBERED.fullmatch(searched)
    return {
        "owner": str(actor.user_id),
        "currency": _checked_currency(currency),
        "kinds": statements.texts(wanted.kinds),
        "since": wanted.since,
        "until": wanted.until,
        "text": searched,
        "lead": numbered["lead"] if numbered else "",
        "number": int(numbered["number"]) if numbered else None,
    }


def _checked_currency(currency: object) -> str:
    try:
        return Money(0, str(currency)).currency
    except ValueError as exc:
        raise InvalidInput({"currency": "There is no such currency."}) from exc


def _rows(
    session: Session, asked: dict[str, Any], *, before: int | None, most: int
) -> list[Row[Any]]:
    return list(session.execute(statements.STATEMENT, {**asked, "before": before, "most": most}))


def _line(row: Row[Any], currency: str) -> StatementLine:
    return StatementLine(
        entry_id=row.id,
        transaction_id=row.transaction_id,
        kind=row.kind,
        status="reversed" if row.is_reversed else "completed",
        amount=Money(row.amount_minor, currency),
        balance_after=Money(row.balance_after_minor, currency),
        reference=row.reference,
        happened_at=row.created_at,
    )
