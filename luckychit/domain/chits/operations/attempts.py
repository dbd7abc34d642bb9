"""The steps of a present draw, as button and job take them.

Every function expects the group's row and then the draw's row locked
(operations/locks.py), and ``now`` read after that.
"""

from datetime import datetime

from sqlmodel import Session, select

from luckychit.core import clock
from luckychit.core.errors import InvariantBroken, LuckyChitError
from luckychit.core.log import get_logger
from luckychit.core.settings import settings
from luckychit.domain.chits.models import ChitGroup, DrawStatus, GroupMember, MonthlyDraw
from luckychit.domain.chits.operations import draws, prizes
from luckychit.domain.chits.operations.trail import record_draw
from luckychit.domain.chits.rules import draws as draw_rules
from luckychit.domain.fairness import errors as fairness_errors
from luckychit.domain.fairness import operations as fairness
from luckychit.domain.fairness.models import Proof
from luckychit.domain.fairness.rules import BEACON_PATIENCE
from luckychit.domain.notify.operations import tell

_log = get_logger(__name__)


def bring_forward(session: Session, *, group: ChitGroup, draw: MonthlyDraw, now: datetime) -> None:
    """Void the present commitment and publish one that locks after the notice.

    Args:
        session: The open transaction.
        group: The group, locked.
        draw: Its present draw, locked and ``open``.
        now: The present moment.
    """
    draws.new_attempt(
        session,
        group=group,
        draw=draw,
        void_reason="brought forward: a new commitment locks earlier",
        held_over_reason="",
        locks_at=_soonest(now),
        now=now,
    )
    tell(
        session,
        kind="draw_called",
        now=now,
        manager_id=group.manager_id,
        group_id=group.id,
        group=group.name,
        instalment=draw.instalment,
        locks_at_ms=clock.to_ms(draw.locks_at),
    )


def take_step(session: Session, *, group: ChitGroup, draw: MonthlyDraw, now: datetime) -> bool:
    """Take the next step of a draw if it is due; tell whether something changed.

    ``open`` past its moment: the list is frozen, or the draw held over. ``locked``: the
    result is published and the next instalment opened, or, when the public randomness
    has not come for a day, the draw is void and tried again.

    Args:
        session: The open transaction.
        group: The group, locked.
        draw: Its present draw, locked.
        now: The present moment.
    """
    if draw.status == DrawStatus.LOCKED.value:
        return _publish_result(session, group, draw, now)
    if now <= draw.locks_at:
        return False
    _freeze_list(session, group, draw, now)
    return True


def _freeze_list(session: Session, group: ChitGroup, draw: MonthlyDraw, now: datetime) -> None:
    eligible = draws.eligible_seats(session, draw)
    if not eligible:
        _hold_over(session, group, draw, now)
        return
    entries = [
        fairness.Entry(
            ticket_id=draw_rules.ticket_id(draw.draw_id, seat.seat_number),
            user_id=seat.user_id,
            client_seed=seat.client_seed,
            issued_at=due.paid_at or now,
        )
        for seat, due in eligible
    ]
    try:
        fairness.lock(session, draw_id=draw.draw_id, entries=entries, now=now)
    except (fairness_errors.LockedTooLate, fairness_errors.SeedLost) as problem:
        _hold_again(session, group, draw, now, problem)
        return
    draws.move(
        session,
        draw,
        from_status=DrawStatus.OPEN,
        status=DrawStatus.LOCKED.value,
        eligible_count=len(entries),
        held_over_reason="",
    )
    tell(
        session,
        kind="draw_locked",
        now=now,
        manager_id=group.manager_id,
        group_id=group.id,
        group=group.name,
        instalment=draw.instalment,
        eligible=len(entries),
        draw_id=draw.draw_id,
    )
    record_draw(
        session,
        "chits.draw_locked",
        group,
        draw,
        now=now,
        entry_count=len(entries),
    )


def _hold_again(
    session: Session, group: ChitGroup, draw: MonthlyDraw, now: datetime, problem: LuckyChitError
) -> None:
    void_reason = "the list was not frozen before the public random number was born"
    held_over_reason = "The list was not frozen in time, so the draw is held again."
    if isinstance(problem, fairness_errors.SeedLost):
        _log.error("seed_lost", draw_id=draw.draw_id, facts=problem.facts)
        void_reason = "the sealed number of this draw could not be opened"
        held_over_reason = "The sealed number of this draw was lost, so the draw is held again."
    draws.new_attempt(
        session,
        group=group,
        draw=draw,
        void_reason=void_reason,
        held_over_reason=held_over_reason,
        locks_at=_soonest(now),
        now=now,
    )


def _hold_over(session: Session, group: ChitGroup, draw: MonthlyDraw, now: datetime) -> None:
    draws.new_attempt(
        session,
        group=group,
        draw=draw,
        void_reason="nobody eligible: no seat that has not won had paid this instalment",
        held_over_reason="No seat that can still win had paid this instalment in time.",
        locks_at=draw_rules.lock_of_next_day(
            missed=draw.locks_at,
            draw_time=group.draw_time,
            time_zone=group.time_zone,
            not_before=_soonest(now),
        ),
        now=now,
    )


def _publish_result(session: Session, group: ChitGroup, draw: MonthlyDraw, now: datetime) -> bool:
    winners = fairness.settle(session, draw_id=draw.draw_id, now=now)
    if winners is None:
        return _give_up_waiting(session, group, draw, now)
    if len(winners) != 1:
        raise InvariantBroken(draw_id=draw.draw_id, winners=len(winners))
    winner = session.exec(
        select(GroupMember).where(
            GroupMember.group_id == group.id,
            GroupMember.seat_number == draw_rules.seat_of(winners[0].ticket_id),
        )
    ).one()
    prizes.post_result(session, group=group, draw=draw, winner=winner, now=now)
    if draw.instalment < group.duration_months:
        draws.open_instalment(session, group=group, instalment=draw.instalment + 1, now=now)
    else:
        prizes.complete_if_finished(session, group, now)
    return True


def _give_up_waiting(session: Session, group: ChitGroup, draw: MonthlyDraw, now: datetime) -> bool:
    beacon_at = session.exec(select(Proof.beacon_at).where(Proof.draw_id == draw.draw_id)).one()
    if beacon_at is None or now < beacon_at + BEACON_PATIENCE:
        return False
    draws.new_attempt(
        session,
        group=group,
        draw=draw,
        void_reason="the public random number did not come for 24 hours",
        held_over_reason="The public random number did not come, so the draw is held again.",
        locks_at=_soonest(now),
        now=now,
    )
    return True


def _soonest(now: datetime) -> datetime:
    return draw_rules.soonest_lock(now, settings().notice_s)
