"""Writes what a result means in money, and closes a group when nothing is left to do.

Every function expects the group's row locked (operations/locks.py).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from luckychit.core.errors import InvariantBroken
from luckychit.core.money import Money
from luckychit.domain.audit.operations import record
from luckychit.domain.chits import rules
from luckychit.domain.chits.models import (
    ChitGroup,
    DrawStatus,
    Due,
    GroupMember,
    GroupStatus,
    MonthlyDraw,
    ShortCollection,
)
from luckychit.domain.chits.operations.draws import move
from luckychit.domain.chits.operations.trail import record_draw
from luckychit.domain.notify.operations import tell
from luckychit.domain.users.queries import names_of
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as wallet
from luckychit.domain.wallet.accounts import AccountKey


def post_result(
    session: Session, *, group: ChitGroup, draw: MonthlyDraw, winner: GroupMember, now: datetime
) -> None:
    """Turn an instalment's pot into commission, tax and prize, and name the winner.

    Under ``foreman_advances`` the foreman's account first adds what is unpaid.

    Args:
        session: The open transaction, in which the result was also published.
        group: The group, locked.
        draw: The draw, locked; its list is frozen.
        winner: The seat that was picked.
        now: The present moment.

    Raises:
        InvariantBroken: Dues and ledger disagree about what was received.
    """
    dues = _lock_dues(session, draw)
    received_minor = sum(due.paid_minor for due in dues)
    pot_account = accounts.chit_pot(group.id, draw.instalment)
    held = wallet.balance(session, pot_account, group.currency)
    if held.amount_minor != received_minor:
        raise InvariantBroken(draw=draw.id, dues=received_minor, ledger=held.amount_minor)
    advanced_minor = 0
    if group.short_collection == ShortCollection.FOREMAN_ADVANCES.value:
        advanced_minor = _advance(dues)
    pot_minor = received_minor + advanced_minor
    split = rules.split_pot(pot_minor, group.commission_bps, group.gst_bps)
    legs = [
        (pot_account, -received_minor),
        (accounts.foreman_advance(group.id), -advanced_minor),
        (accounts.commission(group.manager_id), split.commission_minor),
        (accounts.gst(group.manager_id), split.gst_minor),
        (accounts.chit_prize(group.id, draw.instalment), split.prize_minor),
    ]
    if pot_minor:
        wallet.post(
            session,
            key=f"chit-draw:{draw.id}",
            kind="chit_draw",
            legs=_present(legs, group.currency),
            now=now,
            reference=draw.draw_id,
        )
    move(
        session,
        draw,
        from_status=DrawStatus.LOCKED,
        status=DrawStatus.DRAWN.value,
        winner_seat_id=winner.id,
        held_over_reason="",
        pot_minor=pot_minor,
        commission_minor=split.commission_minor,
        gst_minor=split.gst_minor,
        prize_minor=split.prize_minor,
        drawn_at=now,
    )
    _tell_result(session, group=group, draw=draw, winner=winner, now=now)
    record_draw(
        session,
        "chits.draw_drawn",
        group,
        draw,
        now=now,
        owner_id=winner.user_id,
        seat_number=winner.seat_number,
        prize_minor=split.prize_minor,
        commission_minor=split.commission_minor,
        currency=group.currency,
    )


def complete_if_finished(session: Session, group: ChitGroup, now: datetime) -> bool:
    """Complete a group at the moment its last condition becomes true.

    Conditions: the last instalment is drawn, every due is paid, every prize is handed
    over. Then the ledger must show zero on every account of the group.

    Args:
        session: The open transaction; its changes are flushed first.
        group: The group, locked.
        now: The present moment.

    Returns:
        True when the group became completed by this call.

    Raises:
        InvariantBroken: All is done, yet an account of the group is not at zero.
    """
    session.flush()
    if group.status != GroupStatus.ACTIVE.value or _is_anything_open(session, group):
        return False
    left = money_left(session, group)
    if any(left.values()):
        raise InvariantBroken(group_id=group.id, left={str(k): v for k, v in left.items() if v})
    group.status = GroupStatus.COMPLETED.value
    group.completed_at = now
    session.add(group)
    tell(
        session,
        kind="group_completed",
        now=now,
        manager_id=group.manager_id,
        group_id=group.id,
        group=group.name,
    )
    record(
        session,
        action="chits.group_completed",
        actor=None,
        subject=("group", group.id),
        now=now,
        manager_id=group.manager_id,
        group=group.name,
    )
    return True


def money_left(session: Session, group: ChitGroup) -> dict[AccountKey, int]:
    """Return the balance, in minor units, of every pot, prize and advance of a group."""
    months = range(1, group.duration_months + 1)
    keys = [accounts.foreman_advance(group.id)]
    keys += [accounts.chit_pot(group.id, month) for month in months]
    keys += [accounts.chit_prize(group.id, month) for month in months]
    held = wallet.balances(session, keys, group.currency)
    return {key: amount.amount_minor for key, amount in held.items()}


def _is_anything_open(session: Session, group: ChitGroup) -> bool:
    of_group = MonthlyDraw.group_id == group.id
    drawn, unpaid_prizes = session.exec(
        select(
            func.count().filter(col(MonthlyDraw.status) == DrawStatus.DRAWN.value),
            func.count().filter(col(MonthlyDraw.paid_out_minor) < col(MonthlyDraw.prize_minor)),
        ).where(of_group)
    ).one()
    if drawn < group.duration_months or unpaid_prizes:
        return True
    unpaid_due = select(Due.id).where(Due.group_id == group.id, col(Due.paid_at).is_(None))
    return session.exec(unpaid_due.limit(1)).first() is not None


def _lock_dues(session: Session, draw: MonthlyDraw) -> Sequence[Due]:
    return session.exec(
        select(Due)
        .where(Due.group_id == draw.group_id, Due.instalment == draw.instalment)
        .order_by(col(Due.seat_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _advance(dues: Sequence[Due]) -> int:
    for due in dues:
        due.advanced_minor = due.amount_minor - due.paid_minor
    return sum(due.advanced_minor for due in dues)


def _present(legs: list[tuple[AccountKey, int]], currency: str) -> list[tuple[AccountKey, Money]]:
    return [(account, Money(amount, currency)) for account, amount in legs if amount]


def _tell_result(
    session: Session, *, group: ChitGroup, draw: MonthlyDraw, winner: GroupMember, now: datetime
) -> None:
    person = names_of(session, user_ids=[winner.user_id])[winner.user_id]
    for kind, user_id in (("draw_result", None), ("prize_won", winner.user_id)):
        tell(
            session,
            kind=kind,
            now=now,
            manager_id=group.manager_id,
            group_id=group.id,
            user_id=user_id,
            group=group.name,
            instalment=draw.instalment,
            draw_id=draw.draw_id,
            seat=winner.seat_number,
            name=person.full_name,
            prize_minor=draw.prize_minor,
            currency=group.currency,
        )
