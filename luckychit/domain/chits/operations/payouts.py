"""Writes of handing a prize over, in parts or at once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, func, select

from luckychit.core.ids import new_id
from luckychit.core.money import Money
from luckychit.domain.chits import errors
from luckychit.domain.chits.models import ChitGroup, MonthlyDraw, PrizePayout
from luckychit.domain.chits.operations import prizes
from luckychit.domain.chits.rules.payouts import deductions_of_part
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as wallet


@dataclass(frozen=True, slots=True)
class Handover:
    """What the manager says was handed over; checked, but not yet against the prize.

    ``amount_minor`` is None for all that is left.
    """

    key: str
    amount_minor: int | None
    method: str
    reference: str
    paid_at: datetime
    recorded_by: UUID


def known_payout(
    session: Session, *, key: str, monthly_draw_id: UUID, handover: Handover
) -> PrizePayout | None:
    """Return the payout that was recorded with this key before, if one was.

    Raises:
        KeyReused: The key is known for another request.
    """
    known = session.exec(
        select(PrizePayout).where(PrizePayout.idempotency_key == key)
    ).one_or_none()
    if known is None:
        return None
    wanted_minor = known.net_minor if handover.amount_minor is None else handover.amount_minor
    found = (known.monthly_draw_id, known.net_minor, known.method, known.reference)
    wanted = (monthly_draw_id, wanted_minor, handover.method, handover.reference)
    if found != wanted or known.recorded_by != handover.recorded_by:
        raise errors.KeyReused(key=key, found=found, wanted=wanted)
    return known


def hand_over(
    session: Session, *, group: ChitGroup, draw: MonthlyDraw, handover: Handover, now: datetime
) -> PrizePayout:
    """Take the money out of the prize and write the record.

    Args:
        session: The open transaction.
        group: The group, locked.
        draw: A draw with a winner, locked.
        handover: What was handed over.
        now: The present moment.

    Raises:
        PrizeExceeded: More than what is left of the prize, or nothing is left.
    """
    left_minor = draw.prize_minor - draw.paid_out_minor
    net_minor = left_minor if handover.amount_minor is None else handover.amount_minor
    if not 0 < net_minor <= left_minor:
        left = Money(left_minor, group.currency).text()
        raise errors.PrizeExceeded(left=left, wanted=net_minor)
    payout_id = new_id()
    transaction_id = wallet.post(
        session,
        key=f"chit-payout:{payout_id}",
        kind="chit_prize",
        legs=[
            (
                accounts.chit_prize(group.id, draw.instalment),
                Money(-net_minor, group.currency),
            ),
            (
                accounts.clearing(f"{handover.method}:{group.manager_id}"),
                Money(net_minor, group.currency),
            ),
        ],
        now=now,
        reference=handover.reference,
    )
    draw.paid_out_minor += net_minor
    deductions_minor = deductions_of_part(
        deductions_minor=draw.commission_minor + draw.gst_minor,
        prize_minor=draw.prize_minor,
        handed_over_minor=draw.paid_out_minor,
        shown_minor=_deductions_shown(session, draw),
    )
    payout = PrizePayout(
        id=payout_id,
        monthly_draw_id=draw.id,
        gross_minor=net_minor + deductions_minor,
        deductions_minor=deductions_minor,
        net_minor=net_minor,
        currency=group.currency,
        method=handover.method,
        reference=handover.reference,
        paid_at=handover.paid_at,
        recorded_by=handover.recorded_by,
        recorded_at=now,
        idempotency_key=handover.key,
        transaction_id=transaction_id,
    )
    session.add(draw)
    session.add(payout)
    session.flush()
    prizes.complete_if_finished(session, group, now)
    return payout


def _deductions_shown(session: Session, draw: MonthlyDraw) -> int:
    shown = session.exec(
        select(func.coalesce(func.sum(PrizePayout.deductions_minor), 0)).where(
            PrizePayout.monthly_draw_id == draw.id
        )
    ).one()
    return int(shown)
