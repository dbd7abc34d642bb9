"""The dialog that records money received from a seat; used wherever a due is shown."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from luckychit.core import clock, errors
from luckychit.core.money import Money
from luckychit.domain.chits import service
from luckychit.ui import components as c
from luckychit.ui import errors as ui_errors
from luckychit.ui import orders, session, text
from luckychit.ui.pages.manage_shared import words
from luckychit.ui.paging import Formed

DIALOG = "pay"


@dataclass
class Payer:
    """Whose money is being recorded, ready to draw."""

    name: str = ""
    where: str = ""
    amount: str = ""
    today: str = ""
    turn: str = ""  # another for each opening, so that the fields start afresh


class Paying(Formed, mixin=True):
    """Records money received. Mixed in by states with a handler ``load``."""

    payer: Payer = Payer()
    pay_words: str = ""
    _pay_seat: tuple[UUID, int] | None = None
    _pay_currency: str = "INR"

    @rx.event
    async def say_pay(self, typed: str) -> None:
        """Say in words what is typed as the amount."""
        await session.actor(self, "manager")
        self.pay_words = words.said_amount(typed, self._pay_currency)

    @rx.event
    async def pay(self, form: dict[str, Any]) -> Any:
        """Record the money, with a receipt."""
        actor = await session.actor(self, "manager")
        if self._pay_seat is None:
            return ui_errors.done(DIALOG)
        group_id, seat_number = self._pay_seat
        try:
            row = await session.call(
                service.record_payment,
                actor=actor,
                key=session.typed_text(form, "key"),
                group_id=group_id,
                seat_number=seat_number,
                amount_minor=words.typed_amount(form, self._pay_currency),
                method=session.typed_text(form, "method"),
                reference=session.typed_text(form, "reference"),
                received_at=words.typed_day(form, "received_at", clock.now(), text.DEFAULT_ZONE),
            )
        except (errors.InvalidInput, errors.Refused) as exc:
            return self._mark(words.beside(exc))
        self.problems = {}
        return [
            ui_errors.done(DIALOG),
            words.noted(
                f"{row.amount.text()} from {row.full_name} recorded.",
                href=f"/receipts/{row.receipt_code}",
                label=f"Receipt {row.receipt_number}",
            ),
            type(self).load,  # type: ignore[attr-defined]
            *self._after_payment(),
        ]

    def _after_payment(self) -> list[Any]:
        """Return what else follows a recorded payment on this page."""
        return []

    def _ask_payment(self, *, seat: tuple[UUID, int], name: str, where: str, owed: Money) -> Any:
        """Fill the dialog and open it."""
        self._pay_seat, self._pay_currency = seat, owed.currency
        now = clock.now()
        self.payer = Payer(
            name=name,
            where=where,
            amount=words.plain_amount(owed) if owed else "",
            today=words.iso_day(now, text.DEFAULT_ZONE),
            turn=str(clock.to_ms(now)),
        )
        self.pay_words = words.capital(owed.words()) if owed else ""
        self.problems = {}
        return orders.open_dialog("pay", selected="pay-amount", wait_ms=orders.DRAWN_MS)


def pay_dialog(state: Any) -> rx.Component:
    """Draw the dialog; once on a page, for a state with :class:`Paying`."""
    payer = state.payer
    amount = c.field(
        "Amount",
        "amount",
        id="pay-amount",
        before="₹",
        input_mode="decimal",
        auto_complete="off",
        required=True,
        default_value=payer.amount,
        hint=state.pay_words,
        error=state.problems["amount"],
        on_change=state.say_pay.debounce(250),
    )
    more = rx.el.details(
        rx.el.summary("Reference or another day"),
        c.field(
            "Reference",
            "reference",
            id="pay-reference",
            hint="Optional: the UPI or bank number.",
            max_length=100,
            error=state.problems["reference"],
        ),
        c.field(
            "Received on",
            "received_at",
            id="pay-day",
            kind="date",
            default_value=payer.today,
            max=payer.today,
            error=state.problems["received_at"],
        ),
        class_name="more",
    )
    return c.dialog(
        DIALOG,
        rx.el.span("Money from ", payer.name),
        rx.el.p(payer.where, class_name="quiet"),
        c.form(
            rx.el.div(
                amount,
                c.choices("How it came", "method", words.METHODS, chosen="cash"),
                more,
                key=payer.turn,
                class_name="stack",
            ),
            rx.el.p(
                "It fills the oldest unpaid month first. What is over pays in advance.",
                class_name="quiet small",
            ),
            c.dialog_actions(c.submit("Record payment")),
            on_submit=state.pay,
        ),
    )
