"""What the member's page about the own account knows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import reflex as rx

from luckychit.core import clock, errors
from luckychit.domain.users import queries as people
from luckychit.domain.users import service as users
from luckychit.domain.users.service import Actor
from luckychit.ui import errors as ui_errors
from luckychit.ui import session, text, toasts
from luckychit.ui.pages.member_shared.balance import BalanceText, read_balance

# In this order: a browser names those it descends from as well.
_BROWSERS = (
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


@dataclass
class ProfileText:
    """The own account, ready to draw."""

    full_name: str = ""
    initials: str = ""
    mobile_number: str = ""
    since: str = ""
    password: str = ""


@dataclass
class SessionText:
    """A browser that is signed in, ready to draw."""

    session_id: str = ""
    device: str = ""
    detail: str = ""
    is_current: bool = False


class MemberProfileState(rx.State):
    """The own account and where it is signed in."""

    is_ready: bool = False
    profile: ProfileText = ProfileText()
    sessions: list[SessionText] = []
    chosen: SessionText = SessionText()
    balance: BalanceText = BalanceText()

    @rx.event
    async def load(self) -> None:
        """Read the own account."""
        actor = await session.actor(self, "member")
        found = await session.call(_read, actor, clock.now())
        self.profile, self.sessions = found.profile, found.sessions
        self.balance = found.balance
        self.is_ready = True

    @rx.event
    async def choose(self, session_id: str) -> Any:
        """Ask before one of the sessions on the page is ended."""
        await session.actor(self, "member")
        for one in self.sessions:
            if one.session_id == session_id:
                self.chosen = one
                return rx.call_script("lc.open('end-session')")
        raise errors.NotFound(session_id=str(session_id)[:64])

    @rx.event
    async def end(self, _form: dict[str, Any]) -> Any:
        """Sign the chosen browser out."""
        actor = await session.actor(self, "member")
        await session.call(
            users.revoke_session, actor=actor, session_id=session.as_id(self.chosen.session_id)
        )
        said = f"{self.chosen.device} is signed out."
        return [ui_errors.done("end-session"), toasts.success(said), MemberProfileState.load]


@dataclass(frozen=True, slots=True)
class _Read:
    profile: ProfileText
    sessions: list[SessionText]
    balance: BalanceText


def _read(actor: Actor, now: datetime) -> _Read:
    own = people.profile(actor=actor)
    changed = own.password_changed_at
    profile = ProfileText(
        full_name=own.full_name,
        initials=text.initials(own.full_name),
        mobile_number=_readable(own.mobile_number) or own.email or own.username,
        since=text.day(own.created_at),
        password=f"changed {text.relative_day(changed, now)}" if changed else "never changed",
    )
    return _Read(
        profile=profile,
        sessions=[_session(item, now) for item in users.list_sessions(actor=actor)],
        balance=read_balance(actor),
    )


def _session(item: users.SessionView, now: datetime) -> SessionText:
    seen = f"last seen {text.ago(item.last_seen_at, now)}"
    return SessionText(
        session_id=str(item.id),
        device=device_of(item.user_agent),
        detail=f"{item.address} · {'now' if item.is_current else seen}",
        is_current=item.is_current,
    )


def device_of(user_agent: str) -> str:
    """Return ``Chrome on Android`` for what a browser says of itself."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    device = next((name for sign, name in _DEVICES if sign in user_agent), "")
    if browser and device:
        return f"{browser} on {device}"
    return browser or device or "A browser"


def _readable(mobile_number: str) -> str:
    """Return an Indian number in its two groups of five, others as they are."""
    if mobile_number.startswith("+91") and len(mobile_number) == len("+919876543210"):
        return f"+91 {mobile_number[3:8]} {mobile_number[8:]}"
    return mobile_number
