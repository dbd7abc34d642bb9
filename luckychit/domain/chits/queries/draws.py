"""Reads the monthly draws: for the manager, for members, and for anybody."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, func, or_, select

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.core.settings import settings
from luckychit.domain.actors import Actor
from luckychit.domain.chits import errors
from luckychit.domain.chits.models import (
    ChitGroup,
    DrawStatus,
    Due,
    GroupMember,
    GroupStatus,
    MonthlyDraw,
    PrizePayout,
)
from luckychit.domain.chits.queries.views import DrawRow, PayoutRow
from luckychit.domain.chits.rules.advice import Advice, Press, Standing
from luckychit.domain.chits.rules.advice import draw_advice as advice_of
from luckychit.domain.chits.rules.draws import first_attempt_of
from luckychit.domain.fairness.models import Proof
from luckychit.domain.users.queries import names_of


@dataclass(frozen=True, slots=True)
class DrawCard:
    """What a page about a monthly draw may say: no names, unless it is the actor's group."""

    draw_id: str  # the attempt that was asked for
    current_draw_id: str  # the newest attempt of the same draw; differs when voided
    status: str  # open | locked | drawn: of the newest attempt
    instalment: int
    duration_months: int
    seats: int
    instalment_amount: Money  # per seat
    scheduled_at: datetime
    locks_at: datetime
    drawn_at: datetime | None
    time_zone: str
    eligible_count: int | None
    winner_seat_number: int | None
    prize: Money | None  # None until drawn
    held_over_reason: str
    group_id: uuid.UUID | None  # for the manager and the members of the group only
    group_name: str | None
    winner_name: str | None


# A draw with its newest attempt, its group, and the winner's seat.
_Known = tuple[MonthlyDraw, ChitGroup, GroupMember | None]


def draw_rows(session: Session, group: ChitGroup) -> list[DrawRow]:
    """Return every instalment of a group opened so far, newest first."""
    draws = session.exec(
        select(MonthlyDraw)
        .where(MonthlyDraw.group_id == group.id)
        .order_by(col(MonthlyDraw.instalment).desc())
    ).all()
    return rows_of(session, [(draw, group) for draw in draws])


def rows_of(session: Session, draws: Sequence[tuple[MonthlyDraw, ChitGroup]]) -> list[DrawRow]:
    """Return the rows of these draws, in their order, with three queries in all."""
    ids = [draw.draw_id for draw, _ in draws]
    beacons = dict(
        session.exec(
            select(Proof.draw_id, Proof.beacon_at).where(col(Proof.draw_id).in_(ids))
        ).all()
    )
    winner_ids = [draw.winner_seat_id for draw, _ in draws if draw.winner_seat_id]
    seats = {
        seat.id: seat
        for seat in session.exec(select(GroupMember).where(col(GroupMember.id).in_(winner_ids)))
    }
    people = names_of(session, user_ids=[seat.user_id for seat in seats.values()])
    rows = []
    for draw, group in draws:
        seat = seats.get(draw.winner_seat_id) if draw.winner_seat_id else None
        name = people[seat.user_id].full_name if seat else None
        rows.append(_row(draw, group, beacons.get(draw.draw_id), seat, name))
    return rows


def _row(
    draw: MonthlyDraw,
    group: ChitGroup,
    beacon_at: datetime | None,
    seat: GroupMember | None,
    name: str | None,
) -> DrawRow:
    return DrawRow(
        monthly_draw_id=draw.id,
        group_id=group.id,
        group_name=group.name,
        instalment=draw.instalment,
        draw_id=draw.draw_id,
        status=draw.status,
        scheduled_at=draw.scheduled_at,
        locks_at=draw.locks_at,
        beacon_at=beacon_at,
        is_weak=beacon_at is None,
        held_over_reason=draw.held_over_reason,
        eligible_count=draw.eligible_count,
        winner_seat_number=seat.seat_number if seat else None,
        winner_name=name,
        pot=Money(draw.pot_minor, group.currency),
        commission=Money(draw.commission_minor, group.currency),
        gst=Money(draw.gst_minor, group.currency),
        prize=Money(draw.prize_minor, group.currency),
        paid_out=Money(draw.paid_out_minor, group.currency),
        drawn_at=draw.drawn_at,
    )


