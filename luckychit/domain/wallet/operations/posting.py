"""Moves money between any ledger accounts, and takes a movement back.

Locks: first the key (a second caller with it waits for the first to end), then the
ledger accounts, in ascending id with the hot ones last (function
``lock_ledger_accounts``), so that two movements never wait for each other in a ring.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from luckychit.core.ids import new_id
from luckychit.core.money import Money
from luckychit.domain.wallet import rules, statements
from luckychit.domain.wallet.accounts import AccountKey, AccountKind
from luckychit.domain.wallet.errors import (
    AlreadyReversed,
    KeyReused,
    ReversalIsFinal,
    TransactionUnknown,
)
from luckychit.domain.wallet.rules import Leg, Place

REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class _Request:
    """What a key stands for: everything but the moment, which differs on a repeat."""

    kind: str
    reference: str
    user_id: uuid.UUID | None
    reverses_id: uuid.UUID | None
    reason: str


def post(
    session: Session,
    *,
    key: str,
    kind: str,
    legs: Sequence[Leg],
    now: datetime,
    reference: str = "",
    user_id: uuid.UUID | None = None,
    notes: Sequence[str] | None = None,
) -> uuid.UUID:
    """Move money and return the transaction's id; with a known key, the first one's.

    Accounts are created when missing, and locked until the caller's transaction ends.

    Args:
        session: The open transaction.
        key: Idempotency key, 1 to 120 characters, so that a caller's own key of 80
            fits with a prefix: one per thing that happens once.
        kind: What happened, in snake_case (``deposit``, ``chit_instalment``).
        legs: Account and the signed amount added to it; two or more, none zero, each
            currency summing to zero. An account may appear more than once.
        now: When it happened.
        reference: What people know it by, at most 200 characters.
        user_id: The person it is about, if one.
        notes: What each leg was for, in the order of the legs, at most 200 characters
            each: the line's own reference. "" shows the transaction's.

    Raises:
        InsufficientFunds: A wallet holds too little; nothing was written.
        AccountOverdrawn: A hold, pot or prize would fall below zero.
        LegsInvalid: The legs do not balance, one is zero, or the notes are not one each.
        KeyReused: The key is known for another request.
    """
    rules.check_legs(legs)
    said = rules.notes_of(legs, notes)
    asked = _Request(kind, reference, user_id, None, "")
    transaction_id = _open(session, key=key, asked=asked, now=now)
    if transaction_id is None:
        return _first_result(session, key=key, asked=asked, legs=legs, notes=said)
    _write_entries(session, transaction_id=transaction_id, legs=legs, notes=said)
    return transaction_id


def reverse(
    session: Session, *, transaction_id: uuid.UUID, key: str, reason: str, now: datetime
) -> uuid.UUID:
    """Undo a transaction by its exact opposite, and return the reversal's id.

    Args:
        session: The open transaction.
        transaction_id: What to undo.
        key: Idempotency key of the reversal; a repeat returns the first reversal.
        reason: Why, for the books; 1 to 300 characters.
        now: When it is undone.

    Raises:
        TransactionUnknown: There is no such transaction.
        ReversalIsFinal: It is itself a reversal.
        AlreadyReversed: Another key has reversed it.
        InsufficientFunds: The money has left the wallet since.
        AccountOverdrawn: The money has left the pot or prize since.
        KeyReused: The key is known for another request.
    """
    original = session.execute(
        text("SELECT reverses_id, reference, user_id FROM transactions WHERE id = :id"),
        {"id": transaction_id},
    ).one_or_none()
    if original is None:
        raise TransactionUnknown(transaction_id=transaction_id)
    if original.reverses_id is not None:
        raise ReversalIsFinal(transaction_id=transaction_id)
    undone, notes = _legs_of(session, transaction_id)
    legs = rules.opposite(undone)
    asked = _Request(REVERSAL, original.reference, original.user_id, transaction_id, reason)
    reversal_id = _open(session, key=key, asked=asked, now=now)
    if reversal_id is None:
        return _first_result(session, key=key, asked=asked, legs=legs, notes=notes)
    _write_entries(session, transaction_id=reversal_id, legs=legs, notes=notes)
    return reversal_id


def balance(session: Session, account: AccountKey, currency: str) -> Money:
    """Return what an account holds; zero when it was never used. Takes no lock."""
    return balances(session, [account], currency)[account]


def balances(
    session: Session, accounts: Iterable[AccountKey], currency: str
) -> dict[AccountKey, Money]:
    """Return what each account holds, in one query; zero for those never used."""
    places = [(key, currency) for key in dict.fromkeys(accounts)]
    held = dict.fromkeys((key for key, _ in places), Money(0, currency))
    for place, balance_minor in session.execute(statements.FIND_BALANCES, statements.named(places)):
        held[places[place - 1][0]] = Money(balance_minor, currency)
    return held


def _open(session: Session, *, key: str, asked: _Request, now: datetime) -> uuid.UUID | None:
    """Write the transaction's row; None when the key or the reversal exists already."""
    return session.execute(
        statements.INSERT_TRANSACTION,
        {
            "id": new_id(),
            "key": key,
            "kind": asked.kind,
            "reference": asked.reference,
            "user_id": asked.user_id,
            "reverses_id": asked.reverses_id,
            "reason": asked.reason,
            "now": now,
        },
    ).scalar_one_or_none()


