"""Reads of the circles: every function returns frozen views (views.py)."""

from luckychit.domain.chits.queries.dashboard import dashboard
from luckychit.domain.chits.queries.draws import DrawCard, draw_card
from luckychit.domain.chits.queries.prizes import prizes_of_manager

__all__ = ["DrawCard", "dashboard", "draw_card", "prizes_of_manager"]
