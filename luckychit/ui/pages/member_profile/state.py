"""What the member's page about the own account knows."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import reflex as rx

from luckychit.core import clock
from luckychit.domain.safety import queries as safety_queries
from luckychit.domain.safety import service as safety
from luckychit.domain.users.service import Actor
from luckychit.ui import errors as ui_errors
from luckychit.ui import orders, session, text, toasts
from luckychit.ui.pages.member_profile.breaks import DAYS, BreakText, break_text
from luckychit.ui.pages.member_shared.balance import BalanceText, read_balance
from luckychit.ui.pages.profile_shared.state import OwnAccount
from luckychit.ui.pages.profile_shared.texts import read_own


class MemberProfileState(OwnAccount, rx.State):
    """The own account and where it is signed in, the wallet, and breaks from games."""

    whose: ClassVar[str] = "member"

    balance: BalanceText = BalanceText()
    break_until: str = ""
    planned: BreakText = BreakText()
    _days: int = 0

    @rx.event
    async def load(self) -> None:
        """Read the own account."""
        actor = await session.actor(self, "member")
        found = await session.call(_read, actor)
        self.balance, self.break_until = found.balance, found.break_until
        await self._read(actor, read_own)

    @rx.event
    async def ask_break(self, form: dict[str, Any]) -> Any:
        """Say until when the break would last, and that nobody can end it early."""
        actor = await session.actor(self, "member")
        typed = session.typed_text(form, "days", 4)
        if typed not in DAYS:
            return ui_errors.idle()
        self._days = DAYS[typed]
        running = await session.call(safety_queries.excluded_until, actor)
        self.planned = break_text(self._days, clock.now())
        if running is not None and running >= clock.now() + timedelta(days=self._days):
            said = "Your break is longer than that already. It is never made shorter."
            return [ui_errors.idle(), toasts.info(said)]
        return [ui_errors.done("break"), orders.open_dialog("confirm-break")]

    @rx.event
    async def take_break(self, _form: dict[str, Any]) -> Any:
        """Begin the break that was asked for."""
        actor = await session.actor(self, "member")
        until = await session.call(safety.exclude_self, actor=actor, days=self._days)
        said = f"No games until {text.moment(until)}."
        return [ui_errors.done("confirm-break"), toasts.success(said), MemberProfileState.load]


@dataclass(frozen=True, slots=True)
class _Read:
    balance: BalanceText
    break_until: str


def _read(actor: Actor) -> _Read:
    until = safety_queries.excluded_until(actor)
    return _Read(balance=read_balance(actor), break_until=text.moment(until) if until else "")
