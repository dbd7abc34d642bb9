"""Safety of play: who may play, and how much.

Owns the table self_exclusions. What always holds: a break from games is never shortened;
it is looked at in the transaction that would sell a ticket.
"""
