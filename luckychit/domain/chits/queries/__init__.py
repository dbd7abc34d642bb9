"""Reads of the circles: every function returns frozen views (views.py)."""

from luckychit.domain.chits.queries.draws import DrawCard, draw_card

__all__ = ["DrawCard", "draw_card"]
