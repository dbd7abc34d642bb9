"""What a receipt says."""

from dataclasses import dataclass

import reflex as rx

from luckychit.core import errors
from luckychit.domain.chits import queries as chits
from luckychit.domain.chits.queries.views import ReceiptView
from luckychit.ui import session, text


@dataclass
class ReceiptText:
    """A receipt, ready to draw."""

    number: str = ""
    code: str = ""
    title: str = ""
    amount: str = ""
    in_words: str = ""
    group: str = ""
    manager: str = ""
    payer: str = ""
    seat: str = ""
    method: str = ""
    reference: str = ""
    received: str = ""
    recorded: str = ""
    is_reversal: bool = False
    reason: str = ""
    reversed_by: str = ""
    reverses: str = ""


@dataclass
class PartText:
    """What a payment paid of one instalment."""

    name: str = ""
    amount: str = ""


class ReceiptState(rx.State):
    """One receipt, by the code in its address."""

    is_ready: bool = False
    missing: bool = False
    receipt: ReceiptText = ReceiptText()
    parts: list[PartText] = []

    @rx.event
    async def load(self) -> None:
        """Read the receipt."""
        try:
            view = await session.call(chits.receipt, code=session.route_text(self, "code"))
        except errors.NotFound:
            self.missing, self.receipt, self.parts = True, ReceiptText(), []
            return
        self.missing, self.receipt = False, _said(view)
        self.parts = [
            PartText(f"Month {instalment}", amount.text())
            for instalment, amount in view.instalments
        ]
        self.is_ready = True


def _said(view: ReceiptView) -> ReceiptText:
    return ReceiptText(
        number=f"No. {view.receipt_number}",
        code=view.receipt_code,
        title="Reversal" if view.is_reversal else "Receipt",
        amount=view.amount.text(),
        in_words=view.amount_in_words[:1].upper() + view.amount_in_words[1:],
        group=view.group_name,
        manager=view.manager_name,
        payer=view.payer_name,
        seat=f"Seat {view.seat_number}",
        method=text.method(view.method),
        reference=view.reference,
        received=text.moment(view.received_at, view.time_zone),
        recorded=text.moment(view.recorded_at, view.time_zone),
        is_reversal=view.is_reversal,
        reason=view.reason,
        reversed_by=f"/receipts/{view.reversed_by_code}" if view.reversed_by_code else "",
        reverses=f"/receipts/{view.reverses_code}" if view.reverses_code else "",
    )
