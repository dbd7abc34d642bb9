"""Use-cases of handing a prize over: the manager records it, the winner confirms it."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import InvalidInput, InvariantBroken, NotAllowed
from luckychit.core.money import LARGEST_MINOR
from luckychit.domain.actors import Actor, require
from luckychit.domain.audit.operations import record
from luckychit.domain.chits import errors
from luckychit.domain.chits.models import (
    ChitGroup,
    DrawStatus,
    GroupMember,
    MonthlyDraw,
    PaymentMethod,
    PrizePayout,
)
from luckychit.domain.chits.operations import locks
from luckychit.domain.chits.operations.payouts import Handover, hand_over, known_payout
from luckychit.domain.chits.queries.draws import payout_row
from luckychit.domain.chits.queries.views import PayoutRow
from luckychit.domain.chits.rules import checks
from luckychit.domain.chits.service.access import lock_own_group
from luckychit.domain.notify.operations import tell
from luckychit.domain.users.queries import names_of

_REFERENCE_MAX = 100


@retried
def record_payout(
    *,
    actor: Actor,
    key: str,
    monthly_draw_id: uuid.UUID,
    amount_minor: int | None = None,
    method: str,
    reference: str = "",
    paid_at: datetime | None = None,
    group_id: uuid.UUID | None = None,
) -> PayoutRow:
    """Record that a prize, or a part of it, was handed to its winner.

    What is left of the prize is decided here, with the group locked: two clerks can
    never pay the same rupee. The same key again returns the first record. The last
    payout of a finished group completes it.

    Args:
        actor: The group's manager.
        key: Idempotency key, 1 to 80 characters, made before sending.
        monthly_draw_id: A draw with a winner.
        amount_minor: Minor units, > 0; None hands over all that is left.
        method: ``cash``, ``bank`` or ``upi``.
        reference: Number of the transfer, at most 100 characters.
        paid_at: When it was handed over, from the day of the draw until now; now when
            not given.
        group_id: When given, the draw must be of this group.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is not a manager.
        InvalidInput: A field has a wrong shape.
        DrawNotFound: There is no such draw, it is another manager's or another group's,
            or not drawn.
        PrizeExceeded: More than what is left.
        Busy: Another caller holds the group for more than three seconds.
    """
    require(actor, "manager")
    handover = _checked(actor, key, amount_minor, method, reference, paid_at)
    with transaction() as session:
        group, draw = _lock(session, actor, monthly_draw_id)
        if group_id not in (None, group.id):
            raise errors.DrawNotFound(monthly_draw_id=draw.id, group_id=group_id)
        now = clock.now()
        known = known_payout(session, key=handover.key, monthly_draw_id=draw.id, handover=handover)
        if known is not None:
            return payout_row(known)
        _check_moment(group, draw, handover.paid_at, now)
        payout = hand_over(session, group=group, draw=draw, handover=handover, now=now)
        _tell(session, "payout_recorded", group, draw, payout, now)
        _record(session, "chits.payout_recorded", actor, (group, draw, payout), now)
        return payout_row(payout)


@retried
def confirm_payout(*, actor: Actor, payout_id: uuid.UUID) -> None:
    """Note that the winner says: received.

    Args:
        actor: The winner of the prize.
        payout_id: The record of the payout.

    Raises:
        SignInNeeded: Nobody acts.
        PayoutNotFound: There is no such payout, or the actor did not win it.
        NotAllowed: The group's manager tries to confirm in the winner's place.
        AlreadyConfirmed: The winner has confirmed it before.
    """
    require(actor, "member", "manager", "admin")
    wanted = checks.checked_id(payout_id)
    with transaction() as session:
        payout = session.get(PrizePayout, wanted) if wanted else None
        if payout is None:
            raise errors.PayoutNotFound(payout_id=str(payout_id)[:80])
        draw = session.get_one(MonthlyDraw, payout.monthly_draw_id)
        group = locks.lock_group(session, draw.group_id)
        winner = _winner(session, draw)
        if winner.user_id != actor.user_id:
            if group.manager_id == actor.user_id:
                raise NotAllowed(actor=actor.user_id, payout_id=payout_id)
            raise errors.PayoutNotFound(payout_id=payout_id, actor=actor.user_id)
        session.refresh(payout)
        if payout.confirmed_at is not None:
            raise errors.AlreadyConfirmed(payout_id=payout_id)
        now = clock.now()
        payout.confirmed_at = now
        session.add(payout)
        _tell(session, "payout_confirmed", group, draw, payout, now)
        _record(session, "chits.payout_confirmed", actor, (group, draw, payout), now)


def _record(
    session: Session,
    action: str,
    actor: Actor,
    about: tuple[ChitGroup, MonthlyDraw, PrizePayout],
    now: datetime,
) -> None:
    group, draw, payout = about
    record(
        session,
        action=action,
        actor=actor,
        subject=("payout", payout.id),
        now=now,
        owner_id=_winner(session, draw).user_id,
        manager_id=group.manager_id,
        group_id=str(group.id),
        group=group.name,
        month=draw.instalment,
        amount_minor=payout.net_minor,
        currency=payout.currency,
        method=payout.method,
    )


def _checked(
    actor: Actor,
    key: object,
    amount_minor: object,
    method: object,
    reference: object,
    paid_at: object,
) -> Handover:
    problems: dict[str, str] = {}
    amount = None
    if amount_minor is not None:
        amount = checks.whole(problems, "amount", amount_minor, 1, LARGEST_MINOR)
    handover = Handover(
        key=checks.checked_key(key),
        amount_minor=amount,
        method=checks.choice(problems, "method", method, [kind.value for kind in PaymentMethod]),
        reference=checks.line(problems, "reference", reference, _REFERENCE_MAX, least=0),
        paid_at=checks.moment(problems, "paid_at", paid_at) or clock.now(),
        recorded_by=actor.user_id,
    )
    checks.raise_if_any(problems)
    return handover


def _lock(session: Session, actor: Actor, monthly_draw_id: object) -> tuple[ChitGroup, MonthlyDraw]:
    wanted = checks.checked_id(monthly_draw_id)
    found = session.get(MonthlyDraw, wanted) if wanted else None
    if found is None:
        raise errors.DrawNotFound(monthly_draw_id=str(monthly_draw_id)[:80])
    try:
        group = lock_own_group(session, actor, found.group_id)
    except errors.GroupNotFound as exc:
        raise errors.DrawNotFound(monthly_draw_id=wanted, actor=actor.user_id) from exc
    draw = locks.lock_draw(session, found.id)
    if draw is None or draw.status != DrawStatus.DRAWN.value:
        raise errors.DrawNotFound(monthly_draw_id=wanted)
    return group, draw


def _check_moment(group: ChitGroup, draw: MonthlyDraw, paid_at: datetime, now: datetime) -> None:
    zone = ZoneInfo(group.time_zone)
    drawn_on = (draw.drawn_at or now).astimezone(zone).date()
    if paid_at.astimezone(zone).date() < drawn_on or paid_at > now:
        raise InvalidInput({"paid_at": "Please give a day from the draw until today."})


def _winner(session: Session, draw: MonthlyDraw) -> GroupMember:
    seat = session.get(GroupMember, draw.winner_seat_id) if draw.winner_seat_id else None
    if seat is None:
        raise InvariantBroken(monthly_draw_id=draw.id)
    return seat


def _tell(
    session: Session,
    kind: str,
    group: ChitGroup,
    draw: MonthlyDraw,
    payout: PrizePayout,
    now: datetime,
) -> None:
    winner = _winner(session, draw)
    tell(
        session,
        kind=kind,
        now=now,
        manager_id=group.manager_id,
        group_id=group.id,
        user_id=winner.user_id,
        name=names_of(session, user_ids=[winner.user_id])[winner.user_id].full_name,
        amount_minor=payout.net_minor,
        currency=payout.currency,
        instalment=draw.instalment,
        group=group.name,
    )
