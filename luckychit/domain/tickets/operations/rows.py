"""Reads the rows of draws, for the operations and queries."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from luckychit.core.money import Money
from luckychit.domain.tickets import errors
from luckychit.domain.tickets.models import Draw
from luckychit.domain.tickets.views import DrawView, ticket_id_of

_NEXT = timedelta(microseconds=1)


def held_draw(session: Session, draw_id: str) -> Draw:
    """Return a draw's row, locked until the transaction ends: every sale waits.

    Raises:
        DrawUnknown: No such draw.
    """
    draw = session.exec(
        select(Draw)
        .where(col(Draw.draw_id) == draw_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if draw is None:
        raise errors.DrawUnknown(draw_id=draw_id)
    return draw


def touch(draw: Draw, now: datetime) -> None:
    """Mark a draw as changed; the mark always moves forward, even when the clock does not."""
    draw.changed_at = max(now, draw.changed_at + _NEXT)


def draw_view(draw: Draw) -> DrawView:
    """Return what anyone may see of a draw."""
    winner = draw.winning_position
    return DrawView(
        draw_id=draw.draw_id,
        kind=draw.kind,
        status=draw.status,
        proof_id=draw.proof_id,
        price=Money(draw.price_minor, draw.currency),
        prize=Money(draw.prize_pool_minor, draw.currency),
        fee_bps=draw.fee_bps,
        fewest_entries=draw.fewest_entries,
        most_per_person=draw.most_per_person,
        total_entries=draw.total_entries,
        opens_at=draw.opens_at,
        locks_at=draw.locks_at,
        locked_at=draw.locked_at,
        closed_at=draw.closed_at,
        winning_position=winner,
        winning_ticket_id=None if winner is None else ticket_id_of(draw.draw_id, winner),
        winner_id=draw.winner_id,
        void_reason=draw.void_reason,
        is_refunded=draw.refunded_at is not None,
    )
