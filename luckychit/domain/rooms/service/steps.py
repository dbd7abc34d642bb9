"""Moves rooms along: the list frozen, the winner paid, or everybody paid back.

The job and the host's button do the same steps. Each is one transaction that locks the
room's row first, so both at once give one result.
"""

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, or_, select

from luckychit.core import clock
from luckychit.core.db import reading, retried, transaction
from luckychit.core.errors import Busy, LuckyChitError
from luckychit.core.log import get_logger
from luckychit.domain.fairness.models import Proof, ProofLine
from luckychit.domain.fairness.rules import BEACON_PATIENCE
from luckychit.domain.rooms import operations
from luckychit.domain.rooms.models import Lobby
from luckychit.domain.tickets import service as tickets
from luckychit.domain.tickets.models import Draw, DrawStatus

# A room moves at most this often in one call: freeze, then result.
_MOST_STEPS = 2
_log = get_logger(__name__)


def advance() -> int:
    """Move every room that is due; return how many steps were taken.

    Every step is a transaction of its own. One room's trouble is logged and does not keep
    the others waiting. Safe to run twice, and by two at once.
    """
    steps = 0
    for code in _due():
        try:
            steps += advance_room(code)
        except Busy:
            _log.info("room_busy", code=code)
        except (LuckyChitError, SQLAlchemyError):
            _log.exception("room_failed", code=code)
    return steps


def advance_room(code: str) -> int:
    """Do all that is due in one room; return how many steps were taken.

    Raises:
        RoomNotFound: There is no such room.
        Busy: Another caller holds the room for more than three seconds.
    """
    steps = 0
    while steps < _MOST_STEPS and _step(code):
        steps += 1
    return steps + _refund(code)


@retried
def _step(code: str) -> bool:
    with transaction() as session:
        lobby, draw = operations.lock_room(session, code)
        return operations.take_step(session, lobby=lobby, draw=draw, now=clock.now())


def _refund(code: str) -> int:
    with reading() as session:
        owing = session.exec(
            select(Draw.draw_id)
            .join(Lobby, col(Lobby.draw_id) == col(Draw.draw_id))
            .where(
                Lobby.code == code,
                Draw.status == DrawStatus.VOID.value,
                col(Draw.refunded_at).is_(None),
            )
        ).one_or_none()
    if owing is None:
        return 0
    tickets.refund(draw_id=owing)
    return 1


def _due() -> list[str]:
    """Return the rooms that can take a step now, those that wait longest first.

    Asked every second: so one question for each index, and rooms that only wait for their
    public number are left alone.
    """
    now = clock.now()
    of_room = select(Lobby.code).join(Draw, col(Draw.draw_id) == col(Lobby.draw_id))
    owing = (col(Draw.status) == DrawStatus.VOID.value) & col(Draw.refunded_at).is_(None)
    has_beacon = select(ProofLine.draw_id).where(
        col(ProofLine.draw_id) == col(Draw.proof_id), col(ProofLine.entry_type) == "BEACON"
    )
    can_settle = or_(
        col(Proof.beacon_at).is_(None),
        col(Proof.beacon_at) <= now - BEACON_PATIENCE,
        has_beacon.exists(),
    )
    is_due = or_(
        (col(Draw.status) == DrawStatus.OPEN.value) & (col(Draw.locks_at) <= now),
        (col(Draw.status) == DrawStatus.LOCKED.value) & can_settle,
    )
    with reading() as session:
        at_work = session.exec(
            of_room.join(Proof, col(Proof.draw_id) == col(Draw.proof_id))
            .where(is_due)
            .order_by(col(Draw.locks_at), col(Lobby.code))
        ).all()
        to_pay_back = session.exec(of_room.where(owing).order_by(col(Lobby.code))).all()
        return [*at_work, *to_pay_back]
