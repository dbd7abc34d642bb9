"""Reads the month grid of a group: one cell per seat and instalment."""

import uuid
from collections import defaultdict
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import Session, col

from luckychit.domain.chits.models import ChitGroup, Due, MonthlyDraw
from luckychit.domain.chits.queries.dues import is_late, is_owed, present_instalment
from luckychit.domain.chits.queries.views import GridCell


def cells_of(
    session: Session, group: ChitGroup, now: datetime
) -> dict[uuid.UUID, tuple[GridCell, ...]]:
    """Return each seat's cells, the first instalment first; empty while forming.

    Args:
        session: The open transaction.
        group: The group.
        now: The present moment, for what is late.
    """
    won = {
        (seat_id, instalment)
        for seat_id, instalment in session.execute(
            select(col(MonthlyDraw.winner_seat_id), col(MonthlyDraw.instalment)).where(
                col(MonthlyDraw.group_id) == group.id, col(MonthlyDraw.winner_seat_id).is_not(None)
            )
        )
    }
    cells: dict[uuid.UUID, list[GridCell]] = defaultdict(list)
    rows = session.execute(
        select(
            col(Due.seat_id),
            col(Due.instalment),
            col(Due.paid_minor),
            col(Due.paid_at),
            is_late(now),
            or_(is_owed(now), col(Due.instalment) <= present_instalment()),
        )
        .join(ChitGroup, col(ChitGroup.id) == col(Due.group_id))
        .where(col(Due.group_id) == group.id)
        .order_by(col(Due.instalment))
    )
    for seat_id, instalment, paid_minor, paid_at, late, asked in rows:
        state = _state(is_paid=paid_at is not None, part=paid_minor > 0, late=late, asked=asked)
        cells[seat_id].append(
            GridCell(
                instalment=instalment,
                state=state,
                paid_minor=paid_minor,
                won=(seat_id, instalment) in won,
            )
        )
    return {seat_id: tuple(row) for seat_id, row in cells.items()}


def _state(*, is_paid: bool, part: bool, late: bool, asked: bool) -> str:
    if is_paid:
        return "paid"
    if late:
        return "late"
    if part:
        return "part"
    return "due" if asked else "ahead"
