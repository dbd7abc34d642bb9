"""Chit circles: groups, seats, instalments, dues, payments, monthly draws, payouts.

Owns the tables chit_groups, group_members (seats), dues, payments,
payment_allocations, receipt_counters, monthly_draws and prize_payouts.

Invariants: a seat number is taken once; a due is never overpaid; a payment is never
edited, only reversed once; one draw per instalment; a seat wins once; every paisa
received is in a pot, a prize, the commission, the tax or the foreman's advance.
"""
