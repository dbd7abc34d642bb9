"""Reads the prizes: what is promised, what was handed over, what is left."""

import uuid
from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from luckychit.core.db import reading
from luckychit.domain.actors import Actor, require
from luckychit.domain.chits.models import ChitGroup, DrawStatus, MonthlyDraw, PrizePayout
from luckychit.domain.chits.queries.access import checked_page
from luckychit.domain.chits.queries.draws import payout_row, rows_of
from luckychit.domain.chits.queries.views import Page, PrizeRow


def prizes_of_manager(*, actor: Actor, offset: int = 0, limit: int = 20) -> Page[PrizeRow]:
    """Return the prizes won in the manager's groups: those still to be paid first.

    Args:
        actor: A manager.
        offset: How many to leave out, >= 0.
        limit: 1 to 200.

    Returns:
        A page of PrizeRow.

    Raises:
        SignInNeeded: Nobody asks.
        NotAllowed: The actor is not a manager.
        InvalidInput: Offset or limit is out of range.
    """
    require(actor, "manager")
    first, most = checked_page(offset, limit)
    with reading() as session:
        of_manager = (
            col(ChitGroup.manager_id) == actor.user_id,
            col(MonthlyDraw.status) == DrawStatus.DRAWN.value,
        )
        joined = col(ChitGroup.id) == col(MonthlyDraw.group_id)
        total = session.exec(
            select(func.count()).select_from(MonthlyDraw).join(ChitGroup, joined).where(*of_manager)
        ).one()
        found = session.exec(
            select(MonthlyDraw, ChitGroup)
            .join(ChitGroup, joined)
            .where(*of_manager)
            .order_by(
                col(MonthlyDraw.paid_out_minor) == col(MonthlyDraw.prize_minor),
                col(MonthlyDraw.drawn_at).desc(),
                col(MonthlyDraw.id),
            )
            .offset(first)
            .limit(most)
        ).all()
        return Page(items=tuple(prize_rows(session, found)), total=total)


def prize_rows(session: Session, found: Sequence[tuple[MonthlyDraw, ChitGroup]]) -> list[PrizeRow]:
    """Return these drawn draws with their payouts, in their order."""
    payouts: dict[uuid.UUID, list[PrizePayout]] = {}
    ids = [draw.id for draw, _ in found]
    for payout in session.exec(
        select(PrizePayout)
        .where(col(PrizePayout.monthly_draw_id).in_(ids))
        .order_by(col(PrizePayout.recorded_at), col(PrizePayout.id))
    ):
        payouts.setdefault(payout.monthly_draw_id, []).append(payout)
    return [
        PrizeRow(
            draw=row,
            left=row.prize - row.paid_out,
            payouts=tuple(payout_row(item) for item in payouts.get(row.monthly_draw_id, [])),
        )
        for row in rows_of(session, found)
    ]
