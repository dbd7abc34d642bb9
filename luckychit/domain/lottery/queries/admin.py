"""What the admin is told of daily draws: every step, when it was due, what is late and why."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.actors import Actor, require
from luckychit.domain.fairness.lcd1.chain import LogLine
from luckychit.domain.fairness.models import Proof, ProofLine
from luckychit.domain.fairness.rules import BEACON_PATIENCE
from luckychit.domain.fairness.views import LogEntryView, log_entry_view
from luckychit.domain.lottery import rules
from luckychit.domain.lottery.queries.public import KIND, MOST_PER_PAGE
from luckychit.domain.lottery.views import AdminDraw, Step
from luckychit.domain.tickets.models import Draw, DrawStatus
from luckychit.domain.tickets.operations.rows import draw_view

# Each purchase has one row with a key; a person may have several purchases.
_PLAYERS = text("""
    SELECT count(*) AS players, count(*) FILTER (WHERE user_id <= :paid_until) AS refunded
    FROM (
        SELECT DISTINCT user_id FROM tickets WHERE draw_id = :draw_id AND key IS NOT NULL
    ) buyer
""")


def admin_draws(*, actor: Actor, now: datetime, limit: int = 14) -> list[AdminDraw]:
    """Return the newest daily draws with their money and steps, newest first.

    Args:
        actor: An admin.
        now: The present moment.
        limit: 1 to 100.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is not an admin.
    """
    require(actor, "admin")
    with reading() as session:
        rows = session.exec(
            select(Draw)
            .where(Draw.kind == KIND)
            .order_by(col(Draw.draw_date).desc())
            .limit(max(1, min(limit, MOST_PER_PAGE)))
        ).all()
        proof_ids = [row.proof_id for row in rows if row.proof_id]
        proofs = {
            proof.draw_id: proof
            for proof in session.exec(select(Proof).where(col(Proof.draw_id).in_(proof_ids)))
        }
        logs = _logs(session, proof_ids)
        first_day = session.exec(select(func.min(Draw.draw_date)).where(Draw.kind == KIND)).one()
        made = []
        for row in rows:
            players, refunded = _players(session, row)
            steps = _Steps(
                row,
                proofs.get(row.proof_id or ""),
                logs.get(row.proof_id or "", {}),
                now,
                is_first=row.draw_date == first_day,
                paid_back=f"{refunded} of {players} players are paid back so far.",
            )
            made.append(_admin_draw(row, steps.all(), players, refunded))
        return made


def _logs(session: Session, proof_ids: Sequence[str]) -> dict[str, dict[str, LogEntryView]]:
    found: dict[str, dict[str, LogEntryView]] = {proof_id: {} for proof_id in proof_ids}
    for line in session.exec(select(ProofLine).where(col(ProofLine.draw_id).in_(proof_ids))):
        entry = log_entry_view(LogLine(line.seq, line.entry, line.hash))
        found[line.draw_id][entry.type] = entry
    return found


def _admin_draw(row: Draw, steps: list[Step], players: int, refunded: int) -> AdminDraw:
    sold_minor = row.total_entries * row.price_minor
    return AdminDraw(
        draw=draw_view(row),
        steps=tuple(steps),
        sold=Money(sold_minor, row.currency),
        fee=Money(sold_minor - row.prize_pool_minor, row.currency),
        players=players,
        refunded_players=refunded,
    )


def _players(session: Session, row: Draw) -> tuple[int, int]:
    paid_until = uuid.UUID(int=0) if row.refund_cursor is None else row.refund_cursor
    counted = session.execute(_PLAYERS, {"draw_id": row.draw_id, "paid_until": paid_until}).one()
    if row.refunded_at is not None:
        return counted.players, counted.players
    return counted.players, counted.refunded


class _Steps:
    """The steps of one draw, each with what it is held against."""

    def __init__(
        self,
        row: Draw,
        proof: Proof | None,
        log: Mapping[str, LogEntryView],
        now: datetime,
        *,
        is_first: bool,
        paid_back: str,
    ) -> None:
        self.row, self.proof, self.log, self.now = row, proof, log, now
        self.is_first, self.paid_back = is_first, paid_back
        self.beacon_at = proof.beacon_at if proof else None

    def all(self) -> list[Step]:
        """Return the steps in their order: those done, and those still to come."""
        if self.proof is None:
            return [self._step("VOID", due=None, why=self._void_reason())]
        is_void = self.row.status == DrawStatus.VOID.value
        steps = [self._commit()]
        if not is_void or "LOCK" in self.log:
            steps += [self._lock(), *self._beacon()]
        if not is_void:
            return [*steps, self._result()]
        return [*steps, self._void(), *self._refund()]

    def _commit(self) -> Step:
        assert self.row.draw_date is not None
        # The very first draw begins when the product did.
        due = None if self.is_first else rules.midnight(self.row.draw_date)
        why = "The server was not running when the day began."
        return self._step("COMMIT", due=due, late_why=why)

    def _lock(self) -> Step:
        done = "LOCK" in self.log
        why = "The server was not running at 00:00 UTC." if done else _NOT_DONE
        return self._step("LOCK", due=self.row.locks_at, late_why=why)

    def _beacon(self) -> list[Step]:
        if self.beacon_at is None:
            return []
        done = "BEACON" in self.log
        why = "No relay could be reached sooner." if done else "No relay has answered yet."
        return [self._step("BEACON", due=self.beacon_at, late_why=why)]

    def _result(self) -> Step:
        due = self.beacon_at or self.row.locks_at
        waits = self.beacon_at is not None and "BEACON" not in self.log
        why = "It waits for the public random number." if waits else _NOT_DONE
        if "RESULT" in self.log:
            why = "An earlier step was late."
        return self._step("RESULT", due=due, late_why=why)

    def _void(self) -> Step:
        is_overdue = self.beacon_at is not None and "LOCK" in self.log
        due = self.beacon_at + BEACON_PATIENCE if self.beacon_at and is_overdue else None
        return self._step("VOID", due=due, why=self._void_reason())

    def _void_reason(self) -> str:
        reason = self.row.void_reason
        return f"{reason[:1].upper()}{reason[1:]}."

    def _refund(self) -> list[Step]:
        if self.row.total_entries == 0:
            return []
        due, done = self.row.closed_at, self.row.refunded_at
        late = rules.late_s(due=due, happened=done, now=self.now)
        why = self.paid_back if late and done is None else ""
        return [Step("REFUND", done, due, late, why, "")]

    def _step(self, name: str, *, due: datetime | None, why: str = "", late_why: str = "") -> Step:
        entry = self.log.get(name)
        done = clock.from_ms(entry.at_ms) if entry else None
        if name == "VOID" and entry is None:
            done = self.row.closed_at
        late = rules.late_s(due=due, happened=done, now=self.now)
        return Step(name, done, due, late, late_why if late else why, entry.hash if entry else "")


_NOT_DONE = "It will be done as soon as the jobs run again."
