"""What time does to the daily draw: midnight, missed days, results, money back.

All changes of the calendar are made by one at a time (an advisory lock of PostgreSQL
that goes with the transaction), whoever leads the jobs and however many do. Midnight is
one transaction, and so is catching up: the calendar is never seen half turned.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import or_, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from luckychit.core import clock
from luckychit.core.db import reading, retried, transaction
from luckychit.core.errors import Busy, LuckyChitError
from luckychit.core.log import get_logger
from luckychit.core.settings import settings
from luckychit.domain.audit.operations import record
from luckychit.domain.fairness.models import Proof, ProofLine
from luckychit.domain.fairness.rules import BEACON_PATIENCE
from luckychit.domain.lottery import rules
from luckychit.domain.notify.operations import tell
from luckychit.domain.tickets import operations
from luckychit.domain.tickets import service as tickets
from luckychit.domain.tickets.models import Draw, DrawStatus
from luckychit.domain.tickets.operations.rows import held_draw
from luckychit.domain.tickets.queries import waiting_for_refund
from luckychit.domain.tickets.views import DrawView

KIND = "daily"
# Of everything that turns the calendar; any number that nobody else locks.
CALENDAR_LOCK = 7_218_094_514
# Of one draw in one turn. To pay a crowd back takes minutes, and a list that is not frozen
# within a minute after midnight is void.
REFUND_S = 5.0

_WAIT = text("SELECT pg_advisory_xact_lock(:key)")
_log = get_logger(__name__)


def advance() -> int:
    """Do whatever the clock asks for; return how many steps were taken.

    Turns the calendar to today, publishes the results that can be, pays back what is
    void. Each part is one transaction or several that may each be the last; what one
    part cannot do now, the next call tries again, and the other parts go on.
    Safe to run twice, and by two at once.
    """
    steps = _guarded(_turn_calendar, "calendar")
    for draw_id in _awaiting_result():
        steps += _guarded(partial(_settle, draw_id), draw_id)
    for draw_id in _to_refund():
        back = partial(tickets.refund, draw_id=draw_id, most_s=REFUND_S)
        steps += _guarded(back, draw_id)
    return steps


def _guarded(unit: Callable[[], int], what: str) -> int:
    try:
        return unit()
    except Busy:
        _log.info("daily_draw_busy", what=what)
    except (LuckyChitError, SQLAlchemyError):
        _log.exception("daily_draw_failed", what=what)
    return 0


@contextmanager
def _alone() -> Iterator[tuple[Session, datetime]]:
    """Open a transaction in which nobody else turns the calendar; yields it and the time."""
    with transaction() as session:
        session.execute(_WAIT, {"key": CALENDAR_LOCK})
        # Read after waiting: whoever was before has moved things on.
        yield session, clock.now()


def _turn_calendar() -> int:
    """Bring the calendar to today; return how many days were closed or opened."""
    with reading() as session:
        newest = _newest(session)
    today = rules.day_at(clock.now())
    # With a clock that went back, the days that are ahead wait for their time.
    if newest is not None and newest.draw_date is not None and newest.draw_date >= today:
        return 0
    return _turn()


@retried
def _turn() -> int:
    with _alone() as (session, now):
        newest = _newest(session)
        today = rules.day_at(now)
        if newest is None or newest.draw_date is None:
            return _open(session, today, now)
        if newest.draw_date >= today:
            return 0
        steps = 0
        if newest.status == DrawStatus.OPEN.value:
            steps += _lock(session, newest.draw_id, now)
        for day in rules.missed_days(newest.draw_date, today):
            steps += _skip(session, day, now)
        return steps + _open(session, today, now)


def _newest(session: Session) -> Draw | None:
    return session.exec(
        select(Draw).where(Draw.kind == KIND).order_by(col(Draw.draw_date).desc()).limit(1)
    ).first()


def _open(session: Session, day: date, now: datetime) -> int:
    if rules.locks_at(day) - now < rules.SHORTEST_SALE:
        return 0
    own = settings()
    terms: dict[str, Any] = {
        "currency": own.games_currency,
        "price_minor": own.draw_price_minor,
        "fee_bps": own.draw_fee_bps,
        "fewest_entries": own.draw_fewest_entries,
    }
    operations.open_draw(
        session,
        draw_id=rules.draw_id_of(day),
        kind=KIND,
        draw_date=day,
        opens_at=rules.midnight(day),
        locks_at=rules.locks_at(day),
        most_per_person=own.draw_tickets_per_person,
        rules_text=rules.rules_text(**terms),
        now=now,
        **terms,
    )
    tell(session, kind="daily_opened", now=now, draw_id=rules.draw_id_of(day))
    _record(session, "lottery.day_opened", rules.draw_id_of(day), now)
    return 1


def _lock(session: Session, draw_id: str, now: datetime) -> int:
    # Held from here on, so nobody buys the first ticket after it was looked for.
    if held_draw(session, draw_id).total_entries == 0:
        locked = operations.void(session, draw_id=draw_id, reason=rules.NOBODY_BOUGHT, now=now)
    else:
        locked = operations.lock(session, draw_id=draw_id, now=now)
    if locked.status == DrawStatus.VOID.value:
        _tell_void(session, locked, now)
    else:
        tell(session, kind="daily_locked", now=now, draw_id=draw_id, n=locked.total_entries)
        entries = locked.total_entries
        _record(session, "lottery.day_locked", draw_id, now, entry_count=entries)
    return 1


def _skip(session: Session, day: date, now: datetime) -> int:
    operations.skip_day(
        session,
        draw_id=rules.draw_id_of(day),
        draw_date=day,
        opens_at=rules.midnight(day),
        locks_at=rules.locks_at(day),
        reason=rules.NOT_RUNNING,
        now=now,
    )
    draw_id = rules.draw_id_of(day)
    _record(session, "lottery.day_skipped", draw_id, now, reason=rules.NOT_RUNNING)
    return 1


@retried
def _settle(draw_id: str) -> int:
    with _alone() as (session, now):
        if not _is_locked(session, draw_id):
            return 0
        settled = operations.settle(session, draw_id=draw_id, now=now)
        if settled is None:
            return 0
        if settled.status == DrawStatus.VOID.value:
            _tell_void(session, settled, now)
        else:
            _tell_drawn(session, settled, now)
        return 1


def _is_locked(session: Session, draw_id: str) -> bool:
    return session.get_one(Draw, draw_id).status == DrawStatus.LOCKED.value


def _tell_drawn(session: Session, draw: DrawView, now: datetime) -> None:
    tell(
        session,
        kind="daily_drawn",
        now=now,
        draw_id=draw.draw_id,
        ticket_id=draw.winning_ticket_id,
        prize_minor=draw.prize.amount_minor,
        currency=draw.prize.currency,
        n=draw.total_entries,
    )
    record(
        session,
        action="lottery.day_drawn",
        actor=None,
        subject=("draw", draw.draw_id),
        now=now,
        owner_id=draw.winner_id,
        ticket_id=draw.winning_ticket_id,
        prize_minor=draw.prize.amount_minor,
        currency=draw.prize.currency,
        entry_count=draw.total_entries,
    )


def _tell_void(session: Session, draw: DrawView, now: datetime) -> None:
    tell(session, kind="daily_void", now=now, draw_id=draw.draw_id, reason=draw.void_reason)
    _record(session, "lottery.day_voided", draw.draw_id, now, reason=draw.void_reason)


def _record(session: Session, action: str, draw_id: str, now: datetime, **facts: Any) -> None:
    said = {"draw_id": draw_id, **facts}
    record(session, action=action, actor=None, subject=("draw", draw_id), now=now, **said)


def _awaiting_result() -> list[str]:
    """Return the locked draws, oldest first, that can have their result or must be void."""
    has_beacon = select(ProofLine.draw_id).where(col(ProofLine.entry_type) == "BEACON")
    with reading() as session:
        return list(
            session.exec(
                select(Draw.draw_id)
                .join(Proof, col(Proof.draw_id) == col(Draw.proof_id))
                .where(
                    Draw.kind == KIND,
                    Draw.status == DrawStatus.LOCKED.value,
                    or_(
                        col(Proof.beacon_at).is_(None),
                        col(Proof.beacon_at) <= clock.now() - BEACON_PATIENCE,
                        col(Proof.draw_id).in_(has_beacon),
                    ),
                )
                .order_by(col(Draw.draw_date))
            )
        )


def _to_refund() -> list[str]:
    with reading() as session:
        return waiting_for_refund(session, KIND)
