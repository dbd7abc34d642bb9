"""The daily draw: one a day, from 00:00 UTC to the next 00:00 UTC.

Owns the calendar (which day is open, what was missed) and what players and visitors are
told; draws, tickets and money are those of the slice tickets. Invariants: one draw a day,
opened and locked in the order of the days, whatever the server slept through.
"""
