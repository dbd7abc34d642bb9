"""The reality check: after so many minutes of play, how long it was and what it cost."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import reflex as rx

from luckychit.core import clock
from luckychit.domain.safety import queries, service
from luckychit.domain.users.service import Actor
from luckychit.ui import components as c
from luckychit.ui import errors as ui_errors
from luckychit.ui import orders, session, text, toasts
from luckychit.ui.live import LiveState

_DIALOG, _LOOK = "reality", "reality-look"
# Who has seen no game for so long begins anew.
PAUSE = timedelta(hours=2)
STOP_DAYS = 1


@dataclass
class RealityText:
    """How it stands, ready to draw."""

    lasted: str = ""
    since: str = ""
    spent: str = ""
    won: str = ""


class RealityState(rx.State):
    """How long this member has been at the games; the clock is the server's.

    The page only asks again when the time has come: whether it has is decided here, and
    what was spent and won comes from the ledger.
    """

    shown: RealityText = RealityText()
    _began_at: datetime | None = None
    _seen_at: datetime | None = None
    _told_at: datetime | None = None

    @rx.event
    async def load(self) -> Any:
        """Tell when it is time, or see to it that the page asks again then."""
        actor = await session.actor(self, "member")
        minutes = await session.call(queries.reality_check_min, actor)
        now = clock.now()
        if self._seen_at is None or now - self._seen_at > PAUSE:
            self._began_at = self._told_at = now
        self._seen_at = now
        if minutes is None or self._began_at is None or self._told_at is None:
            return None
        left = self._told_at + timedelta(minutes=minutes) - now
        if left > timedelta():
            return _ask_again(left)
        self._told_at = now
        self.shown = await session.call(_read, actor, self._began_at, now)
        return [_ask_again(timedelta(minutes=minutes)), orders.open_dialog(_DIALOG)]

    @rx.event
    async def stop(self, _form: dict[str, Any]) -> Any:
        """Take a break of a day."""
        actor = await session.actor(self, "member")
        until = await session.call(service.exclude_self, actor=actor, days=STOP_DAYS)
        said = f"No games until {text.moment(until)}."
        return [ui_errors.done(_DIALOG), toasts.success(said), LiveState.refresh([])]


def _ask_again(left: timedelta) -> Any:
    wait_ms = left // timedelta(milliseconds=1) + 1
    return orders.press_later(_LOOK, wait_ms=wait_ms)


def _read(actor: Actor, began_at: datetime, now: datetime) -> RealityText:
    played = queries.played_since(actor=actor, since=began_at)
    return RealityText(
        lasted=text.count(int((now - began_at).total_seconds() // 60), "minute"),
        since=text.clock_time(began_at),
        spent=played.spent.text(),
        won=played.won.text(),
    )


def reality_check() -> rx.Component:
    """Draw what a page of games needs to tell how it stands; seen only when it is time."""
    it = RealityState.shown
    return rx.fragment(
        # Pressed by the clock of this page.
        rx.el.button(
            "Look again", id=_LOOK, type="button", hidden=True, on_click=RealityState.load
        ),
        c.dialog(
            _DIALOG,
            rx.el.span("You have been here for ", it.lasted),
            rx.el.dl(
                rx.el.dt("Since ", it.since, " you have spent"),
                rx.el.dd(c.money(it.spent, class_name="strong")),
                rx.el.dt("and won"),
                rx.el.dd(c.money(it.won, class_name="strong")),
                class_name="facts",
            ),
            rx.el.p(
                "Stopping for today means no games for 24 hours; it cannot be undone.",
                class_name="quiet small",
            ),
            c.form(
                c.dialog_actions(c.submit("Stop for today", look=""), cancel="Go on"),
                on_submit=RealityState.stop,
            ),
        ),
    )
