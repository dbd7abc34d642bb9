"""Reads of the daily draw: every function returns frozen views (lottery/views.py)."""

from luckychit.domain.lottery.queries.admin import admin_draws
from luckychit.domain.lottery.queries.player import draw_to_buy, my_draws, my_tickets, today
from luckychit.domain.lottery.queries.public import (
    history,
    last_winner,
    public_today,
    winner_names,
)
from luckychit.domain.lottery.queries.tickets import check_ticket, fresh_seals, stored_seals

__all__ = [
    "admin_draws",
    "check_ticket",
    "draw_to_buy",
    "fresh_seals",
    "history",
    "last_winner",
    "my_draws",
    "my_tickets",
    "public_today",
    "stored_seals",
    "today",
    "winner_names",
]
