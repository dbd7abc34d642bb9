"""The own account in words."""

from dataclasses import dataclass
from datetime import datetime

from luckychit.domain.users import queries
from luckychit.domain.users import service as users
from luckychit.domain.users.service import Actor
from luckychit.ui import text
from luckychit.ui.pages.manage_shared.words import said_mobile

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
class AccountText:
    """The own account, ready to draw; what may be typed again stands as it was typed."""

    full_name: str = ""
    initials: str = ""
    since: str = ""
    mobile_number: str = ""
    mobile_shown: str = ""
    email: str = ""
    email_words: str = ""
    username: str = ""
    public_name: str = ""
    birth_date: str = ""
    language: str = "en"
    password: str = ""
    has_factor: bool = False
    codes_left: str = ""


@dataclass
class SessionText:
    """A browser that is signed in, ready to draw."""

    session_id: str = ""
    device: str = ""
    detail: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """What every page about the own account shows."""

    account: AccountText
    sessions: list[SessionText]


def read_own(actor: Actor, now: datetime) -> OwnTexts:
    """Read the actor's account and sessions.

    Args:
        actor: Anybody signed in.
        now: When.
    """
    own = queries.profile(actor=actor)
    return OwnTexts(
        account_text(own, now),
        [_session(item, now) for item in users.list_sessions(actor=actor)],
    )


def account_text(own: queries.ProfileView, now: datetime) -> AccountText:
    """Say what an account holds."""
    changed = own.password_changed_at
    confirmed = "Confirmed" if own.email_is_verified else "Not confirmed: open our letter"
    return AccountText(
        full_name=own.full_name,
        initials=text.initials(own.full_name),
        since=text.day(own.created_at),
        mobile_number=own.mobile_number,
        mobile_shown=said_mobile(own.mobile_number),
        email=own.email,
        email_words=confirmed if own.email else "",
        username=own.username,
        public_name=own.public_name,
        birth_date=text.day(own.birth_date) if own.birth_date else "",
        language=own.language,
        password=f"Changed {text.relative_day(changed, now)}" if changed else "Never changed",
        has_factor=own.has_second_factor,
        codes_left=f"{text.count(own.recovery_codes_left, 'recovery code')} left",
    )


def _session(item: users.SessionView, now: datetime) -> SessionText:
    seen = f"last seen {text.ago(item.last_seen_at, now)}"
    return SessionText(
        session_id=str(item.id),
        device=program_of(item) if item.kind == "api" else device_of(item.user_agent),
        detail=f"{item.address} · {'now' if item.is_current else seen}",
        is_current=item.is_current,
    )


def program_of(item: users.SessionView) -> str:
    """Return ``A program (curl)`` for a session that no browser holds."""
    name = item.user_agent.strip().partition("/")[0].partition(" ")[0][:30]
    return f"A program ({name})" if name and name != "Mozilla" else "A program"


def device_of(user_agent: str) -> str:
    """Return ``Chrome on Android`` for what a browser says of itself."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    device = next((name for sign, name in _DEVICES if sign in user_agent), "")
    if browser and device:
        return f"{browser} on {device}"
    return browser or device or "A browser"
