"""Use-cases of the monthly draw: the manager's button, the job, a member's phrase.

Button and job do the same steps: freeze the list, publish the result. Each step is one
transaction that locks the group's row first, so both at once give one result.
"""

import uuid
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from luckychit.core import clock
from luckychit.core.db import reading, retried, transaction
from luckychit.core.errors import Busy, InvalidInput, LuckyChitError
from luckychit.core.log import get_logger
from luckychit.domain.actors import Actor, require
from luckychit.domain.audit.operations import record
from luckychit.domain.chits import errors
from luckychit.domain.chits.models import (
    ChitGroup,
    DrawStatus,
    GroupMember,
    GroupStatus,
    MonthlyDraw,
)
from luckychit.domain.chits.operations import attempts, locks
from luckychit.domain.chits.operations.trail import record_draw
from luckychit.domain.chits.queries.draws import advice_for, groups_with_due_draw, rows_of
from luckychit.domain.chits.queries.views import DrawRow
from luckychit.domain.chits.rules.advice import Press
from luckychit.domain.chits.rules.checks import checked_id
from luckychit.domain.chits.service.access import lock_own_group
from luckychit.domain.fairness.rules import is_client_seed

# A draw of a group moves at most this often in one call: freeze, then result.
_STEPS = 2
_ACTIONS = {
    Press.BRING_FORWARD: "chits.draw_brought_forward",
    Press.ADVANCE: "chits.draw_conducted",
}
_log = get_logger(__name__)


def conduct_draw(*, actor: Actor, group_id: uuid.UUID, instalment: int | None = None) -> DrawRow:
    """Do what the manager's button says, and return the draw as it then stands.

    Before its moment the draw is brought forward: the list is frozen after the notice.
    At or after its moment the list is frozen and, without a beacon, the winner drawn at
    once. Pressing again while it is under way changes nothing.

    Args:
        actor: The group's manager.
        group_id: A running group.
        instalment: Only of this one: when it is drawn already, nothing changes. So a
            repeat never presses the button of the month after. None for the present one.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is not a manager.
        GroupNotFound: There is no such group, or it is another manager's.
        DrawNotFound: The draw of that instalment is not open yet.
        DrawNotPossible: It cannot be held now; the sentence says why.
        Busy: Another caller holds the group for more than three seconds.
    """
    pressed = _press(actor=actor, group_id=group_id, instalment=instalment)
    if pressed.press is Press.ADVANCE:
        _advance(pressed.group_id)
    with reading() as session:
        found = session.exec(
            select(MonthlyDraw, ChitGroup)
            .join(ChitGroup, col(ChitGroup.id) == col(MonthlyDraw.group_id))
            .where(MonthlyDraw.id == pressed.monthly_draw_id)
        ).one()
        return rows_of(session, [found])[0]


def advance_draws() -> int:
    """Move every draw that is due; return how many steps were taken.

    Freezes the lists whose moment has come, publishes the results that can be, opens
    what follows. Every step is a transaction of its own; one group's trouble is logged
    and does not keep the others waiting. Safe to run twice, and by two at once.
    """
    steps = 0
    for group_id in _due_groups():
        try:
            steps += _advance(group_id)
        except Busy:
            _log.info("draw_busy", group_id=str(group_id))
        except (LuckyChitError, SQLAlchemyError):
            _log.exception("draw_failed", group_id=str(group_id))
    return steps


@retried
def set_client_seed(*, actor: Actor, seat_id: uuid.UUID, phrase: str) -> None:
    """Change the phrase a member mixes into the draws; possible until the list is frozen.

    Args:
        actor: The member who holds the seat.
        seat_id: The seat.
        phrase: 1 to 64 printable ASCII characters without double quote and backslash;
            it will be public.

    Raises:
        SignInNeeded: Nobody acts.
        SeatNotFound: There is no such seat, or it is another's.
        InvalidInput: The phrase has other characters or another length.
        PhraseIsFixed: The list of the present draw is frozen.
    """
    require(actor, "member", "manager", "admin")
    if not is_client_seed(phrase) or not phrase.strip():
        raise InvalidInput(
            {"phrase": 'Please write 1 to 64 plain letters, digits or signs, without " and \\.'}
        )
    wanted = checked_id(seat_id)
    with transaction() as session:
        seat = session.get(GroupMember, wanted) if wanted else None
        if seat is None or seat.user_id != actor.user_id:
            raise errors.SeatNotFound(seat_id=str(seat_id)[:80], actor=actor.user_id)
        group = locks.lock_group(session, seat.group_id)
        draw = locks.lock_present_draw(session, seat.group_id)
        if draw and (draw.status != DrawStatus.OPEN.value or clock.now() > draw.locks_at):
            raise errors.PhraseIsFixed(draw_id=draw.draw_id)
        seat.client_seed = phrase
        session.add(seat)
        # The phrase itself becomes public with the draw, and not before.
        record(
            session,
            action="chits.client_seed_set",
            actor=actor,
            subject=("group", group.id),
            now=clock.now(),
            owner_id=actor.user_id,
            manager_id=group.manager_id,
            group=group.name,
            seat_number=seat.seat_number,
        )


class _Pressed(NamedTuple):
    group_id: uuid.UUID
    monthly_draw_id: uuid.UUID
    press: Press


@retried
def _press(*, actor: Actor, group_id: object, instalment: int | None) -> _Pressed:
    with transaction() as session:
        group = lock_own_group(session, actor, group_id)
        draw = locks.lock_present_draw(session, group.id)
        if instalment is not None and (draw is None or draw.instalment != instalment):
            return _drawn_already(session, group, instalment)
        now = clock.now()
        advice = advice_for(session, group, now)
        if draw is None or advice.press is Press.REFUSED:
            raise errors.DrawNotPossible(advice=advice.sentence)
        if advice.press is Press.BRING_FORWARD:
            attempts.bring_forward(session, group=group, draw=draw, now=now)
        action = _ACTIONS.get(advice.press)
        if action:
            record_draw(
                session,
                action,
                group,
                draw,
                actor=actor,
                now=now,
            )
        return _Pressed(group.id, draw.id, advice.press)


def _drawn_already(session: Session, group: ChitGroup, instalment: int) -> _Pressed:
    found = session.exec(
        select(MonthlyDraw.id).where(
            MonthlyDraw.group_id == group.id, MonthlyDraw.instalment == instalment
        )
    ).one_or_none()
    if found is None:
        raise errors.DrawNotFound(group_id=group.id, instalment=instalment)
    return _Pressed(group.id, found, Press.WAIT)


def _advance(group_id: uuid.UUID) -> int:
    steps = 0
    while steps < _STEPS and _step(group_id):
        steps += 1
    return steps


@retried
def _step(group_id: uuid.UUID) -> bool:
    """Take the next step of the group's present draw, if it is due; tell whether it was."""
    with transaction() as session:
        group = locks.lock_group(session, group_id)
        draw = locks.lock_present_draw(session, group_id)
        if draw is None or group.status != GroupStatus.ACTIVE.value:
            return False
        return attempts.take_step(session, group=group, draw=draw, now=clock.now())


def _due_groups() -> list[uuid.UUID]:
    with reading() as session:
        return groups_with_due_draw(session, clock.now())