def payout_row(payout: PrizePayout) -> PayoutRow:
    """Return what a manager and the winner see of a payout."""
    return PayoutRow(
        payout_id=payout.id,
        gross=Money(payout.gross_minor, payout.currency),
        deductions=Money(payout.deductions_minor, payout.currency),
        net=Money(payout.net_minor, payout.currency),
        method=payout.method,
        reference=payout.reference,
        paid_at=payout.paid_at,
        confirmed_at=payout.confirmed_at,
    )


def draw_advice(session: Session, group: ChitGroup, now: datetime) -> tuple[bool, str]:
    """Say whether the manager's button works now, and why not or what it does."""
    advice = advice_for(session, group, now)
    return advice.can_draw, advice.sentence


def advice_for(session: Session, group: ChitGroup, now: datetime) -> Advice:
    """Say what the manager's button does now; the service acts on the same answer."""
    if group.status == GroupStatus.FORMING.value:
        return Advice(Press.REFUSED, "The first draw opens when the group starts.")
    draw = session.exec(
        select(MonthlyDraw).where(
            MonthlyDraw.group_id == group.id,
            col(MonthlyDraw.status) != DrawStatus.DRAWN.value,
        )
    ).one_or_none()
    if draw is None:
        return Advice(Press.REFUSED, "Every instalment of this group has been drawn.")
    can_win, have_paid = seats_in_the_running(session, draw)
    standing = Standing(
        instalment=draw.instalment,
        is_locked=draw.status == DrawStatus.LOCKED.value,
        scheduled_at=draw.scheduled_at,
        locks_at=draw.locks_at,
        beacon_at=session.exec(
            select(Proof.beacon_at).where(Proof.draw_id == draw.draw_id)
        ).one_or_none(),
        can_win=can_win,
        have_paid=have_paid,
        time_zone=group.time_zone,
    )
    return advice_of(standing, now=now, notice_s=settings().notice_s)


def seats_in_the_running(session: Session, draw: MonthlyDraw) -> tuple[int, int]:
    """Return how many seats have not won yet, and how many of them have paid."""
    winners = select(MonthlyDraw.winner_seat_id).where(
        MonthlyDraw.group_id == draw.group_id, col(MonthlyDraw.winner_seat_id).is_not(None)
    )
    can_win, have_paid = session.exec(
        select(func.count(), func.count(col(Due.paid_at))).where(
            Due.group_id == draw.group_id,
            Due.instalment == draw.instalment,
            col(Due.seat_id).not_in(winners),
        )
    ).one()
    return can_win, have_paid


def groups_with_due_draw(session: Session, now: datetime) -> list[uuid.UUID]:
    """Return the groups whose draw has a step to take, the longest waiting first.

    One indexed query: lists to freeze, and frozen lists whose result can be known.
    """
    is_open = col(MonthlyDraw.status) == DrawStatus.OPEN.value
    is_born = or_(col(Proof.beacon_at).is_(None), col(Proof.beacon_at) <= now)
    found = session.exec(
        select(MonthlyDraw.group_id)
        .join(ChitGroup, col(ChitGroup.id) == col(MonthlyDraw.group_id))
        .join(Proof, col(Proof.draw_id) == col(MonthlyDraw.draw_id))
        .where(
            col(MonthlyDraw.status) != DrawStatus.DRAWN.value,
            col(MonthlyDraw.locks_at) < now,
            or_(is_open, is_born),
            ChitGroup.status == GroupStatus.ACTIVE.value,
        )
        .order_by(col(MonthlyDraw.locks_at))
    )
    return list(found.all())


