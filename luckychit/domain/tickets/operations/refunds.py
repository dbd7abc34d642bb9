"""Pays everybody of a void draw back, some hundred people at a time."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from luckychit.core.money import Money
from luckychit.domain.fairness.rules import prize_minor
from luckychit.domain.notify.operations import tell
from luckychit.domain.tickets.models import Draw, DrawStatus
from luckychit.domain.tickets.views import ticket_id_of
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as wallet
from luckychit.domain.wallet.rules import Leg

REFUND = "refund"
PEOPLE_PER_CHUNK = 500

# Each portion walks on in the index of a person's tickets from where the last one stopped.
# With any other plan each portion would read all tickets of the draw again.
_BY_PERSON = text(
    "SELECT set_config(name, :to, true) FROM unnest(ARRAY['enable_seqscan',"
    " 'enable_bitmapscan', 'enable_hashagg', 'enable_sort']) AS name"
)
_NEXT_PEOPLE = text(
    "SELECT user_id, count(*)::int AS tickets, min(position) AS first FROM tickets"
    " WHERE draw_id = :draw_id AND user_id > :after"
    " GROUP BY user_id ORDER BY user_id LIMIT :limit"
)
# Who was quicker has moved the cursor: then nothing is done here.
_ADVANCE = text(
    "UPDATE draws SET refund_cursor = :cursor, refunded_entries = refunded_entries + :count,"
    " refunded_at = CASE WHEN refunded_entries + :count = total_entries"
    " THEN CAST(:now AS timestamptz) END,"
    " changed_at = greatest(changed_at + interval '1 microsecond', :now)"
    " WHERE draw_id = :draw_id AND status = 'void' AND refunded_at IS NULL"
    " AND refund_cursor IS NOT DISTINCT FROM CAST(:after AS uuid)"
    " AND refunded_entries = :refunded"
)


@dataclass(frozen=True, slots=True)
class Share:
    """What one person has in a draw: ``tickets``, the first at position ``first``."""

    user_id: uuid.UUID
    tickets: int
    first: int


def pay_back_some(
    session: Session, *, draw_id: str, now: datetime, limit: int = PEOPLE_PER_CHUNK
) -> int | None:
    """Pay the next people of a void draw back, exactly what they paid.

    Wallets are locked first and the draw's row after them, as a sale does.

    Args:
        session: The open transaction.
        draw_id: Of the draw.
        now: The present moment.
        limit: Most people at once, 1 to some hundred.

    Returns:
        How many people were paid (0: somebody else did it, ask again), or None when
        there is nothing to pay back.
    """
    draw = session.get(Draw, draw_id, populate_existing=True)
    if draw is None or draw.status != DrawStatus.VOID.value or draw.refunded_at is not None:
        return None
    shares = _next_people(session, draw, limit)
    wallet.open_till(session, [str(share.user_id) for share in shares], draw.currency)
    moved = session.execute(
        _ADVANCE,
        {
            "draw_id": draw_id,
            "after": draw.refund_cursor,
            "refunded": draw.refunded_entries,
            "cursor": shares[-1].user_id,
            "count": sum(share.tickets for share in shares),
            "now": now,
        },
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # a DML result counts rows
        return 0
    _post(session, draw, shares, now)
    _tell_each(session, draw, shares, now)
    return len(shares)


def _next_people(session: Session, draw: Draw, limit: int) -> list[Share]:
    after = uuid.UUID(int=0) if draw.refund_cursor is None else draw.refund_cursor
    asked = {"draw_id": draw.draw_id, "after": after, "limit": limit}
    session.execute(_BY_PERSON, {"to": "off"})
    shares = [Share(*row) for row in session.execute(_NEXT_PEOPLE, asked)]
    session.execute(_BY_PERSON, {"to": "on"})
    return shares


def _post(session: Session, draw: Draw, shares: Sequence[Share], now: datetime) -> None:
    left = draw.total_entries - draw.refunded_entries
    count = sum(share.tickets for share in shares)
    before, after = (
        prize_minor(count=held, price_minor=draw.price_minor, fee_bps=draw.fee_bps)
        for held in (left, left - count)
    )
    pot_minor = before - after
    house_minor = count * draw.price_minor - pot_minor
    legs: list[Leg] = []
    notes: list[str] = []
    for share in shares:
        amount = Money(share.tickets * draw.price_minor, draw.currency)
        legs.append((accounts.wallet(share.user_id), amount))
        notes.append(_note(draw, share))
    for account, amount_minor in (
        (accounts.pot(draw.draw_id), pot_minor),
        (accounts.house(), house_minor),
    ):
        if amount_minor:
            legs.append((account, Money(-amount_minor, draw.currency)))
            notes.append("")
    wallet.post(
        session,
        key=f"refund:{draw.draw_id}:{draw.refunded_entries}",
        kind=REFUND,
        legs=legs,
        notes=notes,
        now=now,
        reference=draw.draw_id,
    )


def _note(draw: Draw, share: Share) -> str:
    others = f" and {share.tickets - 1} more" if share.tickets > 1 else ""
    return ticket_id_of(draw.draw_id, share.first) + others


def _tell_each(session: Session, draw: Draw, shares: Sequence[Share], now: datetime) -> None:
    for share in shares:
        tell(
            session,
            kind="tickets_refunded",
            now=now,
            user_id=share.user_id,
            draw_id=draw.draw_id,
            amount_minor=share.tickets * draw.price_minor,
            currency=draw.currency,
            count=share.tickets,
            reason=draw.void_reason,
        )
