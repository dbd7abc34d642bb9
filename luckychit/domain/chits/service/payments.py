"""Use-cases of money coming in: recorded once, and reversed once when it was wrong."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import InvalidInput
from luckychit.domain.actors import Actor, require
from luckychit.domain.audit.operations import record
from luckychit.domain.chits import errors
from luckychit.domain.chits.models import (
    ChitGroup,
    GroupMember,
    GroupStatus,
    Payment,
    PaymentMethod,
)
from luckychit.domain.chits.operations import payments as payment_operations
from luckychit.domain.chits.operations.payments import Receiving
from luckychit.domain.chits.operations.prizes import complete_if_finished
from luckychit.domain.chits.operations.seats import seat_of
from luckychit.domain.chits.queries.money import payment_row
from luckychit.domain.chits.queries.views import PaymentRow
from luckychit.domain.chits.rules import checks
from luckychit.domain.chits.rules.terms import INSTALMENT_MOST_MINOR, SEATS_MOST
from luckychit.domain.chits.service.access import lock_own_group

REFERENCE_LONGEST = 100
REASON_LONGEST = 300
# One payment may cover the whole term of a seat.
AMOUNT_MOST_MINOR = INSTALMENT_MOST_MINOR * SEATS_MOST


@retried
def record_payment(
    *,
    actor: Actor,
    key: str,
    group_id: uuid.UUID,
    seat_number: int,
    amount_minor: int,
    method: str,
    reference: str = "",
    received_at: datetime | None = None,
) -> PaymentRow:
    """Record money received for a seat; with a known key, return the first one's row.

    It fills the seat's oldest unpaid dues, whatever month it was meant for; what is over
    pays in advance. The receipt number is the manager's next, without gaps. A due that
    becomes paid counts from the moment of recording, not from ``received_at``.

    Args:
        actor: The group's manager.
        key: Idempotency key of the request, at most 80 characters.
        group_id: A running group.
        seat_number: 1 to the group's seats.
        amount_minor: Minor units, > 0, at most what the seat still owes over the term.
        method: ``cash``, ``bank`` or ``upi``.
        reference: What the bank or the payer calls it, at most 100 characters.
        received_at: When it arrived, on or after the day the group started and not in
            the future; None for now.

    Raises:
        NotAllowed: The actor is not a manager.
        GroupNotFound: There is no such group, or it is another manager's.
        SeatNotFound: The group has no such seat.
        InvalidInput: A field has a wrong shape.
        GroupNotActive: The group is forming or completed.
        Overpaid: It is more than the seat still owes.
        KeyReused: The key was used for another request.
        Busy: Another caller holds the group for more than three seconds.
    """
    require(actor, "manager")
    number, receiving = _checked_receiving(
        key, seat_number, amount_minor, method, reference, received_at
    )
    with transaction() as session:
        group = lock_own_group(session, actor, group_id)
        known = payment_operations.payment_with(session, receiving.key)
        if known is not None:
            _refuse_other_payment(session, known, group, number, receiving)
            return payment_row(session, known.id)
        _refuse_unless_active(group)
        now = clock.now()
        _check_moment(group, receiving.received_at, now)
        payment = payment_operations.receive(
            session,
            group=group,
            seat=seat_of(session, group=group, seat_number=number),
            receiving=receiving,
            recorded_by=actor.user_id,
            now=now,
        )
        _record(session, actor, group, payment, number)
        complete_if_finished(session, group, now)
        return payment_row(session, payment.id)


@retried
def reverse_payment(*, actor: Actor, key: str, payment_id: uuid.UUID, reason: str) -> PaymentRow:
    """Record the opposite of a wrong payment; with a known key, the first one's row.

    The seat's newest paid dues open again, as if the money had never come. Where a draw
    has used it, the foreman covers the pot until the due is paid again.

    Args:
        actor: The manager who recorded it.
        key: Idempotency key of the request, at most 80 characters.
        payment_id: A payment of a running group.
        reason: Why, 1 to 300 characters; it stands on the receipt.

    Raises:
        NotAllowed: The actor is not a manager.
        PaymentNotFound: There is no such payment, or it is another manager's.
        InvalidInput: A field has a wrong shape.
        GroupNotActive: The group is completed; its books are closed.
        AlreadyReversed: Another request has reversed it.
        ReversalOfReversal: It is a reversal itself.
        ListIsFrozen: The present draw's frozen list counts on it; possible after the result.
        KeyReused: The key was used for another request.
        Busy: Another caller holds the group for more than three seconds.
    """
    require(actor, "manager")
    known_key = checks.checked_key(key)
    wrong: dict[str, str] = {}
    why = checks.line(wrong, "reason", reason, REASON_LONGEST)
    checks.raise_if_any(wrong)
    with transaction() as session:
        payment, group = _lock_own_payment(session, actor, payment_id)
        known = payment_operations.payment_with(session, known_key)
        if known is not None:
            if (known.reverses_id, known.reason) != (payment.id, why):
                raise errors.KeyReused(key=known_key, payment_id=known.id)
            return payment_row(session, known.id)
        _refuse_unless_active(group)
        _refuse_unless_reversible(session, payment)
        reversal = payment_operations.take_back(
            session,
            group=group,
            payment=payment,
            key=known_key,
            reason=why,
            recorded_by=actor.user_id,
            now=clock.now(),
        )
        seat = session.get_one(GroupMember, payment.seat_id)
        _record(session, actor, group, reversal, seat.seat_number)
        return payment_row(session, reversal.id)


def _record(
    session: Session, actor: Actor, group: ChitGroup, payment: Payment, seat_number: int
) -> None:
    is_reversal = payment.reverses_id is not None
    record(
        session,
        action="chits.payment_reversed" if is_reversal else "chits.payment_recorded",
        actor=actor,
        subject=("payment", payment.id),
        now=payment.recorded_at,
        owner_id=payment.user_id,
        manager_id=group.manager_id,
        group_id=str(group.id),
        group=group.name,
        seat_number=seat_number,
        amount_minor=abs(payment.amount_minor),
        currency=payment.currency,
        method=payment.method,
        receipt_number=payment.receipt_number,
        **({"reason": payment.reason} if is_reversal else {}),
    )


def _checked_receiving(
    key: object,
    seat_number: object,
    amount_minor: object,
    method: object,
    reference: object,
    received_at: object,
) -> tuple[int, Receiving]:
    known_key = checks.checked_key(key)
    wrong: dict[str, str] = {}
    number = checks.whole(wrong, "seat_number", seat_number, 1, SEATS_MOST)
    receiving = Receiving(
        key=known_key,
        amount_minor=checks.whole(wrong, "amount_minor", amount_minor, 1, AMOUNT_MOST_MINOR),
        method=checks.choice(wrong, "method", method, [item.value for item in PaymentMethod]),
        reference=checks.line(wrong, "reference", reference, REFERENCE_LONGEST, least=0),
        received_at=checks.moment(wrong, "received_at", received_at),
    )
    if "amount_minor" in wrong:
        wrong["amount_minor"] = "Please give an amount above zero."
    checks.raise_if_any(wrong)
    return number, receiving


def _check_moment(group: ChitGroup, received_at: datetime | None, now: datetime) -> None:
    if received_at is None:
        return
    if received_at > now:
        raise InvalidInput({"received_at": "Money cannot have arrived in the future."})
    zone = ZoneInfo(group.time_zone)
    assert group.started_at is not None
    if received_at.astimezone(zone).date() < group.started_at.astimezone(zone).date():
        raise InvalidInput({"received_at": "The group had not started on that day."})


def _refuse_unless_active(group: ChitGroup) -> None:
    if group.status != GroupStatus.ACTIVE.value:
        raise errors.GroupNotActive(group_id=group.id, status=group.status)


def _refuse_other_payment(
    session: Session, known: Payment, group: ChitGroup, seat_number: int, receiving: Receiving
) -> None:
    """Refuse a key that was used for something else.

    A moment that was not given is not compared: it was "now" then, too.
    """
    seat = session.get_one(GroupMember, known.seat_id)
    found = (known.group_id, seat.seat_number, known.amount_minor, known.method, known.reference)
    asked = (
        group.id,
        seat_number,
        receiving.amount_minor,
        receiving.method,
        receiving.reference,
    )
    same_moment = receiving.received_at in (None, known.received_at)
    if found != asked or not same_moment or known.reverses_id is not None:
        raise errors.KeyReused(key=receiving.key, payment_id=known.id)


def _lock_own_payment(
    session: Session, actor: Actor, payment_id: object
) -> tuple[Payment, ChitGroup]:
    known_id = checks.checked_id(payment_id)
    payment = session.get(Payment, known_id) if known_id else None
    if payment is None or payment.manager_id != actor.user_id:
        raise errors.PaymentNotFound(payment_id=str(payment_id)[:80], actor=actor.user_id)
    return payment, lock_own_group(session, actor, payment.group_id)


def _refuse_unless_reversible(session: Session, payment: Payment) -> None:
    if payment.reverses_id is not None:
        raise errors.ReversalOfReversal(payment_id=payment.id)
    reversed_by = select(Payment.id).where(Payment.reverses_id == payment.id)
    if session.exec(reversed_by).one_or_none() is not None:
        raise errors.AlreadyReversed(payment_id=payment.id)
