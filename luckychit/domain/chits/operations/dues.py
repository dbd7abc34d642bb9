"""Makes the dues of a group and applies money to them. The group's row is locked."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, Date, Integer, Uuid, bindparam, text
from sqlmodel import Session, col, select

from luckychit.core.errors import InvariantBroken
from luckychit.core.ids import new_id
from luckychit.core.money import Money
from luckychit.domain.chits import errors, rules
from luckychit.domain.chits.models import ChitGroup, Due, GroupMember
from luckychit.domain.chits.operations import settle

# Arrays instead of rows: one statement, whatever the size of the circle.
_INSERT_DUES = text(
    "INSERT INTO dues (id, group_id, seat_id, instalment, due_on, amount_minor, paid_minor,"
    " advanced_minor) SELECT due.id, :group_id, due.seat_id, due.instalment, due.due_on,"
    " :amount_minor, 0, 0 FROM unnest(:ids, :seat_ids, :instalments, :days)"
    " AS due (id, seat_id, instalment, due_on)"
).bindparams(
    bindparam("group_id", type_=Uuid),
    bindparam("amount_minor", type_=BigInteger),
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("seat_ids", type_=ARRAY(Uuid)),
    bindparam("instalments", type_=ARRAY(Integer)),
    bindparam("days", type_=ARRAY(Date)),
)


def make_dues(session: Session, *, group: ChitGroup, seats: Sequence[GroupMember]) -> None:
    """Write one due per seat and instalment, with the dates of the group's schedule."""
    months = range(1, group.duration_months + 1)
    days = [rules.due_date(group.starts_on, group.draw_day, month) for month in months]
    session.execute(
        _INSERT_DUES,
        {
            "group_id": group.id,
            "amount_minor": group.monthly_installment_minor,
            "ids": [new_id() for _ in months for _ in seats],
            "seat_ids": [seat.id for _ in months for seat in seats],
            "instalments": [month for month in months for _ in seats],
            "days": [day for day in days for _ in seats],
        },
    )


def lock_dues(session: Session, seat_id: uuid.UUID) -> list[Due]:
    """Lock every due of a seat and return them as they are now, oldest first."""
    return list(
        session.exec(
            select(Due)
            .where(Due.seat_id == seat_id)
            .order_by(col(Due.instalment))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def parts_of_payment(
    group: ChitGroup, dues: Sequence[Due], amount_minor: int
) -> list[tuple[Due, int]]:
    """Say which dues a payment fills, the oldest unpaid first.

    Raises:
        Overpaid: It is more than the seat still owes over the whole term.
    """
    remaining = [due.amount_minor - due.paid_minor for due in dues]
    if amount_minor > sum(remaining):
        owed = Money(sum(remaining), group.currency)
        raise errors.Overpaid(owed=owed.text(), amount_minor=amount_minor)
    return _present(dues, rules.fill_oldest_first(amount_minor, remaining))


def parts_of_reversal(dues: Sequence[Due], amount_minor: int) -> list[tuple[Due, int]]:
    """Say which dues a reversal opens again, the newest paid first."""
    try:
        parts = rules.take_newest_first(amount_minor, [due.paid_minor for due in dues])
    except ValueError as exc:
        # Every payment went to dues of its own seat, so they hold at least that much.
        raise InvariantBroken(amount_minor=amount_minor) from exc
    return _present(dues, parts)


def _present(dues: Sequence[Due], parts: list[int]) -> list[tuple[Due, int]]:
    return [(due, part) for due, part in zip(dues, parts, strict=True) if part]


def fill(
    session: Session, *, group: ChitGroup, parts: Sequence[tuple[Due, int]], now: datetime
) -> None:
    """Count received money towards dues; what belongs to a drawn instalment moves on.

    Args:
        session: The open transaction; the money is already in the instalments' pots.
        group: The group, locked.
        parts: Dues and the minor units for each, > 0.
        now: The present moment; a due that becomes fully paid keeps it, never an
            earlier one, so that nobody can be paid into a list that is frozen.
    """
    for due, part_minor in parts:
        settle.settle_due(session, group=group, due=due, amount_minor=part_minor, now=now)
        due.paid_minor += part_minor
        if due.paid_minor == due.amount_minor:
            due.paid_at = now
        session.add(due)
    session.flush()


def open_again(
    session: Session, *, group: ChitGroup, parts: Sequence[tuple[Due, int]], now: datetime
) -> None:
    """Take money back from dues; the foreman covers what a draw has already used.

    Args:
        session: The open transaction; the money leaves the pots after this.
        group: The group, locked.
        parts: Dues and the minor units to take from each, > 0.
        now: The present moment.
    """
    for due, part_minor in parts:
        due.paid_minor -= part_minor
        due.paid_at = None
        session.add(due)
        settle.unsettle_due(session, group=group, due=due, amount_minor=part_minor, now=now)
    session.flush()
