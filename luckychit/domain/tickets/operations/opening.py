"""The beginning of a draw: its announcement and its row."""

from datetime import date, datetime

from sqlmodel import Session

from luckychit.core.settings import settings
from luckychit.domain.fairness import operations as fairness
from luckychit.domain.tickets import errors
from luckychit.domain.tickets.models import Draw, DrawStatus
from luckychit.domain.tickets.operations.rows import draw_view, held_draw, touch
from luckychit.domain.tickets.views import BROUGHT_FORWARD, DrawView
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as wallet

SECOND = "-2"  # the announcement that brings a room's lock forward


def open_draw(  # noqa: PLR0913 - each is a term of the draw
    session: Session,
    *,
    draw_id: str,
    kind: str,
    draw_date: date | None,
    currency: str,
    price_minor: int,
    fee_bps: int,
    opens_at: datetime,
    locks_at: datetime,
    most_per_person: int,
    fewest_entries: int,
    rules_text: str,
    now: datetime,
) -> DrawView:
    """Announce a draw publicly (COMMIT) and let it sell from ``opens_at``.

    Args:
        session: The open transaction.
        draw_id: ``DDL-YYYYMMDD`` or ``LOBBY-<code>``; used once ever.
        kind: daily or room.
        draw_date: Of a daily draw, else None.
        currency: ISO 4217 code.
        price_minor: Of one ticket, in minor units, at least 1.
        fee_bps: 0 to 10,000.
        opens_at: First moment of selling; moved up to 1 ms after ``now``.
        locks_at: First moment without selling.
        most_per_person: Tickets one person may have, at least 1.
        fewest_entries: With fewer tickets the draw is void, at least 1.
        rules_text: What people agree to; its hash is committed.
        now: The present moment.

    Raises:
        InvalidInput: A value does not fit the proof.
        LocksTooSoon: ``locks_at`` is not after the opening.
        DrawIdTaken: The number has been used.
    """
    proof = fairness.commit(
        session,
        draw_id=draw_id,
        kind=kind,
        currency=currency,
        price_minor=price_minor,
        fee_bps=fee_bps,
        opens_at=opens_at,
        locks_at=locks_at,
        rules_text=rules_text,
        now=now,
    )
    draw = Draw(
        draw_id=draw_id,
        kind=kind,
        draw_date=draw_date,
        proof_id=proof.draw_id,
        currency=currency,
        price_minor=price_minor,
        fee_bps=fee_bps,
        fewest_entries=fewest_entries,
        most_per_person=most_per_person,
        opens_at=proof.opens_at,
        locks_at=proof.locks_at,
        rules_text=rules_text,
        changed_at=now,
    )
    session.add(draw)
    session.flush()
    # Else the first sale would make them, while it holds the wallets of its buyers.
    wallet.make_accounts(session, (accounts.pot(draw_id), accounts.house()), currency)
    return draw_view(draw)


def skip_day(
    session: Session,
    *,
    draw_id: str,
    draw_date: date,
    opens_at: datetime,
    locks_at: datetime,
    reason: str,
    now: datetime,
) -> DrawView:
    """Write down that a day had no draw, because nothing ran to announce it.

    Args:
        session: The open transaction.
        draw_id: ``DDL-YYYYMMDD``.
        draw_date: The day.
        opens_at: When it would have opened.
        locks_at: When it would have locked.
        reason: For everybody to read, 1 to 200 characters.
        now: The present moment.
    """
    own = settings()
    draw = Draw(
        draw_id=draw_id,
        kind="daily",
        draw_date=draw_date,
        status=DrawStatus.VOID.value,
        currency=own.games_currency,
        price_minor=own.draw_price_minor,
        fee_bps=own.draw_fee_bps,
        opens_at=opens_at,
        locks_at=locks_at,
        void_reason=reason,
        closed_at=now,
        refunded_at=now,
        changed_at=now,
    )
    session.add(draw)
    session.flush()
    return draw_view(draw)


def recommit(session: Session, *, draw_id: str, locks_at: datetime, now: datetime) -> DrawView:
    """Bring the lock of a room forward: void its announcement, publish a new one. Once.

    The sale goes on. What is new is only the moment of the lock and the seed, whose hash
    is public before the list closes.

    Args:
        session: The open transaction.
        draw_id: Of a room's draw.
        locks_at: The new first moment without selling.
        now: The present moment.

    Raises:
        DrawUnknown: No such draw.
        DrawClosed: It is not an open room, or its lock has come.
        AlreadyBroughtForward: Its lock was brought forward before.
        LocksTooSoon: ``locks_at`` is not after ``now``.
    """
    draw = held_draw(session, draw_id)
    if draw.kind != "room" or draw.status != DrawStatus.OPEN.value or now >= draw.locks_at:
        raise errors.DrawClosed(draw_id=draw_id)
    if draw.proof_id != draw_id:
        raise errors.AlreadyBroughtForward(draw_id=draw_id)
    fairness.void(session, draw_id=draw_id, reason=BROUGHT_FORWARD, now=now)
    proof = fairness.commit(
        session,
        draw_id=draw_id + SECOND,
        kind=draw.kind,
        currency=draw.currency,
        price_minor=draw.price_minor,
        fee_bps=draw.fee_bps,
        opens_at=now,
        locks_at=locks_at,
        rules_text=draw.rules_text,
        now=now,
    )
    draw.proof_id, draw.locks_at = proof.draw_id, proof.locks_at
    touch(draw, now)
    session.flush()
    return draw_view(draw)
