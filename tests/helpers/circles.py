"""Circles for tests, made in one line through the services."""

import itertools
import uuid
from collections.abc import Iterable
from datetime import date, time
from typing import Any

from sqlmodel import col, select

from luckychit.core.db import reading
from luckychit.domain.chits import service
from luckychit.domain.chits.models import ChitGroup, Due, GroupMember
from luckychit.domain.chits.queries.views import AddedMember, PaymentRow
from luckychit.domain.users.service import Actor
from tests.helpers.people import a_mobile

RUPEE = 100
_keys = itertools.count(1)


def a_key(what: str = "test") -> str:
    """An idempotency key that no other request has."""
    return f"{what}:{next(_keys)}:{uuid.uuid4().hex[:8]}"


def terms(**changed: Any) -> dict[str, Any]:
    """Terms of 5 seats x 5,000 rupees at 5 %, drawn on day 10, as create_group takes them."""
    return {
        "name": "Tuesday circle",
        "monthly_installment_minor": 5_000 * RUPEE,
        "max_members": 5,
        "commission_bps": 500,
        "draw_day": 10,
        "starts_on": date(2027, 1, 1),
        "draw_time": time(18, 0),
        "time_zone": "Asia/Kolkata",
    } | changed


def a_group(
    manager: Actor, *, seats: int = 5, instalment_minor: int = 5_000 * RUPEE, **changed: Any
) -> uuid.UUID:
    """A forming group without members."""
    asked = terms(max_members=seats, monthly_installment_minor=instalment_minor) | changed
    return service.create_group(actor=manager, key=a_key("group"), **asked)


def join(manager: Actor, group_id: uuid.UUID, *, seats: int = 1, name: str = "") -> AddedMember:
    """A new person with seats in a forming group."""
    mobile = a_mobile()
    return service.add_member(
        actor=manager,
        key=a_key("join"),
        group_id=group_id,
        full_name=name or f"Member {mobile[-4:]}",
        mobile_number=mobile,
        seats=seats,
    )


def a_full_group(manager: Actor, *, seats: int = 5, **changed: Any) -> uuid.UUID:
    """A forming group whose every seat is held by another person."""
    group_id = a_group(manager, seats=seats, **changed)
    pasted = "\n".join(f"Member {number:02d} {a_mobile()}" for number in _letters(seats))
    service.add_members(actor=manager, key=a_key("list"), group_id=group_id, pasted=pasted)
    return group_id


def _letters(count: int) -> Iterable[int]:
    return range(1, count + 1)


def a_running_group(manager: Actor, *, seats: int = 5, **changed: Any) -> uuid.UUID:
    """A started group whose every seat is held by another person."""
    group_id = a_full_group(manager, seats=seats, **changed)
    service.start_group(actor=manager, group_id=group_id)
    return group_id


def pay(
    manager: Actor,
    group_id: uuid.UUID,
    seat: int,
    rupees: int | None = None,
    *,
    key: str = "",
    method: str = "cash",
    **more: Any,
) -> PaymentRow:
    """A payment of a seat; one instalment when no amount is given."""
    amount = group_row(group_id).monthly_installment_minor if rupees is None else rupees * RUPEE
    return service.record_payment(
        actor=manager,
        key=key or a_key("pay"),
        group_id=group_id,
        seat_number=seat,
        amount_minor=amount,
        method=method,
        **more,
    )


def pay_everyone(
    manager: Actor, group_id: uuid.UUID, *, but: Iterable[int] = ()
) -> list[PaymentRow]:
    """One instalment from every seat, but for some."""
    seats = range(1, group_row(group_id).max_members + 1)
    return [pay(manager, group_id, seat) for seat in seats if seat not in set(but)]


def reverse(manager: Actor, payment: PaymentRow, *, key: str = "") -> PaymentRow:
    """The opposite of a payment."""
    return service.reverse_payment(
        actor=manager,
        key=key or a_key("reverse"),
        payment_id=payment.payment_id,
        reason="The cheque was returned",
    )


def group_row(group_id: uuid.UUID) -> ChitGroup:
    """The group's row as it is now."""
    with reading() as session:
        return session.get_one(ChitGroup, group_id)


def seat_row(group_id: uuid.UUID, seat: int) -> GroupMember:
    """A seat's row as it is now."""
    with reading() as session:
        return session.exec(
            select(GroupMember).where(
                GroupMember.group_id == group_id, GroupMember.seat_number == seat
            )
        ).one()


def dues_of(group_id: uuid.UUID, seat: int) -> list[Due]:
    """The dues of a seat, oldest first."""
    with reading() as session:
        return list(
            session.exec(
                select(Due)
                .where(Due.seat_id == seat_row(group_id, seat).id)
                .order_by(col(Due.instalment))
            )
        )


def paid_of(group_id: uuid.UUID, seat: int) -> list[int]:
    """What each due of a seat has received, in rupees, oldest first."""
    return [due.paid_minor // RUPEE for due in dues_of(group_id, seat)]
