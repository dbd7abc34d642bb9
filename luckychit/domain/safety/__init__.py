"""Safety of play: who may play, and how much.

Owns the tables self_exclusions and play_limits. What always holds: a break from games is
never shortened, and a limit is raised a day after it was asked for, never sooner; both are
looked at in the transaction that would sell a ticket, under the lock of the buyer's wallet.
Who may play at all (age, country) is told by the actor alone, without the database.
"""
