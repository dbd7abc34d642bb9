"""Tickets: selling them, freezing the list, paying the winner or everybody back.

Owns the tables draws, tickets and ticket_blocks, for the daily draw and for rooms alike.

Invariants, each held by the database too (migration 0012) and attacked by a test:

* Positions of a draw are 1, 2, 3, ... without a gap, each once; ``total_entries`` is the
  last one.
* A ticket is sold only while its draw is open, before ``locks_at``, after COMMIT.
* The pot is total_entries x price x (10000 - fee_bps) // 10000, to the minor unit.
* A ticket never changes and never goes away; its outcome follows from its draw.
* A draw's status only moves forward, and its winner is the one the public log names.
"""
