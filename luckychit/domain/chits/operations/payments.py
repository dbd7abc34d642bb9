"""Writes payments, reversals and their receipt numbers. The group's row is locked."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from luckychit.core.ids import new_id, random_code
from luckychit.core.money import Money
from luckychit.domain.chits import errors
from luckychit.domain.chits.models import (
    ChitGroup,
    DrawStatus,
    Due,
    GroupMember,
    MonthlyDraw,
    Payment,
    PaymentAllocation,
    ReceiptCounter,
)
from luckychit.domain.chits.operations import dues as due_operations
from luckychit.domain.chits.operations import locks
from luckychit.domain.notify.operations import tell
from luckychit.domain.users.models import User
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as ledger

# 12 characters hold 58 bits: a link that cannot be guessed, and can be read aloud.
RECEIPT_CODE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Receiving:
    """How money arrived, as the manager wrote it down; checked."""

    key: str
    amount_minor: int
    method: str
    reference: str
    received_at: datetime | None  # None: now


def payment_with(session: Session, key: str) -> Payment | None:
    """Return the payment or reversal that was recorded with this idempotency key."""
    return session.exec(select(Payment).where(Payment.idempotency_key == key)).one_or_none()


def next_receipt_number(session: Session, manager_id: uuid.UUID) -> int:
    """Take the manager's next receipt number.

    The counter's row stays locked until the transaction ends: whoever comes second
    waits, and a transaction that is undone gives its number back. So there are no gaps.
    """
    return session.execute(
        insert(ReceiptCounter)
        .values(manager_id=manager_id, last_number=1)
        .on_conflict_do_update(
            index_elements=[col(ReceiptCounter.manager_id)],
            set_={"last_number": col(ReceiptCounter.last_number) + 1},
        )
        .returning(col(ReceiptCounter.last_number))
    ).scalar_one()


def receive(
    session: Session,
    *,
    group: ChitGroup,
    seat: GroupMember,
    receiving: Receiving,
    recorded_by: uuid.UUID,
    now: datetime,
) -> Payment:
    """Record money for a seat and apply it to the oldest unpaid dues.

    Args:
        session: The open transaction.
        group: The group, locked and active.
        seat: Whose dues.
        receiving: What arrived and how.
        recorded_by: Who wrote it down.
        now: The present moment.

    Raises:
        Overpaid: It is more than the seat still owes over the whole term.
    """
    dues = due_operations.lock_dues(session, seat.id)
    parts = due_operations.parts_of_payment(group, dues, receiving.amount_minor)
    number = next_receipt_number(session, group.manager_id)
    payment = _record(
        session,
        group=group,
        seat=seat,
        receiving=receiving,
        number=number,
        parts=parts,
        recorded_by=recorded_by,
        now=now,
    )
    due_operations.fill(session, group=group, parts=parts, now=now)
    _tell(session, group, seat, payment, now)
    return payment


def take_back(
    session: Session,
    *,
    group: ChitGroup,
    payment: Payment,
    key: str,
    reason: str,
    recorded_by: uuid.UUID,
    now: datetime,
) -> Payment:
    """Record the opposite of a payment and open the newest paid dues again.

    Args:
        session: The open transaction.
        group: The group, locked and active.
        payment: What is reversed; not reversed yet and no reversal itself.
        key: The request's idempotency key.
        reason: Why, for the receipt.
        recorded_by: Who wrote it down.
        now: The present moment.

    Raises:
        ListIsFrozen: It would open a due that the present draw's frozen list counts on.
    """
    seat = session.get_one(GroupMember, payment.seat_id)
    draw = locks.lock_present_draw(session, group.id)
    dues = due_operations.lock_dues(session, seat.id)
    parts = due_operations.parts_of_reversal(dues, payment.amount_minor)
    if draw is not None and draw.status == DrawStatus.LOCKED.value:
        _refuse_opening(draw, parts)
    number = next_receipt_number(session, group.manager_id)
    due_operations.open_again(session, group=group, parts=parts, now=now)
    reversal = _record(
        session,
        group=group,
        seat=seat,
        receiving=Receiving(key, -payment.amount_minor, payment.method, payment.reference, None),
        number=number,
        parts=[(due, -part_minor) for due, part_minor in parts],
        recorded_by=recorded_by,
        now=now,
        reverses=(payment.id, reason),
    )
    _tell(session, group, seat, reversal, now)
    return reversal


def _refuse_opening(draw: MonthlyDraw, parts: Sequence[tuple[Due, int]]) -> None:
    """Refuse what would let a seat win unpaid, or shrink a prize whose winner is awaited."""
    if any(due.instalment == draw.instalment for due, _ in parts):
        raise errors.ListIsFrozen(draw_id=draw.draw_id)


def _record(
    session: Session,
    *,
    group: ChitGroup,
    seat: GroupMember,
    receiving: Receiving,
    number: int,
    parts: Sequence[tuple[Due, int]],
    recorded_by: uuid.UUID,
    now: datetime,
    reverses: tuple[uuid.UUID | None, str] = (None, ""),
) -> Payment:
    """Move the money between the world and the pots, and write the row with its parts."""
    payment_id = new_id()
    outside = accounts.clearing(f"{receiving.method}:{group.manager_id}")
    pots = [
        (accounts.chit_pot(group.id, due.instalment), Money(part_minor, group.currency))
        for due, part_minor in parts
    ]
    transaction_id = ledger.post(
        session,
        key=f"chit-payment:{payment_id}",
        kind="chit_instalment" if receiving.amount_minor > 0 else "chit_reversal",
        legs=[(outside, Money(-receiving.amount_minor, group.currency)), *pots],
        now=now,
        reference=f"receipt {number}",
        user_id=seat.user_id,
    )
    payment = Payment(
        id=payment_id,
        group_id=group.id,
        seat_id=seat.id,
        user_id=seat.user_id,
        manager_id=group.manager_id,
        amount_minor=receiving.amount_minor,
        currency=group.currency,
        method=receiving.method,
        reference=receiving.reference,
        receipt_number=number,
        receipt_code=random_code(RECEIPT_CODE_LENGTH),
        idempotency_key=receiving.key,
        reverses_id=reverses[0],
        reason=reverses[1],
        recorded_by=recorded_by,
        received_at=receiving.received_at or now,
        recorded_at=now,
        transaction_id=transaction_id,
    )
    session.add(payment)
    session.flush()
    session.add_all(
        PaymentAllocation(payment_id=payment_id, due_id=due.id, amount_minor=part_minor)
        for due, part_minor in parts
    )
    session.flush()
    return payment


def _tell(
    session: Session, group: ChitGroup, seat: GroupMember, payment: Payment, now: datetime
) -> None:
    is_reversal = payment.reverses_id is not None
    tell(
        session,
        kind="payment_reversed" if is_reversal else "payment_received",
        now=now,
        manager_id=group.manager_id,
        group_id=group.id,
        user_id=seat.user_id,
        name=session.exec(select(User.full_name).where(User.id == seat.user_id)).one(),
        seat=seat.seat_number,
        amount_minor=abs(payment.amount_minor),
        currency=group.currency,
        receipt_code=payment.receipt_code,
        group=group.name,
        **({"reason": payment.reason} if is_reversal else {}),
    )
