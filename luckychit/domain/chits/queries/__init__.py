"""Reads of the circles: every function returns frozen views (views.py)."""

from luckychit.domain.chits.queries.dashboard import dashboard
from luckychit.domain.chits.queries.draws import DrawCard, draw_card
from luckychit.domain.chits.queries.member import member_draws, member_group, member_home
from luckychit.domain.chits.queries.prizes import prizes_of_manager

__all__ = [
    "DrawCard",
    "dashboard",
    "draw_card",
    "member_draws",
    "member_group",
    "member_home",
    "prizes_of_manager",
]
