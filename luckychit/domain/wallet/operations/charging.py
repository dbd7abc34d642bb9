"""Takes money from hundreds of wallets into a few shared accounts, in two statements.

First :func:`open_till` locks the wallets, so that the caller may decide on what they hold;
then :func:`charge` books all that was decided at once. A sale has its busiest row locked in
between, so nothing is looked up or asked again there.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from luckychit.core import driver
from luckychit.core.ids import new_id
from luckychit.domain.wallet import statements
from luckychit.domain.wallet.accounts import AccountKey, AccountKind
from luckychit.domain.wallet.errors import InsufficientFunds, LegsInvalid


class Held(NamedTuple):
    """A locked wallet: its ledger account, and what it holds in minor units."""

    account_id: int
    balance_minor: int


class Till(NamedTuple):
    """What may be charged until the transaction ends.

    Args:
        currency: ISO 4217 code; of every amount.
        wallets: By owner, the text of the person's id; those without a wallet are left out.
        shared: Ledger account ids of the accounts that will be paid into.
    """

    currency: str
    wallets: Mapping[str, Held]
    shared: Mapping[AccountKey, int]


class TillAsked(NamedTuple):
    """A till that was asked for; :func:`opened` reads it."""

    owners: Collection[str]
    currency: str
    into: Collection[AccountKey]
    answer: driver.Asked


class Charge(NamedTuple):
    """One purchase to book.

    Args:
        owner: Whose wallet of the till.
        amount_minor: To take, above zero.
        balance_minor: What the wallet holds after it, not below zero.
        note: What it was for, the line's own reference.
    """

    owner: str
    amount_minor: int
    balance_minor: int
    note: str


def open_till(
    session: Session,
    owners: Collection[str],
    currency: str,
    into: Collection[AccountKey] = (),
) -> Till:
    """Lock people's wallets until the caller's transaction ends, in the ledger's order.

    Nobody else can change what they hold. The shared accounts are found and not locked: they
    are everybody's. Whoever opens for business makes them (:func:`make_accounts`): made
    here, in the first moment of an old installation, others wait for the wallets meanwhile.

    Args:
        session: The open transaction.
        owners: Ids of people as text.
        currency: ISO 4217 code.
        into: The shared accounts that will be paid into.
    """
    return opened(session, ask_till(session, owners, currency, into))


def ask_till(
    session: Session,
    owners: Collection[str],
    currency: str,
    into: Collection[AccountKey] = (),
) -> TillAsked:
    """Ask for what :func:`open_till` opens, so that it can be asked with other things.

    Args:
        session: The open transaction, perhaps in a trip (``driver.one_trip``).
        owners: Ids of people as text.
        currency: ISO 4217 code.
        into: The shared accounts that will be paid into.
    """
    asked = driver.ask(
        session,
        statements.OPEN_TILL,
        {
            "owners": statements.texts(owners),
            "currency": currency,
            "kinds": statements.texts([key.kind.value for key in into]),
            "names": statements.texts([key.owner for key in into]),
        },
    )
    return TillAsked(owners, currency, into, asked)


def opened(session: Session, asked: TillAsked) -> Till:
    """Return the till that was asked for.

    Args:
        session: The same transaction, no longer in a trip.
        asked: What :func:`ask_till` returned.
    """
    wallets: dict[str, Held] = {}
    shared: dict[AccountKey, int] = {}
    for kind, owner, account_id, balance_minor in asked.answer.rows():
        if balance_minor is None:
            shared[AccountKey(AccountKind(kind), owner)] = account_id
        else:
            wallets[owner] = Held(account_id, balance_minor)
    if len(shared) < len(asked.into):
        make_accounts(session, asked.into, asked.currency)
        return open_till(session, asked.owners, asked.currency, asked.into)
    return Till(asked.currency, wallets, shared)


def make_accounts(session: Session, keys: Collection[AccountKey], currency: str) -> None:
    """Make the shared accounts that are missing.

    Args:
        session: The open transaction.
        keys: Accounts that are nobody's wallet or hold.
        currency: ISO 4217 code.
    """
    places = [(key, currency) for key in keys]
    session.execute(statements.CREATE_ACCOUNTS, statements.named(places))


def charge(
    session: Session,
    till: Till,
    *,
    key: str,
    kind: str,
    charges: Sequence[Charge],
    into: Mapping[AccountKey, int],
    now: datetime,
    reference: str,
) -> None:
    """Book charges as one transaction of the ledger, in one statement.

    Args:
        session: The transaction in which the till was opened.
        till: Opened since this transaction's last posting.
        key: Idempotency key, 1 to 120 characters, that nothing else can have: the caller
            knows that this has not happened yet.
        kind: What happened, in snake_case.
        charges: In the order in which they are written; one wallet may have several.
        into: What each of the till's shared accounts gets, in minor units, not below zero;
            who gets zero is left out.
        now: When it happened.
        reference: What people know it by, at most 200 characters.

    Raises:
        KeyError: A wallet or a shared account is not in the till.
        LegsInvalid: What is taken is not what is paid in, an amount is not above zero, or a
            share is below it.
        InsufficientFunds: A wallet would hold less than nothing.
    """
    paid = {till.shared[account]: minor for account, minor in into.items() if minor}
    amounts = [-each.amount_minor for each in charges]
    balances = [each.balance_minor for each in charges]
    if (
        not charges
        or max(amounts) >= 0
        or min(paid.values(), default=0) < 0
        or sum(amounts) + sum(paid.values())
    ):
        raise LegsInvalid(count=len(charges), key=key)
    if min(balances) < 0:
        raise InsufficientFunds(key=key, currency=till.currency)
    driver.change(
        session,
        statements.CHARGE,
        {
            "id": new_id(),
            "key": key,
            "kind": kind,
            "reference": reference,
            "now": now,
            "currency": till.currency,
            "accounts": statements.numbers(
                [*(till.wallets[each.owner].account_id for each in charges), *paid]
            ),
            "amounts": statements.numbers([*amounts, *paid.values()]),
            "balances": statements.numbers([*balances, *[None] * len(paid)]),
            "notes": statements.texts([*(each.note for each in charges), *[""] * len(paid)]),
        },
    )
