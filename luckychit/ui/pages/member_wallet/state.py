"""What the wallet's page knows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import reflex as rx

from luckychit.core import clock, errors
from luckychit.core.money import Money, parse_minor
from luckychit.core.settings import settings
from luckychit.domain.users.service import Actor
from luckychit.domain.wallet import queries as wallet
from luckychit.domain.wallet import rules, service
from luckychit.domain.wallet.views import StatementFilter, StatementPage
from luckychit.ui import errors as ui_errors
from luckychit.ui import live, orders, session, toasts
from luckychit.ui.pages.member_wallet.history import HistoryText, history_text
from luckychit.ui.pages.member_wallet.texts import (
    LONGEST_SEARCH,
    LineText,
    WalletText,
    Wanted,
    line_texts,
    read_wanted,
    wallet_text,
)
from luckychit.ui.paging import Formed

PAGE_LINES = 25
HISTORY_LINES = 100
OWN_AMOUNT = "own"


@dataclass(frozen=True, slots=True)
class _Read:
    wallets: list[WalletText]
    chosen: WalletText
    page: StatementPage
    history: HistoryText


class WalletState(Formed, rx.State):
    """What the member holds, and the statement page by page."""

    is_ready: bool = False
    wallets: list[WalletText] = []
    wallet: WalletText = WalletText()
    history: HistoryText = HistoryText()
    lines: list[LineText] = []
    wanted: Wanted = Wanted()
    wanted_words: str = ""
    export_href: str = ""
    has_older: bool = False
    has_newer: bool = False
    credit: str = ""
    credit_words: str = ""
    _credit_minor: int = 0
    # Where each page before this one began; the last is this page's.
    _trail: list[int] = []
    _older: int = 0

    @rx.event
    async def load(self) -> None:
        """Read the wallets and one page of the chosen one's statement."""
        actor = await session.actor(self, "member")
        before = self._trail[-1] if self._trail else None
        asked = self.wanted.filter()
        found = await session.call(_read, actor, self.wallet.currency, asked, before, clock.now())
        self.wallets, self.wallet, self.history = found.wallets, found.chosen, found.history
        self.lines = line_texts(found.page.lines)
        self._older = found.page.before or 0
        self.has_older, self.has_newer = self._older > 0, bool(self._trail)
        self.wanted_words = self.wanted.words()
        self.export_href = self.wanted.export_href(found.chosen.currency)
        self.is_ready = True

    @rx.event
    async def show(self, currency: str) -> Any:
        """Turn to another of the wallets on the page."""
        await session.actor(self, "member")
        for one in self.wallets:
            if one.currency == currency:
                self.wallet, self._trail = one, []
                return WalletState.load
        raise errors.NotFound(currency=str(currency)[:64])

    @rx.event
    async def find(self, form: dict[str, Any]) -> Any:
        """Show only what was asked for, from its newest line."""
        await session.actor(self, "member")
        wanted, problems = read_wanted(
            session.typed_text(form, "kind", 40),
            session.typed_text(form, "since", 10),
            session.typed_text(form, "until", 10),
            session.typed_text(form, "search", LONGEST_SEARCH),
        )
        self.problems = problems
        if problems:
            return ui_errors.idle()
        self.wanted, self._trail = wanted, []
        return [ui_errors.idle(), orders.close_dialog("filter"), WalletState.load]

    @rx.event
    async def show_all(self) -> Any:
        """Leave nothing out."""
        await session.actor(self, "member")
        self.wanted, self._trail, self.problems = Wanted(), [], {}
        return WalletState.load

    @rx.event
    async def older(self) -> Any:
        """Go back in time by one page."""
        await session.actor(self, "member")
        if self._older:
            self._trail = [*self._trail, self._older]
        return WalletState.load

    @rx.event
    async def newer(self) -> Any:
        """Return to the page before."""
        await session.actor(self, "member")
        self._trail = self._trail[:-1]
        return WalletState.load

    @rx.event
    async def ask_credit(self, form: dict[str, Any]) -> Any:
        """Say once more what will be added, and that it is not money."""
        await session.actor(self, "member")
        self._credit_minor = 0
        typed = session.typed_text(form, "amount", 32)
        if typed == OWN_AMOUNT:
            typed = session.typed_text(form, "own", 32)
        currency = settings().games_currency
        try:
            amount = Money(rules.checked_play_credit(parse_minor(typed, currency)), currency)
        except ValueError:
            self.problems = {"amount": "Please give an amount, such as 12.50."}
            return ui_errors.idle()
        except errors.InvalidInput as exc:
            return self._mark(exc)
        self._credit_minor, self.problems = amount.amount_minor, {}
        self.credit, self.credit_words = amount.text(), amount.words()
        return [ui_errors.done("credit"), orders.open_dialog("confirm-credit")]

    @rx.event
    async def add_credit(self, form: dict[str, Any]) -> Any:
        """Add the play credit that was asked for."""
        actor = await session.actor(self, "member")
        try:
            added = await session.call(
                service.add_play_credit,
                actor=actor,
                key=session.typed_text(form, "key", 80),
                amount_minor=self._credit_minor,
            )
        except errors.InvalidInput as exc:
            self.problems = {"amount": exc.message}
            return [ui_errors.done("confirm-credit"), orders.open_dialog("credit")]
        except errors.Refused as exc:
            # The question would cover what is said.
            return [ui_errors.done("confirm-credit"), *ui_errors.handle(exc), WalletState.load]
        self._trail = []
        await live.tell_other_pages(self, actor)
        return [
            ui_errors.done("confirm-credit"),
            toasts.success(f"Play credit added: {added.text()}."),
            WalletState.load,
        ]


def _read(
    actor: Actor, currency: str, asked: StatementFilter, before: int | None, now: datetime
) -> _Read:
    views = {view.currency: view for view in wallet.wallets_of(actor)}
    # The games' wallet is always there, and first.
    chosen = views.get(currency) or next(iter(views.values()))
    page = wallet.statement(
        actor=actor, currency=chosen.currency, wanted=asked, before=before, limit=PAGE_LINES
    )
    latest = wallet.statement(
        actor=actor, currency=chosen.currency, wanted=StatementFilter(), limit=HISTORY_LINES
    )
    return _Read(
        wallets=[wallet_text(view) for view in views.values()],
        chosen=wallet_text(chosen),
        page=page,
        history=history_text(latest.lines, now),
    )
