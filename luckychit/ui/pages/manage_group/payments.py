"""The payments of one group: receipts, and taking a wrong one back."""

from typing import Any

import reflex as rx

from luckychit.core import errors
from luckychit.domain.chits import queries as chits
from luckychit.domain.chits import service
from luckychit.ui import errors as ui_errors
from luckychit.ui import orders, session, text
from luckychit.ui.pages.manage_group.lines import payment_line
from luckychit.ui.pages.manage_group.state import GroupState
from luckychit.ui.pages.manage_group.texts import PaymentLine
from luckychit.ui.pages.manage_shared import words
from luckychit.ui.paging import PAGE_SIZE, Formed, Paged


class PaymentsState(Paged, Formed, rx.State):
    """Payments of the group, newest first."""

    is_ready: bool = False
    shown_id: str = ""
    rows: list[PaymentLine] = []
    wrong_id: str = ""
    wrong_receipt: str = ""
    wrong_name: str = ""
    wrong_amount: str = ""
    wrong_words: str = ""
    _amounts: dict[str, str] = {}

    @rx.event
    async def load(self) -> None:
        """Read one page of payments."""
        actor = await session.actor(self, "manager")
        group = session.route_text(self, "group_id")
        if group != self.shown_id:
            self.shown_id, self.offset, self.search, self.rows = group, 0, "", []
        try:
            page = await session.call(
                chits.payments_of_manager,
                actor=actor,
                group_id=session.as_id(group),
                search=self.search,
                offset=self.offset,
                limit=PAGE_SIZE,
            )
        except errors.NotFound:
            return
        self._amounts = {str(row.payment_id): row.amount.words() for row in page.items}
        self.rows = [payment_line(row, text.DEFAULT_ZONE) for row in page.items]
        self._show_page(page, one="entry", many="entries")
        self.is_ready = True

    @rx.event
    async def ask_reversal(self, payment_id: str) -> Any:
        """Ask before a payment is taken back."""
        await session.actor(self, "manager")
        row = next((one for one in self.rows if one.payment_id == payment_id), None)
        if row is None:
            return None
        self.wrong_id, self.wrong_receipt = row.payment_id, row.receipt
        self.wrong_name, self.wrong_amount = row.name, row.amount
        self.wrong_words = self._amounts.get(row.payment_id, "")
        self.problems = {}
        return orders.open_dialog("reverse")

    @rx.event
    async def reverse(self, form: dict[str, Any]) -> Any:
        """Take a wrong payment back, with a reason that stands on its receipt."""
        actor = await session.actor(self, "manager")
        try:
            row = await session.call(
                service.reverse_payment,
                actor=actor,
                key=session.typed_text(form, "key"),
                payment_id=session.as_id(self.wrong_id),
                reason=session.typed_text(form, "reason"),
            )
        except errors.InvalidInput as exc:
            return self._mark(exc)
        self.problems = {}
        return [
            ui_errors.done("reverse"),
            words.noted(
                f"{self.wrong_amount} of {row.full_name} was taken back.",
                href=f"/receipts/{row.receipt_code}",
                label=f"Receipt {row.receipt_number}",
            ),
            PaymentsState.load,
            GroupState.load,
        ]
