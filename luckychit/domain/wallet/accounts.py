"""The chart of ledger accounts: what each is for and who it belongs to. Pure."""

import uuid
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple


class AccountKind(StrEnum):
    """What a ledger account is for, and which sign its balance has."""

    WALLET = "wallet"  # what a person may spend; never below zero
    HOLD = "hold"  # reserved for a withdrawal on its way; never below zero
    POT = "pot"  # ticket money of a daily draw or a room; never below zero
    CHIT_POT = "chit_pot"  # collected for an instalment, not drawn yet; never below zero
    CHIT_PRIZE = "chit_prize"  # promised to an instalment's winner; never below zero
    COMMISSION = "commission"  # what a manager earned
    GST = "gst"  # tax a manager collected and owes
    FOREMAN_ADVANCE = "foreman_advance"  # minus: what a foreman put in for late payers
    CLEARING = "clearing"  # the world outside; minus what came in, plus what went out
    HOUSE = "house"  # what the product earned
    SUSPENSE = "suspense"  # money whose owner is not known yet

    # That of Enum runs in Python, and keys of accounts are looked up by the thousand.
    __hash__ = str.__hash__


NEVER_NEGATIVE = frozenset(
    {
        AccountKind.WALLET,
        AccountKind.HOLD,
        AccountKind.POT,
        AccountKind.CHIT_POT,
        AccountKind.CHIT_PRIZE,
    }
)
OF_A_PERSON = frozenset({AccountKind.WALLET, AccountKind.HOLD})
_THE_ONLY_ONE = "main"


class AccountKey(NamedTuple):
    """Names a ledger account, once per currency. Make one with the helpers below."""

    kind: AccountKind
    owner: str

    def __hash__(self) -> int:
        """Hash the owner alone: it tells accounts apart, and a text keeps its hash."""
        return hash(self.owner)

    @property
    def user_id(self) -> uuid.UUID | None:
        """Whose wallet or hold it is; None for all other kinds."""
        return uuid.UUID(self.owner) if self.kind in OF_A_PERSON else None


# A refund names hundreds of people, each several times.
@lru_cache(maxsize=8192)
def wallet(user_id: uuid.UUID) -> AccountKey:
    """Return what a person may spend."""
    return AccountKey(AccountKind.WALLET, str(user_id))


def hold(user_id: uuid.UUID) -> AccountKey:
    """Return what is reserved for a person's withdrawals."""
    return AccountKey(AccountKind.HOLD, str(user_id))


def pot(draw_id: str) -> AccountKey:
    """Return the ticket money of a daily draw or a room."""
    return AccountKey(AccountKind.POT, draw_id)


def chit_pot(group_id: uuid.UUID, instalment: int) -> AccountKey:
    """Return what was collected for an instalment (1..n) of a circle and is not drawn yet."""
    return AccountKey(AccountKind.CHIT_POT, f"{group_id}:{instalment}")


def chit_prize(group_id: uuid.UUID, instalment: int) -> AccountKey:
    """Return what the winner of an instalment (1..n) is still owed."""
    return AccountKey(AccountKind.CHIT_PRIZE, f"{group_id}:{instalment}")


def commission(manager_id: uuid.UUID) -> AccountKey:
    """Return what a manager earned."""
    return AccountKey(AccountKind.COMMISSION, str(manager_id))


def gst(manager_id: uuid.UUID) -> AccountKey:
    """Return the tax a manager collected on the commission."""
    return AccountKey(AccountKind.GST, str(manager_id))


def foreman_advance(group_id: uuid.UUID) -> AccountKey:
    """Return what a foreman put into a circle for late payers (minus while it is out)."""
    return AccountKey(AccountKind.FOREMAN_ADVANCE, str(group_id))


def clearing(provider: str) -> AccountKey:
    """Return the door to the world outside, such as ``cash:<manager id>`` or ``razorpay``."""
    return AccountKey(AccountKind.CLEARING, provider)


def house() -> AccountKey:
    """Return what the product earned."""
    return AccountKey(AccountKind.HOUSE, _THE_ONLY_ONE)


def suspense() -> AccountKey:
    """Return money whose owner is not known yet."""
    return AccountKey(AccountKind.SUSPENSE, _THE_ONLY_ONE)
