"""Reads a receipt for whoever holds its link."""

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.chits import errors
from luckychit.domain.chits.models import ChitGroup, Due, GroupMember, Payment, PaymentAllocation
from luckychit.domain.chits.queries.views import ReceiptView
from luckychit.domain.users.models import User

CODE_LONGEST = 20


def receipt(*, code: str) -> ReceiptView:
    """Return a receipt by its share code, which nobody can guess.

    Anybody with the link may see it: it shows names and money, no mobile number and no
    account. A reversed receipt says so and names the reversal.

    Args:
        code: Of the link, in capitals or not.

    Raises:
        ReceiptNotFound: No receipt has this code.
    """
    wanted = code.strip().upper() if isinstance(code, str) and len(code) <= CODE_LONGEST else ""
    if not wanted.isascii() or not wanted.isalnum():
        raise errors.ReceiptNotFound
    payer, manager = aliased(User), aliased(User)
    with reading() as session:
        found = session.execute(
            select(
                Payment,
                ChitGroup,
                col(GroupMember.seat_number),
                col(payer.full_name),
                col(manager.full_name),
            )
            .join(ChitGroup, col(ChitGroup.id) == col(Payment.group_id))
            .join(GroupMember, col(GroupMember.id) == col(Payment.seat_id))
            .join(payer, col(payer.id) == col(Payment.user_id))
            .join(manager, col(manager.id) == col(Payment.manager_id))
            .where(col(Payment.receipt_code) == wanted)
        ).one_or_none()
        if found is None:
            raise errors.ReceiptNotFound
        payment, group, seat_number, payer_name, manager_name = found
        amount = Money(payment.amount_minor, payment.currency)
        reversed_by, reverses = _other_codes(session, payment)
        return ReceiptView(
            receipt_number=payment.receipt_number,
            receipt_code=payment.receipt_code,
            group_name=group.name,
            manager_name=manager_name,
            payer_name=payer_name,
            seat_number=seat_number,
            amount=amount,
            amount_in_words=amount.words(),
            method=payment.method,
            reference=payment.reference,
            received_at=payment.received_at,
            recorded_at=payment.recorded_at,
            instalments=_instalments(session, payment),
            is_reversal=payment.reverses_id is not None,
            reason=payment.reason,
            reversed_by_code=reversed_by,
            reverses_code=reverses,
            time_zone=group.time_zone,
        )


def _other_codes(session: Session, payment: Payment) -> tuple[str | None, str | None]:
    """Return the codes of the payment's reversal and of what it reverses."""
    codes = select(col(Payment.receipt_code))
    reversed_by = codes.where(col(Payment.reverses_id) == payment.id)
    reverses = codes.where(col(Payment.id) == payment.reverses_id)
    return (
        session.execute(reversed_by).scalar_one_or_none(),
        session.execute(reverses).scalar_one_or_none(),
    )


def _instalments(session: Session, payment: Payment) -> tuple[tuple[int, Money], ...]:
    found = session.execute(
        select(col(Due.instalment), col(PaymentAllocation.amount_minor))
        .join(PaymentAllocation, col(PaymentAllocation.due_id) == col(Due.id))
        .where(col(PaymentAllocation.payment_id) == payment.id)
        .order_by(col(Due.instalment))
    )
    return tuple(
        (instalment, Money(amount_minor, payment.currency)) for instalment, amount_minor in found
    )
