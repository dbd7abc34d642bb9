"""What a member may spend on games, as one quiet line on several pages."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from luckychit.core.settings import settings
from luckychit.domain.users.service import Actor
from luckychit.domain.wallet import queries as wallet
from luckychit.ui import components as c


@dataclass
class BalanceText:
    """What the games' wallet holds, ready to draw."""

    amount: str = ""


def read_balance(actor: Actor) -> BalanceText:
    """Read what the member may spend on games."""
    return BalanceText(wallet.balance_for(actor, settings().games_currency).text())


def balance_link(balance: Any) -> rx.Component:
    """Draw the balance as a line that leads to the wallet.

    Args:
        balance: State var :class:`BalanceText`.
    """
    return c.link(
        c.icon("wallet"),
        rx.el.div(
            rx.el.span("Wallet", class_name="strong"),
            rx.el.span(PLAY_WORDS, class_name="quiet small"),
            class_name="stack gap-0 grow",
        ),
        c.money(balance.amount, class_name="strong"),
        href="/app/wallet",
        class_name="list-link",
    )


PLAY_WORDS = "Play credit, not money"
