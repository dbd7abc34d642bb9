"""Whether the chain holds: recomputed from the rows, in portions.

What is found: an entry that was changed, an entry or a seal that was taken out or put in
another place, an entry that never got its seal. What the rows alone cannot show: that the
newest entries and their seals were all cut off together. Against that an admin writes
down the head somewhere else, and gives it back to :func:`verify`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, text

from luckychit.core.db import reading
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.audit import rules
from luckychit.domain.audit.rules import START, Seal
from luckychit.domain.audit.views import ChainProblem

PORTION = 2_000
# The job seals every second; a leader that was lost is followed within seconds.
SEALED_WITHIN = timedelta(minutes=5)

_LINKS = text(
    "SELECT l.seq, l.hash, l.entry_id, e.* FROM audit_links l"
    " LEFT JOIN audit_entries e ON e.id = l.entry_id"
    " WHERE l.seq > :after ORDER BY l.seq LIMIT :most"
)
_UNSEALED = text(
    "SELECT e.id FROM audit_entries e WHERE e.happened_at < :before"
    " AND NOT EXISTS (SELECT FROM audit_links l WHERE l.entry_id = e.id) ORDER BY e.id LIMIT 1"
)
_COUNT = text("SELECT coalesce(max(seq), 0) FROM audit_links")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a portion showed.

    Args:
        head: The last seal that holds.
        is_end: Whether nothing follows.
        problem: What does not hold, or None.
    """

    head: Seal
    is_end: bool
    problem: ChainProblem | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the whole chain showed; ``head`` is the last seal that holds."""

    head: Seal
    problem: ChainProblem | None


def check_part(*, actor: Actor, after: Seal = START, now: datetime) -> Checked:
    """Recompute the next 2,000 places of the chain.

    Args:
        actor: An admin.
        after: ``head`` of the portion before.
        now: The present moment.

    Raises:
        SignInNeeded: Nobody asks.
        NotAllowed: The actor is not an admin.
    """
    require(actor, Role.ADMIN)
    return _checked(after, now)


def sealed_count(*, actor: Actor) -> int:
    """Return how many places the chain has.

    Raises:
        SignInNeeded: Nobody asks.
        NotAllowed: The actor is not an admin.
    """
    require(actor, Role.ADMIN)
    with reading() as session:
        return int(session.execute(_COUNT).scalar_one())


def verify(*, now: datetime, known: Seal | None = None) -> Verdict:
    """Recompute the whole chain, and whether it still extends a head that is known.

    It asks for no actor: for the job and the command line.

    Args:
        now: The present moment.
        known: A head that was written down outside of the database.
    """
    head = START
    if known is not None and known.seq == START.seq:
        if known != START:
            return Verdict(head, ChainProblem("head_differs", START.seq))
        known = None
    while True:
        part = _checked(head, now, stop_at=known.seq if known else None)
        head = part.head
        if known is not None and head.seq == known.seq:
            if head.hash != known.hash:
                return Verdict(head, ChainProblem("head_differs", known.seq))
            known = None
            continue
        if part.problem:
            return Verdict(head, part.problem)
        if part.is_end:
            cut = ChainProblem("head_not_reached", known.seq) if known else None
            return Verdict(head, cut)


def problems(*, now: datetime) -> list[ChainProblem]:
    """Return the first place where the chain does not hold, if any. For the hourly job."""
    found = verify(now=now).problem
    return [found] if found else []


def _checked(after: Seal, now: datetime, *, stop_at: int | None = None) -> Checked:
    most = PORTION if stop_at is None else max(1, min(PORTION, stop_at - after.seq))
    with reading() as session:
        rows = session.execute(_LINKS, {"after": after.seq, "most": most}).mappings().all()
        head = after
        for row in rows:
            problem = _problem(head, row)
            if problem:
                return Checked(head, is_end=True, problem=problem)
            head = Seal(row["seq"], bytes(row["hash"]))
        if len(rows) == most:
            return Checked(head, is_end=False, problem=None)
        late = session.execute(_UNSEALED, {"before": now - SEALED_WITHIN}).scalar_one_or_none()
    unsealed = None if late is None else ChainProblem("entry_unsealed", head.seq, late)
    return Checked(head, is_end=True, problem=unsealed)


def _problem(head: Seal, row: RowMapping) -> ChainProblem | None:
    seq, entry_id = head.seq + 1, row["entry_id"]
    if row["seq"] != seq:
        return ChainProblem("link_missing", seq)
    if row["id"] is None:
        return ChainProblem("entry_missing", seq, entry_id)
    if rules.sealed(head, row).hash != bytes(row["hash"]):
        return ChainProblem("entry_changed", seq, entry_id)
    return None
