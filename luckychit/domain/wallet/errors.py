"""What the ledger refuses, and what can only be a bug in its caller."""

from luckychit.core.errors import InvariantBroken, NotFound, Refused


class InsufficientFunds(Refused):
    """The wallet holds less than is to be taken from it."""

    code = "wallet.insufficient_funds"
    sentence = "There is not enough money in your wallet."


class AlreadyReversed(Refused):
    """Another key has reversed the transaction before."""

    code = "wallet.already_reversed"
    sentence = "This has already been reversed."


class ReversalIsFinal(Refused):
    """The transaction to reverse is itself a reversal."""

    code = "wallet.reversal_is_final"
    sentence = "A reversal cannot be reversed. Please record it again instead."


class TransactionUnknown(NotFound):
    """No transaction has this id."""

    code = "wallet.transaction_unknown"
    sentence = "We could not find that transaction."


class KeyReused(InvariantBroken):
    """A key that named one request was sent with another."""

    code = "wallet.key_reused"


class LegsInvalid(InvariantBroken):
    """The legs of a transaction do not balance, or one of them is nothing."""

    code = "wallet.legs_invalid"


class AccountOverdrawn(InvariantBroken):
    """A hold, pot or prize would fall below zero: its slice lost count."""

    code = "wallet.account_overdrawn"


class PlayCreditLimit(Refused):
    """The wallet would hold more than play credit may bring it to."""

    code = "wallet.play_credit_limit"
    sentence = "Play credit fills a wallet up to {most}, and not beyond."