def draw_card(*, draw_id: str, actor: Actor | None = None) -> DrawCard:
    """Return what a page about a monthly draw may say.

    Any attempt of the draw may be asked for; a voided one names its successor.

    Args:
        draw_id: Such as ``CHIT-1A2B3C4D-202703`` or ``...-2``.
        actor: Who looks; names are given to the group's manager and members only.

    Raises:
        DrawNotFound: It is not the name of a monthly draw of ours.
    """
    with reading() as session:
        found = _known_draws(session, [draw_id]) if isinstance(draw_id, str) else {}
        if draw_id not in found:
            raise errors.DrawNotFound(draw_id=str(draw_id)[:80])
        draw, group, seat = found[draw_id]
        card = _card(draw_id, draw, group, seat)
        if not _belongs(session, group, actor):
            return card
        people = names_of(session, user_ids=[seat.user_id] if seat else [])
        name = people[seat.user_id].full_name if seat else None
        return replace(card, group_id=group.id, group_name=group.name, winner_name=name)


def draw_cards(draw_ids: Sequence[str]) -> dict[str, DrawCard]:
    """Return what a public list may say of these monthly draws, with two queries in all.

    Args:
        draw_ids: Names of attempts; those that are no monthly draw of ours are left out.
    """
    with reading() as session:
        found = _known_draws(session, draw_ids)
    return {draw_id: _card(draw_id, *known) for draw_id, known in found.items()}


def _known_draws(session: Session, draw_ids: Sequence[str]) -> dict[str, _Known]:
    bases = {draw_id: base for draw_id in draw_ids if (base := first_attempt_of(draw_id))}
    if not bases:
        return {}
    later = [
        col(MonthlyDraw.draw_id).startswith(f"{base}-", autoescape=True)
        for base in sorted(set(bases.values()))
    ]
    rows = session.exec(
        select(MonthlyDraw, ChitGroup, GroupMember)
        .join(ChitGroup, col(ChitGroup.id) == col(MonthlyDraw.group_id))
        .outerjoin(GroupMember, col(GroupMember.id) == col(MonthlyDraw.winner_seat_id))
        .where(or_(col(MonthlyDraw.draw_id).in_(bases.values()), *later))
    )
    newest = {first_attempt_of(draw.draw_id): (draw, group, seat) for draw, group, seat in rows}
    is_ours = col(Proof.draw_id).in_(list(bases))
    ours = set(session.exec(select(Proof.draw_id).where(is_ours)))
    return {
        draw_id: newest[base]
        for draw_id, base in bases.items()
        if draw_id in ours and base in newest
    }


def _belongs(session: Session, group: ChitGroup, actor: Actor | None) -> bool:
    if actor is None:
        return False
    if group.manager_id == actor.user_id:
        return True
    seat = select(GroupMember.id).where(
        GroupMember.group_id == group.id, GroupMember.user_id == actor.user_id
    )
    return session.exec(seat.limit(1)).first() is not None


def _card(draw_id: str, draw: MonthlyDraw, group: ChitGroup, seat: GroupMember | None) -> DrawCard:
    is_drawn = draw.status == DrawStatus.DRAWN.value
    return DrawCard(
        draw_id=draw_id,
        current_draw_id=draw.draw_id,
        status=draw.status,
        instalment=draw.instalment,
        duration_months=group.duration_months,
        seats=group.max_members,
        instalment_amount=Money(group.monthly_installment_minor, group.currency),
        scheduled_at=draw.scheduled_at,
        locks_at=draw.locks_at,
        drawn_at=draw.drawn_at,
        time_zone=group.time_zone,
        eligible_count=draw.eligible_count,
        winner_seat_number=seat.seat_number if seat else None,
        prize=Money(draw.prize_minor, group.currency) if is_drawn else None,
        held_over_reason=draw.held_over_reason,
        group_id=None,
        group_name=None,
        winner_name=None,
    )
