"""Reads payments and what is to be collected: for the manager and for the payer."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    cast,
    extract,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.actors import Actor, require
from luckychit.domain.chits.models import (
    ChitGroup,
    Due,
    GroupMember,
    GroupStatus,
    Payment,
    PaymentAllocation,
)
from luckychit.domain.chits.queries import dues
from luckychit.domain.chits.queries.access import checked_page, checked_search, contains
from luckychit.domain.chits.queries.views import DueRow, Page, PaymentRow
from luckychit.domain.users.models import User

# Of a manager without any group: only zero is ever shown in it.
_FIRST_CURRENCY = "INR"


def collect_sheet(
    *, actor: Actor, now: datetime, search: str = "", offset: int = 0, limit: int = 50
) -> Page[DueRow]:
    """Return what is to be collected now, the oldest first.

    That is every unpaid due of a running group that is owed, falls due in this month of
    the group's calendar, or belongs to the instalment whose draw is open.

    Args:
        actor: A manager; only own groups are read.
        now: The present moment.
        search: Part of a name, a mobile number or a group's name; "" for all.
        offset: How many to leave out first.
        limit: 1 to 200.

    Raises:
        NotAllowed: The actor is not a manager.
        InvalidInput: Search or page have a wrong shape.
    """
    require(actor, "manager")
    first, most = checked_page(offset, limit)
    typed = checked_search(search)
    this_month = _months(dues.local_now(now))
    conditions: list[Any] = [
        col(ChitGroup.manager_id) == actor.user_id,
        col(ChitGroup.status) == GroupStatus.ACTIVE.value,
        dues.IS_UNPAID,
        or_(
            _months(col(Due.due_on)) <= this_month,
            col(Due.instalment) <= dues.present_instalment(),
        ),
    ]
    if typed:
        conditions.append(
            contains(typed, col(User.full_name), col(User.mobile_number), col(ChitGroup.name))
        )
    with reading() as session:
        total = session.execute(
            select(func.count())
            .select_from(Due)
            .join(ChitGroup, col(ChitGroup.id) == col(Due.group_id))
            .join(GroupMember, col(GroupMember.id) == col(Due.seat_id))
            .join(User, col(User.id) == col(GroupMember.user_id))
            .where(*conditions)
        ).scalar_one()
        rows = dues.due_rows(session, *conditions, now=now, offset=first, limit=most)
        return Page(items=tuple(rows), total=total)


def _months(moment: Any) -> ColumnElement[Any]:
    return extract("year", moment) * 12 + extract("month", moment)


def today_total(*, actor: Actor, now: datetime) -> tuple[Money, int]:
    """Return what the manager received today, and in how many payments.

    A day is a day of each group's own calendar. Reversals recorded today are taken off,
    and payments that were reversed are not counted.
    A manager with groups in several currencies sees the one of the newest group.

    Args:
        actor: A manager.
        now: The present moment.

    Raises:
        NotAllowed: The actor is not a manager.
    """
    require(actor, "manager")
    received_on = cast(func.timezone(col(ChitGroup.time_zone), col(Payment.received_at)), Date)
    with reading() as session:
        currency = session.execute(
            select(col(ChitGroup.currency))
            .where(col(ChitGroup.manager_id) == actor.user_id)
            .order_by(col(ChitGroup.created_at).desc())
            .limit(1)
        ).scalar_one_or_none()
        total_minor, count = session.execute(
            select(
                func.coalesce(func.sum(col(Payment.amount_minor)), 0),
                func.count().filter(
                    col(Payment.amount_minor) > 0, col(Payment.id).not_in(_reversed_ids())
                ),
            )
            .join(ChitGroup, col(ChitGroup.id) == col(Payment.group_id))
            .where(
                col(Payment.manager_id) == actor.user_id,
                col(Payment.currency) == currency,
                received_on == cast(dues.local_now(now), Date),
            )
        ).one()
        return Money(int(total_minor), currency or _FIRST_CURRENCY), count


def _reversed_ids() -> Any:
    return select(col(Payment.reverses_id)).where(col(Payment.reverses_id).is_not(None))


def payments_of_manager(
    *,
    actor: Actor,
    group_id: uuid.UUID | None = None,
    search: str = "",
    offset: int = 0,
    limit: int = 50,
) -> Page[PaymentRow]:
    """Return the manager's payments and reversals, the newest receipt first.

    Args:
        actor: A manager; only own groups are read.
        group_id: Only of this group; None for all. Another's group has no payments here.
        search: Part of a name, a group's name or a reference, or a receipt number.
        offset: How many to leave out first.
        limit: 1 to 200.

    Raises:
        NotAllowed: The actor is not a manager.
        InvalidInput: Search or page have a wrong shape.
    """
    require(actor, "manager")
    first, most = checked_page(offset, limit)
    typed = checked_search(search)
    conditions: list[Any] = [col(Payment.manager_id) == actor.user_id]
    if group_id is not None:
        conditions.append(col(Payment.group_id) == group_id)
    if typed:
        number = cast(col(Payment.receipt_number), String) == typed.lstrip("#0")
        conditions.append(
            or_(
                number,
                contains(typed, col(User.full_name), col(ChitGroup.name), col(Payment.reference)),
            )
        )
    with reading() as session:
        return _page(session, and_(*conditions), first, most)


def member_payments(*, actor: Actor, offset: int = 0, limit: int = 50) -> Page[PaymentRow]:
    """Return what was recorded for the actor's own seats, the newest first.

    Args:
        actor: Anybody signed in; only own payments are read.
        offset: How many to leave out first.
        limit: 1 to 200.

    Raises:
        SignInNeeded: Nobody asks.
        InvalidInput: The page has a wrong shape.
    """
    require(actor, "member", "manager", "admin")
    first, most = checked_page(offset, limit)
    with reading() as session:
        return _page(session, col(Payment.user_id) == actor.user_id, first, most)


def payment_row(session: Session, payment_id: uuid.UUID) -> PaymentRow:
    """Return one payment; asks for no actor."""
    return _row(session.execute(_rows().where(col(Payment.id) == payment_id)).one())


def payments_before(
    session: Session,
    condition: ColumnElement[bool],
    *,
    before: uuid.UUID | None,
    limit: int,
) -> list[PaymentRow]:
    """Return payments, the newest first, from where a page ended; asks for no actor."""
    # Ids are made from the moment: later ones are larger.
    wanted = _rows().where(condition).order_by(col(Payment.id).desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(col(Payment.id) < before)
    return [_row(row) for row in session.execute(wanted)]


def _page(
    session: Session, condition: ColumnElement[bool], first: int, most: int
) -> Page[PaymentRow]:
    total = session.execute(
        select(func.count())
        .select_from(Payment)
        .join(ChitGroup, col(ChitGroup.id) == col(Payment.group_id))
        .join(User, col(User.id) == col(Payment.user_id))
        .where(condition)
    ).scalar_one()
    newest = (col(Payment.recorded_at).desc(), col(Payment.receipt_number).desc())
    found = session.execute(_rows().where(condition).order_by(*newest).offset(first).limit(most))
    return Page(items=tuple(_row(row) for row in found), total=total)


def _rows() -> Select[Any]:
    reversal = aliased(Payment)
    instalments = (
        select(func.array_agg(col(Due.instalment), type_=ARRAY(Integer)))
        .join(PaymentAllocation, col(PaymentAllocation.due_id) == col(Due.id))
        .where(col(PaymentAllocation.payment_id) == col(Payment.id))
        .correlate(Payment)
        .scalar_subquery()
    )
    return (
        select(
            Payment,
            col(ChitGroup.name),
            col(GroupMember.seat_number),
            col(User.full_name),
            col(reversal.id),
            instalments,
        )
        .join(ChitGroup, col(ChitGroup.id) == col(Payment.group_id))
        .join(GroupMember, col(GroupMember.id) == col(Payment.seat_id))
        .join(User, col(User.id) == col(Payment.user_id))
        .outerjoin(reversal, col(reversal.reverses_id) == col(Payment.id))
    )


def _row(found: Any) -> PaymentRow:
    payment, group_name, seat_number, full_name, reversed_by, instalments = found
    return PaymentRow(
        payment_id=payment.id,
        group_id=payment.group_id,
        group_name=group_name,
        seat_number=seat_number,
        full_name=full_name,
        amount=Money(payment.amount_minor, payment.currency),
        method=payment.method,
        reference=payment.reference,
        receipt_number=payment.receipt_number,
        receipt_code=payment.receipt_code,
        received_at=payment.received_at,
        is_reversal=payment.reverses_id is not None,
        is_reversed=reversed_by is not None,
        reason=payment.reason,
        instalments=tuple(sorted(instalments or ())),
    )
