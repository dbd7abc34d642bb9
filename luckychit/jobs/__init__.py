"""Time: what the app does by itself, and which worker does it.

Every job calls one service that asks "what is due and not done", so a job that runs
twice, late, or in two workers at once does no harm.
"""
