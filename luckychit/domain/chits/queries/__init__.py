"""Reads of the circles: every function returns frozen views (views.py)."""

from luckychit.domain.chits.queries.audit import audit
from luckychit.domain.chits.queries.dashboard import dashboard
from luckychit.domain.chits.queries.draws import DrawCard, draw_card, draw_cards
from luckychit.domain.chits.queries.group import group_of_manager
from luckychit.domain.chits.queries.groups import group_ids_of, groups_of_manager
from luckychit.domain.chits.queries.member import member_draws, member_group, member_home
from luckychit.domain.chits.queries.money import (
    collect_sheet,
    member_payments,
    payments_of_manager,
    today_total,
)
from luckychit.domain.chits.queries.paged import (
    draw_of,
    draws_before,
    dues_after,
    group_payments_before,
    groups_before,
    schedule_after,
)
from luckychit.domain.chits.queries.people import members_of_manager
from luckychit.domain.chits.queries.prizes import prizes_of_manager
from luckychit.domain.chits.queries.receipts import receipt
from luckychit.domain.chits.queries.seen import group_detail
from luckychit.domain.chits.queries.sums import eligible_now, group_statement, payout
from luckychit.domain.chits.queries.terms import preview_members, preview_terms

__all__ = [
    "DrawCard",
    "audit",
    "collect_sheet",
    "dashboard",
    "draw_card",
    "draw_cards",
    "draw_of",
    "draws_before",
    "dues_after",
    "eligible_now",
    "group_detail",
    "group_ids_of",
    "group_of_manager",
    "group_payments_before",
    "group_statement",
    "groups_before",
    "groups_of_manager",
    "member_draws",
    "member_group",
    "member_home",
    "member_payments",
    "members_of_manager",
    "payments_of_manager",
    "payout",
    "preview_members",
    "preview_terms",
    "prizes_of_manager",
    "receipt",
    "schedule_after",
    "today_total",
]
