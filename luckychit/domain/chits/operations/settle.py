"""Moves money of an instalment that is already drawn, and the foreman's advances.

Every function expects the group's row locked (operations/locks.py). Nothing here
touches a due's ``paid_minor``: that is the payment's own business.
"""

from datetime import datetime

from sqlmodel import Session, select

from luckychit.core.errors import InvariantBroken
from luckychit.core.ids import new_id
from luckychit.core.money import Money
from luckychit.domain.chits.models import ChitGroup, DrawStatus, Due, MonthlyDraw
from luckychit.domain.chits.rules import PotSplit, grown_split
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as ledger


def settle_due(
    session: Session, *, group: ChitGroup, due: Due, amount_minor: int, now: datetime
) -> None:
    """Pass on money that came in for a due whose instalment is already drawn.

    First it repays what the foreman advanced for this due; the rest goes to
    commission, tax and the winner of that month. Does nothing while the instalment is
    not drawn: the money waits in its pot.

    Args:
        session: The open transaction; the payment is already in the instalment's pot.
        group: The group, locked.
        due: The due that was paid.
        amount_minor: The part of the payment for this due, minor units, > 0.
        now: The present moment.
    """
    draw = _drawn(session, due)
    if draw is None:
        return
    repaid_minor = min(amount_minor, due.advanced_minor)
    if repaid_minor:
        due.advanced_minor -= repaid_minor
        session.add(due)
        _move_advance(session, group, due, repaid_minor, now)
    if amount_minor > repaid_minor:
        share_pot(
            session, group=group, draw=draw, amount_minor=amount_minor - repaid_minor, now=now
        )


def unsettle_due(
    session: Session, *, group: ChitGroup, due: Due, amount_minor: int, now: datetime
) -> None:
    """Let the foreman cover a due of a drawn instalment whose payment is taken back.

    The draw never changes; the foreman is answerable for the pot, and gets the money
    when the due is paid again. Does nothing while the instalment is not drawn.

    Args:
        session: The open transaction; the reversal will be taken from the pot after this.
        group: The group, locked.
        due: The due that is opened again.
        amount_minor: The part that is taken back from this due, minor units, > 0.
        now: The present moment.
    """
    if _drawn(session, due) is not None:
        advance_due(session, group=group, due=due, amount_minor=amount_minor, now=now)


def advance_due(
    session: Session, *, group: ChitGroup, due: Due, amount_minor: int, now: datetime
) -> None:
    """Put the foreman's money into an instalment's pot in the place of a late payer.

    Args:
        session: The open transaction.
        group: The group, locked.
        due: The due that is not paid.
        amount_minor: How much of it, minor units, > 0.
        now: The present moment.
    """
    due.advanced_minor += amount_minor
    session.add(due)
    _move_advance(session, group, due, -amount_minor, now)


def share_pot(
    session: Session, *, group: ChitGroup, draw: MonthlyDraw, amount_minor: int, now: datetime
) -> None:
    """Divide late money of a drawn instalment into commission, tax and prize.

    The whole pot was divided with the result (operations/prizes.py); this adds what came
    after it, so that the sums are those of one larger pot. The draw's row grows with it.

    Args:
        session: The open transaction.
        group: The group, locked.
        draw: The draw that has its winner.
        amount_minor: What to take out of the pot, minor units, > 0.
        now: The present moment.
    """
    before = PotSplit(draw.commission_minor, draw.gst_minor, draw.prize_minor)
    after = grown_split(before, amount_minor, group.commission_bps, group.gst_bps)
    places = (
        accounts.commission(group.manager_id),
        accounts.gst(group.manager_id),
        accounts.chit_prize(group.id, draw.instalment),
    )
    shares = [
        (place, Money(new - old, group.currency))
        for place, new, old in zip(places, after, before, strict=True)
        if new != old
    ]
    ledger.post(
        session,
        key=f"chit-share:{new_id()}",
        kind="chit_draw",
        legs=[
            (accounts.chit_pot(group.id, draw.instalment), Money(-amount_minor, group.currency)),
            *shares,
        ],
        reference=draw.draw_id,
        now=now,
    )
    draw.pot_minor += amount_minor
    draw.commission_minor, draw.gst_minor, draw.prize_minor = after
    session.add(draw)
    session.flush()


def _drawn(session: Session, due: Due) -> MonthlyDraw | None:
    draw = session.exec(
        select(MonthlyDraw)
        .where(MonthlyDraw.group_id == due.group_id, MonthlyDraw.instalment == due.instalment)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if draw is None or draw.status != DrawStatus.DRAWN.value:
        return None
    if draw.winner_seat_id is None:
        raise InvariantBroken(monthly_draw_id=draw.id)
    return draw


def _move_advance(
    session: Session, group: ChitGroup, due: Due, to_foreman_minor: int, now: datetime
) -> None:
    """Move between pot and foreman: plus repays, minus advances."""
    ledger.post(
        session,
        key=f"chit-advance:{new_id()}",
        kind="chit_advance",
        legs=[
            (
                accounts.chit_pot(group.id, due.instalment),
                Money(-to_foreman_minor, group.currency),
            ),
            (accounts.foreman_advance(group.id), Money(to_foreman_minor, group.currency)),
        ],
        reference=f"due {due.id}",
        now=now,
    )
    session.flush()
