"""The dialog that records a prize handed to its winner."""

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

DIALOG = "hand"


@dataclass
class Winner:
    """Who is to get money, ready to draw."""

    name: str = ""
    where: str = ""
    left: str = ""
    amount: str = ""
    today: str = ""
    turn: str = ""


class Handing(Formed, mixin=True):
    """Records payouts. Mixed in by states with a handler ``load``."""

    winner: Winner = Winner()
    hand_words: str = ""
    _hand_draw: UUID | None = None
    _hand_currency: str = "INR"

    @rx.event
    async def say_hand(self, typed: str) -> None:
        """Say in words what is typed as the amount."""
        await session.actor(self, "manager")
        self.hand_words = words.said_amount(typed, self._hand_currency)

    @rx.event
    async def hand_over(self, form: dict[str, Any]) -> Any:
        """Record that the prize, or a part of it, was handed over."""
        actor = await session.actor(self, "manager")
        if self._hand_draw is None:
            return ui_errors.done(DIALOG)
        try:
            row = await session.call(
                service.record_payout,
                actor=actor,
                key=session.typed_text(form, "key"),
                monthly_draw_id=self._hand_draw,
                amount_minor=words.typed_amount(form, self._hand_currency),
                method=session.typed_text(form, "method"),
                reference=session.typed_text(form, "reference"),
                paid_at=words.typed_day(form, "paid_at", clock.now(), text.DEFAULT_ZONE),
            )
        except (errors.InvalidInput, errors.Refused) as exc:
            return self._mark(words.beside(exc))
        self.problems = {}
        return [
            ui_errors.done(DIALOG),
            words.noted(
                f"{row.net.text()} to {self.winner.name} recorded.",
                href="/manage/payouts",
                label="Payouts",
            ),
            type(self).load,  # type: ignore[attr-defined]
        ]

    def _ask_handover(self, *, draw: UUID, name: str, where: str, left: Money) -> Any:
        """Fill the dialog and open it."""
        self._hand_draw, self._hand_currency = draw, left.currency
        now = clock.now()
        self.winner = Winner(
            name=name,
            where=where,
            left=left.text(),
            amount=words.plain_amount(left),
            today=words.iso_day(now, text.DEFAULT_ZONE),
            turn=str(clock.to_ms(now)),
        )
        self.hand_words = words.capital(left.words())
        self.problems = {}
        return orders.open_dialog("hand", wait_ms=orders.DRAWN_MS)


def hand_dialog(state: Any) -> rx.Component:
    """Draw the dialog; once on a page, for a state with :class:`Handing`."""
    winner = state.winner
    return c.dialog(
        DIALOG,
        rx.el.span("Hand the prize to ", winner.name),
        rx.el.p(winner.where, class_name="quiet"),
        c.form(
            rx.el.div(_amount(state), *_how(state), key=winner.turn, class_name="stack"),
            c.notice(
                rx.el.p(
                    "You say that ",
                    rx.el.strong(winner.name),
                    " gets: ",
                    rx.el.strong(state.hand_words, class_name="luck"),
                    role="status",
                ),
                tone="luck",
            ),
            c.dialog_actions(c.submit("Record payout")),
            on_submit=state.hand_over,
        ),
    )


def _amount(state: Any) -> rx.Component:
    winner = state.winner
    return c.field(
        "Amount",
        "amount",
        id="hand-amount",
        before="₹",
        input_mode="decimal",
        auto_complete="off",
        required=True,
        default_value=winner.amount,
        hint=f"{winner.left} is left of this prize.",
        error=state.problems["amount"],
        on_change=state.say_hand.debounce(250),
    )


def _how(state: Any) -> list[rx.Component]:
    return [
        c.choices("How it was handed over", "method", words.METHODS, chosen="bank"),
        c.field(
            "Reference",
            "reference",
            id="hand-reference",
            hint="Optional: the transfer's number.",
            max_length=100,
            error=state.problems["reference"],
        ),
        c.field(
            "Handed over on",
            "paid_at",
            id="hand-day",
            kind="date",
            default_value=state.winner.today,
            max=state.winner.today,
            error=state.problems["paid_at"],
        ),
    ]
