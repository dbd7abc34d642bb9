"""Seals the trail: gives every entry that is final its place in the chain."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, insert, text
from sqlmodel import Session, col, select

from luckychit.core.db import retried, transaction
from luckychit.domain.audit import rules
from luckychit.domain.audit.models import AuditLink
from luckychit.domain.audit.rules import Seal

# Of whoever appends to the chain; any number that nobody else locks.
CHAIN_LOCK = 7_218_094_515
AT_ONCE = 500
# An entry gets its number when it is written and is seen when its transaction ends. The job
# of every second looks back so far; what was under way for longer is found by the hourly one.
LOOK_BACK = 2_000
# A number that the sequence never gave may have been smuggled in.
LOWEST = -(2**63)

_TRY = text("SELECT pg_try_advisory_xact_lock(:key)")
# Final is what no running transaction can come before: the same question as
# notify/queries.py asks. A number that is not given out yet is from before the database was
# restored into another server, and final too.
_WAITING = text(
    "SELECT e.* FROM audit_entries e"
    " WHERE e.id > :floor"
    " AND (e.written_in < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint"
    " OR e.written_in >= (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint)"
    " AND NOT EXISTS (SELECT FROM audit_links l WHERE l.entry_id = e.id)"
    " ORDER BY e.written_in, e.id LIMIT :most"
)
_NEWEST = text("SELECT coalesce(max(entry_id), 0) FROM audit_links")


def seal(*, from_the_first: bool = False) -> int:
    """Append every final entry to the chain, in the order of their transactions.

    Safe to run twice, and by two at once: only one appends at a time, and whoever comes
    meanwhile leaves it to the other. Should the lock ever fail, the numbers of the places
    are unique: the chain cannot fork.

    Args:
        from_the_first: Look at the whole trail, not only at what is new.

    Returns:
        How many entries got their place.
    """
    count = 0
    while True:
        some = _seal_some(look_back=None if from_the_first else LOOK_BACK)
        count += some
        if some < AT_ONCE:
            return count


@retried
def _seal_some(*, look_back: int | None) -> int:
    with transaction() as session:
        if not session.execute(_TRY, {"key": CHAIN_LOCK}).scalar_one():
            return 0
        head = _head(session)
        places: list[dict[str, Any]] = []
        for entry in _waiting(session, look_back):
            head = rules.sealed(head, entry)
            places.append({"seq": head.seq, "entry_id": entry["id"], "hash": head.hash})
        if places:
            session.execute(insert(AuditLink), places)
        return len(places)


def _head(session: Session) -> Seal:
    last = session.exec(select(AuditLink).order_by(col(AuditLink.seq).desc()).limit(1)).first()
    return Seal(last.seq, last.hash) if last else rules.START


def _waiting(session: Session, look_back: int | None) -> Sequence[RowMapping]:
    floor = LOWEST
    if look_back is not None:
        floor = session.execute(_NEWEST).scalar_one() - look_back
    return session.execute(_WAITING, {"floor": floor, "most": AT_ONCE}).mappings().all()
