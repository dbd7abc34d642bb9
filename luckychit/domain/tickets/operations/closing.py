"""The end of a draw: the list frozen, then the winner paid, or nobody."""

from datetime import datetime

from sqlmodel import Session, col, select

from luckychit.core.errors import InvariantBroken
from luckychit.core.log import get_logger
from luckychit.core.money import Money
from luckychit.domain.fairness import operations as fairness
from luckychit.domain.fairness import queries as proofs
from luckychit.domain.fairness.errors import LockedTooLate, NotLocked, SeedLost, TooEarly
from luckychit.domain.fairness.lcd1.merkle import merkle_root
from luckychit.domain.fairness.views import Winner
from luckychit.domain.notify.operations import tell
from luckychit.domain.tickets.models import Draw, DrawStatus, Ticket
from luckychit.domain.tickets.operations import blocks
from luckychit.domain.tickets.operations.listing import leaves
from luckychit.domain.tickets.operations.rows import draw_view, held_draw, touch
from luckychit.domain.tickets.views import DrawView, ticket_id_of
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as wallet

PRIZE_WIN = "prize_win"
TOO_FEW = "fewer tickets were sold than the draw needs"
NOT_LOCKED_IN_TIME = "the list was not closed in time"
SEED_LOST = "the server seed could not be opened"
NO_BEACON = "the public random number did not come for a day"

_log = get_logger(__name__)


def lock(session: Session, *, draw_id: str, now: datetime) -> DrawView:
    """Freeze the list of a draw whose lock has come; done again it changes nothing.

    With too few tickets, or when the list can no longer be frozen fairly, the draw is
    void instead; its tickets are then paid back (``service.refund``).

    Args:
        session: The open transaction.
        draw_id: Of the draw.
        now: The present moment, at or after ``locks_at``.

    Raises:
        DrawUnknown: No such draw.
        TooEarly: Tickets are still sold.
    """
    draw = held_draw(session, draw_id)
    if draw.status != DrawStatus.OPEN.value:
        return draw_view(draw)
    if now < draw.locks_at:
        raise TooEarly(draw_id=draw_id, locks_at=draw.locks_at)
    if draw.total_entries < draw.fewest_entries:
        return _voided(session, draw, TOO_FEW, now)
    try:
        fairness.lock_list(
            session,
            draw_id=_proof_id(draw),
            n=draw.total_entries,
            root=_root(session, draw),
            now=now,
        )
    except LockedTooLate:
        return _voided(session, draw, NOT_LOCKED_IN_TIME, now)
    except SeedLost:
        return _voided(session, draw, SEED_LOST, now)
    draw.status = DrawStatus.LOCKED.value
    draw.locked_at = now
    touch(draw, now)
    session.flush()
    return draw_view(draw)


def settle(session: Session, *, draw_id: str, now: datetime) -> DrawView | None:
    """Write the result of a locked draw and pay the prize, as soon as it can be known.

    A draw whose round has not come for a day becomes void. Done again it changes nothing.

    Args:
        session: The open transaction.
        draw_id: Of the draw.
        now: The present moment.

    Returns:
        The draw, drawn or void; None while the beacon is awaited.

    Raises:
        DrawUnknown: No such draw.
        NotLocked: Tickets are still sold.
    """
    draw = held_draw(session, draw_id)
    if draw.status == DrawStatus.OPEN.value:
        raise NotLocked(draw_id=draw_id)
    if draw.status != DrawStatus.LOCKED.value:
        return draw_view(draw)
    proof_id = _proof_id(draw)
    winners = fairness.settle(
        session,
        draw_id=proof_id,
        now=now,
        ticket_id_of=lambda index: ticket_id_of(draw_id, index + 1),
    )
    if winners is not None:
        return _drawn(session, draw, winners, now)
    if proofs.view_of(session, proof_id).is_beacon_overdue(now):
        return _voided(session, draw, NO_BEACON, now)
    return None


def void(session: Session, *, draw_id: str, reason: str, now: datetime) -> DrawView:
    """Call a draw off before its list is frozen; everybody is then paid back.

    Args:
        session: The open transaction.
        draw_id: Of the draw.
        reason: For everybody to read, 1 to 200 plain ASCII characters.
        now: The present moment.

    Raises:
        DrawUnknown: No such draw.
        AlreadyLocked: The list is frozen.
        DrawIsOver: It is drawn or void.
    """
    return _voided(session, held_draw(session, draw_id), reason, now)


def _root(session: Session, draw: Draw) -> bytes:
    if draw.kind == "daily":
        try:
            return blocks.root_of(session, draw.draw_id, draw.total_entries)
        except InvariantBroken:
            # The tickets themselves say the same, only slower; midnight must not wait
            # until somebody has repaired what is derived from them.
            _log.exception("ticket_blocks_broken", draw_id=draw.draw_id)
    return merkle_root(leaves(session, draw))


def _drawn(session: Session, draw: Draw, winners: list[Winner], now: datetime) -> DrawView:
    (winner,) = winners
    position = winner.position_index + 1
    owner = session.exec(
        select(Ticket.user_id).where(
            col(Ticket.draw_id) == draw.draw_id, col(Ticket.position) == position
        )
    ).one()
    draw.status = DrawStatus.DRAWN.value
    draw.winning_position, draw.winner_id = position, owner
    draw.closed_at = now
    touch(draw, now)
    session.flush()
    prize = Money(draw.prize_pool_minor, draw.currency)
    if prize:
        wallet.post(
            session,
            key=f"prize:{draw.draw_id}",
            kind=PRIZE_WIN,
            legs=[(accounts.pot(draw.draw_id), -prize), (accounts.wallet(owner), prize)],
            notes=["", winner.ticket_id],
            now=now,
            reference=draw.draw_id,
            user_id=owner,
        )
    tell(
        session,
        kind="ticket_won",
        now=now,
        user_id=owner,
        draw_id=draw.draw_id,
        ticket_id=winner.ticket_id,
        prize_minor=prize.amount_minor,
        currency=draw.currency,
        draw_kind=draw.kind,
    )
    return draw_view(draw)


def _voided(session: Session, draw: Draw, reason: str, now: datetime) -> DrawView:
    fairness.void(session, draw_id=_proof_id(draw), reason=reason, now=now)
    draw.status = DrawStatus.VOID.value
    draw.void_reason = reason
    draw.closed_at = now
    draw.refunded_at = None if draw.total_entries else now
    touch(draw, now)
    session.flush()
    return draw_view(draw)


def _proof_id(draw: Draw) -> str:
    if draw.proof_id is None:
        raise InvariantBroken(draw_id=draw.draw_id, missing="proof")
    return draw.proof_id
