"""The wallet: every place money can be, and every movement between two of them.

Owns the tables ledger_accounts, transactions, ledger_entries and wallets.

Invariants, each enforced by PostgreSQL (migration 0003) and attacked by a test:

* A transaction has two entries or more and sums to zero in every currency.
* An entry is a whole number of minor units, never zero, in its account's currency.
* Wallets, holds, pots and prizes are never below zero.
* Entries and transactions are never changed, removed or added to; a mistake is
  reversed, once, by its exact opposite, and a reversal is final.
* An idempotency key is used once.
* A balance is the sum of its entries: only the database writes it.

An entry's amount is added to its account's balance. Cash that comes in is minus on
``clearing`` (the world outside owes that much less) and plus on the account it is for,
so all balances of one currency always sum to zero.
"""
