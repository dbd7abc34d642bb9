"""What the page of the own rules of play knows."""

from datetime import timedelta
from typing import Any

import reflex as rx

from luckychit.core import clock, errors
from luckychit.core.money import parse_minor
from luckychit.core.settings import settings
from luckychit.domain.safety import queries, service
from luckychit.ui import errors as ui_errors
from luckychit.ui import orders, session, text, toasts
from luckychit.ui.pages.member_play.breaks import LASTS, BreakText, break_text
from luckychit.ui.pages.member_play.texts import (
    LimitText,
    PlayText,
    read_play,
    said_of_limit,
    unit,
)
from luckychit.ui.paging import Formed


class PlayRulesState(Formed, rx.State):
    """Limits, breaks and reminders of the member."""

    is_ready: bool = False
    it: PlayText = PlayText()
    unit: str = ""
    chosen: LimitText = LimitText()
    planned: BreakText = BreakText()
    _days: int = 0

    @rx.event
    async def load(self) -> None:
        """Read everything the member has set."""
        actor = await session.actor(self, "member")
        self.it = await session.call(read_play, actor, clock.now())
        self.unit = unit()
        self.is_ready = True

    @rx.event
    async def choose(self, name: str) -> Any:
        """Open the form for one of the limits on the page."""
        await session.actor(self, "member")
        self.chosen, self.problems = self._limit(name), {}
        return orders.open_dialog("limit")

    @rx.event
    async def keep(self, form: dict[str, Any]) -> Any:
        """Set the chosen limit; empty is none."""
        actor = await session.actor(self, "member")
        kind, _, period = self.chosen.name.partition("-")
        typed = session.typed_text(form, "amount", 32)
        try:
            amount_minor = parse_minor(typed, settings().games_currency) if typed else None
        except ValueError:
            self.problems = {"amount": "Please give an amount, such as 12.50, or nothing."}
            return ui_errors.idle()
        try:
            since = await session.call(
                service.set_limit,
                actor=actor,
                kind=kind,
                period=period,
                amount_minor=amount_minor,
            )
        except errors.InvalidInput as exc:
            self.problems = {"amount": exc.message}
            return ui_errors.idle()
        self.problems = {}
        said = said_of_limit(since, clock.now())
        return [ui_errors.done("limit"), toasts.success(said), PlayRulesState.load]

    @rx.event
    async def withdraw(self, name: str) -> Any:
        """Take back a raise that has not taken effect."""
        actor = await session.actor(self, "member")
        kind, _, period = self._limit(name).name.partition("-")
        await session.call(service.withdraw_raise, actor=actor, kind=kind, period=period)
        return [toasts.success("Taken back. Your limit stays as it is."), PlayRulesState.load]

    @rx.event
    async def ask_break(self, form: dict[str, Any]) -> Any:
        """Say until when the break would last, and that nobody can end it early."""
        actor = await session.actor(self, "member")
        typed = session.typed_text(form, "days", 4)
        if typed not in LASTS:
            return ui_errors.idle()
        self._days, now = int(typed), clock.now()
        running = await session.call(queries.excluded_until, actor)
        self.planned = break_text(self._days, now)
        if running is not None and running >= now + timedelta(days=self._days):
            said = "Your break is longer than that already. It is never made shorter."
            return [ui_errors.idle(), toasts.info(said)]
        return [
            ui_errors.done("break"),
            ui_errors.done("exclusion"),
            orders.open_dialog("confirm-break"),
        ]

    @rx.event
    async def take_break(self, _form: dict[str, Any]) -> Any:
        """Begin the break that was asked for."""
        actor = await session.actor(self, "member")
        until = await session.call(service.exclude_self, actor=actor, days=self._days)
        said = f"No games until {text.moment(until)}."
        return [ui_errors.done("confirm-break"), toasts.success(said), PlayRulesState.load]

    @rx.event
    async def remind(self, minutes: str) -> Any:
        """Set how often play is interrupted; "" is never."""
        actor = await session.actor(self, "member")
        is_number = isinstance(minutes, str) and minutes.isascii() and minutes.isdecimal()
        wanted = int(minutes) if is_number else None
        if not is_number and minutes != "":
            raise errors.InvalidInput({"minutes": "Please choose one of those on the page."})
        await session.call(service.set_reality_check, actor=actor, minutes=wanted)
        return PlayRulesState.load

    def _limit(self, name: object) -> LimitText:
        for one in (*self.it.deposits, *self.it.plays):
            if one.name == name:
                return one
        raise errors.NotFound(name=str(name)[:64])
