"""Arithmetic of the ledger: numbers in, numbers out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from luckychit.core.errors import InvalidInput
from luckychit.core.money import Money
from luckychit.domain.wallet.accounts import NEVER_NEGATIVE, AccountKey, AccountKind
from luckychit.domain.wallet.errors import AccountOverdrawn, InsufficientFunds, LegsInvalid

Leg = tuple[AccountKey, Money]
Place = tuple[AccountKey, str]  # one ledger account: its key and its currency
LONGEST_KEY = 80
KEY_PROBLEM = "Please reload the page and try again."
# Play credit at a time, and what it may bring a wallet to.
LEAST_PLAY_CREDIT_MINOR, MOST_PLAY_CREDIT_MINOR = 100, 10_000
MOST_BY_PLAY_CREDIT_MINOR = 100_000


def check_legs(legs: Sequence[Leg]) -> None:
    """Refuse legs that could not be a transaction.

    Raises:
        LegsInvalid: There are fewer than two, one is zero, or a currency does not
            sum to zero.
    """
    sums: defaultdict[str, int] = defaultdict(int)
    for account, amount in legs:
        if not amount:
            raise LegsInvalid(zero=account)
        sums[amount.currency] += amount.amount_minor
    if not legs or any(sums.values()):
        raise LegsInvalid(count=len(legs), sums=dict(sums))


def notes_of(legs: Sequence[Leg], notes: Sequence[str] | None) -> Sequence[str]:
    """Return the note of each leg; empty ones when none were given.

    Raises:
        LegsInvalid: There are more or fewer notes than legs.
    """
    if notes is None:
        return [""] * len(legs)
    if len(notes) != len(legs):
        raise LegsInvalid(count=len(legs), notes=len(notes))
    return notes


def opposite(legs: Sequence[Leg]) -> list[Leg]:
    """Return the legs that undo ``legs`` exactly."""
    return [(account, -amount) for account, amount in legs]


def running_balances(legs: Sequence[Leg], *, held: Mapping[Place, int]) -> list[int]:
    """Return each leg's account balance after it, in minor units.

    Only the last one of an account must be allowed: a transaction happens at once.

    Args:
        legs: In the order they are written.
        held: Balance of every account of the legs before the transaction, minor units.

    Raises:
        InsufficientFunds: A wallet would end below zero.
        AccountOverdrawn: A hold, pot or prize would end below zero.
    """
    balances = dict(held)
    after: list[int] = []
    for account, amount in legs:
        balances[account, amount.currency] += amount.amount_minor
        after.append(balances[account, amount.currency])
    for (account, currency), balance_minor in balances.items():
        if balance_minor < 0 and account.kind in NEVER_NEGATIVE:
            refusal = InsufficientFunds if account.kind is AccountKind.WALLET else AccountOverdrawn
            raise refusal(account=account, currency=currency, balance_minor=balance_minor)
    return after


def checked_key(value: object) -> str:
    """Return an idempotency key as a browser sends it.

    Raises:
        InvalidInput: It is not 1 to 80 printable ASCII characters.
    """
    good = isinstance(value, str) and 1 <= len(value) <= LONGEST_KEY
    if good and isinstance(value, str) and value.isascii() and value.isprintable():
        return value
    raise InvalidInput({"key": KEY_PROBLEM})


def checked_play_credit(value: object) -> int:
    """Return an amount of play credit in minor units.

    Raises:
        InvalidInput: It is not a whole number from 100 to 10,000.
    """
    if type(value) is int and LEAST_PLAY_CREDIT_MINOR <= value <= MOST_PLAY_CREDIT_MINOR:
        return value
    raise InvalidInput({"amount": "Please give an amount from 1.00 to 100.00."})


def may_add_play_credit(balance_minor: int) -> bool:
    """Tell whether the least amount of play credit still fits into a wallet."""
    return balance_minor + LEAST_PLAY_CREDIT_MINOR <= MOST_BY_PLAY_CREDIT_MINOR