def _first_result(
    session: Session, *, key: str, asked: _Request, legs: Sequence[Leg], notes: Sequence[str]
) -> uuid.UUID:
    found = session.execute(statements.FIND_TRANSACTION, {"key": key}).one_or_none()
    if found is None:
        raise AlreadyReversed(transaction_id=asked.reverses_id)
    first = _Request(found.kind, found.reference, found.user_id, found.reverses_id, found.reason)
    if first != asked or _as_set(*_legs_of(session, found.id)) != _as_set(legs, notes):
        raise KeyReused(key=key, found=first, wanted=asked)
    return found.id


def _as_set(legs: Sequence[Leg], notes: Sequence[str]) -> list[tuple[AccountKey, str, int, str]]:
    """Return the legs in one fixed order: the order of writing is not part of a request."""
    return sorted(
        (key, amount.currency, amount.amount_minor, note)
        for (key, amount), note in zip(legs, notes, strict=True)
    )


def _legs_of(session: Session, transaction_id: uuid.UUID) -> tuple[list[Leg], list[str]]:
    """Return the legs of a transaction as they were written, and the note of each."""
    rows = session.execute(statements.LEGS_OF_TRANSACTION, {"id": transaction_id}).all()
    legs = [
        (AccountKey(AccountKind(row.kind), row.owner), Money(row.amount_minor, row.currency))
        for row in rows
    ]
    return legs, [row.reference for row in rows]


def _write_entries(
    session: Session, *, transaction_id: uuid.UUID, legs: Sequence[Leg], notes: Sequence[str]
) -> None:
    found = _locked(session, list(dict.fromkeys((key, amount.currency) for key, amount in legs)))
    after = rules.running_balances(
        legs, held={place: balance_minor for place, (_, balance_minor) in found.items()}
    )
    ids = [found[key, amount.currency][0] for key, amount in legs]
    balances_after = [
        balance_minor if key.kind is AccountKind.WALLET else None
        for (key, _), balance_minor in zip(legs, after, strict=True)
    ]
    session.execute(
        statements.INSERT_ENTRIES,
        {
            "transaction_id": transaction_id,
            "accounts": statements.numbers(ids),
            "currencies": statements.texts([amount.currency for _, amount in legs]),
            "amounts": statements.numbers([amount.amount_minor for _, amount in legs]),
            "balances": statements.numbers(balances_after),
            "notes": statements.texts(notes),
        },
    )


def _locked(session: Session, places: list[Place]) -> dict[Place, tuple[int, int]]:
    """Lock the accounts, made when missing; return the id and balance of each."""
    wanted = statements.named(places)
    rows = session.execute(statements.LOCK_ACCOUNTS, wanted).all()
    if not rows:
        session.execute(statements.CREATE_ACCOUNTS, wanted)
        rows = session.execute(statements.LOCK_ACCOUNTS, wanted).all()
    return {places[place - 1]: (account_id, balance) for place, account_id, balance in rows}
