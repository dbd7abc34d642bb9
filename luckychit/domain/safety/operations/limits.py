"""The limits people set themselves, in the caller's transaction."""

import uuid
from datetime import datetime

from sqlmodel import Session, col, select

from luckychit.core.money import Money
from luckychit.domain.safety import rules
from luckychit.domain.safety.models import PlayLimit
from luckychit.domain.safety.operations.spending import deposited_since
from luckychit.domain.safety.rules import Allowance, LimitLine
from luckychit.domain.users.models import User


def hold_person(session: Session, user_id: uuid.UUID) -> User:
    """Lock a person's row until the transaction ends: one change of settings at a time."""
    return session.exec(
        select(User)
        .where(User.id == user_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def lines_of(session: Session, user_id: uuid.UUID) -> dict[tuple[str, str], list[LimitLine]]:
    """Return the history of each of a person's limits, by kind and period."""
    rows = session.exec(
        select(PlayLimit).where(PlayLimit.user_id == user_id).order_by(col(PlayLimit.id))
    ).all()
    found: dict[tuple[str, str], list[LimitLine]] = {}
    for row in rows:
        line = LimitLine(row.amount_minor, row.takes_effect_at, row.created_at)
        found.setdefault((row.kind, row.period), []).append(line)
    return found


def add_line(session: Session, user_id: uuid.UUID, kind: str, period: str, line: LimitLine) -> None:
    """Write one line of a limit; its place among the others is the order of writing."""
    session.add(PlayLimit(user_id=user_id, kind=kind, period=period, **line._asdict()))
    session.flush()


def check_deposit(session: Session, *, user_id: uuid.UUID, amount: Money, now: datetime) -> None:
    """Refuse a deposit that was booked in this transaction and passes a limit of the person.

    Booked first, because that locks the wallet: of two deposits at once the second one
    counts the first.

    Args:
        session: The open transaction, which the refusal undoes.
        user_id: Whose wallet.
        amount: What was booked, in it.
        now: The moment it was booked at.

    Raises:
        DepositLimitReached: With it, more came in than a limit in force allows.
    """
    passed: list[Allowance] = []
    for (kind, period), lines in lines_of(session, user_id).items():
        # Who waited for the wallet sees what its holder has set, later than ``now`` or not.
        limit_minor = rules.in_force(lines, max(now, lines[-1].created_at))
        if kind != rules.DEPOSIT or limit_minor is None:
            continue
        begun = rules.began(period, now)
        whole_minor = deposited_since(session, user_id, amount.currency, begun)
        if whole_minor > limit_minor:
            passed.append(Allowance(period, limit_minor, whole_minor - amount.amount_minor))
    if passed:
        one = rules.tightest(passed)
        left = Money(one.left_minor, amount.currency)
        raise rules.deposit_refusal(one, left=left, now=now)
