"""What the sign-in page knows: why the last try failed, and what was typed."""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

import reflex as rx

from luckychit.ui import session, text

FLASH_COOKIE = "lc_flash"
_SENTENCES = {
    "wrong": "That sign-in name and password do not belong together.",
    "expired": "This one-time password has expired. Ask your organiser for a new one.",
    "closed": "This account has been closed.",
    "again": "That took too long or too many tries. Please begin again with your password.",
    "code": "That code is not right. Each code works once, for about a minute.",
    "away": "We cannot reach our books right now. Please try again in a moment.",
    "busy": "We are very busy right now. Please try again in a moment.",
}


class SignInState(rx.State):
    """The form's few words; the form itself is sent by the browser, not by us."""

    problem: str = ""
    login: str = ""
    next_page: str = ""

    @rx.event
    async def load(self) -> object:
        """Say why the last try failed; lead on who is signed in already."""
        who = await session.visitor(self)
        if who is not None:
            return rx.redirect(session.START_PAGES.get(who.role, "/"))
        flash = read_flash(self.router.headers.cookie or "")
        self.login = flash.get("login", "")[:254]
        asked = self.router.url.query_parameters.get("next", "")
        # Only carried back to the server, which decides whether it is a page of ours.
        self.next_page = (flash.get("next") or asked)[:200]
        self.problem = sentence_of(flash)
        return None


def read_flash(cookie_header: str) -> dict[str, str]:
    """Return what the server said of the last try, by a cookie of a minute."""
    try:
        found = SimpleCookie(cookie_header).get(FLASH_COOKIE)
    except CookieError:
        return {}
    return {name: values[0] for name, values in parse_qs(found.value if found else "").items()}


def sentence_of(flash: dict[str, str]) -> str:
    """Return why the last try failed, for people; "" when there was none."""
    why, wait = flash.get("why", ""), flash.get("wait", "")
    if why == "wait" and wait.isdecimal():
        seconds = min(int(wait), 86_400)
        minutes = -(-seconds // 60)
        how_long = text.count(minutes, "minute") if seconds > 90 else text.count(seconds, "second")
        return f"Too many tries. Please wait {how_long}, then try again."
    return _SENTENCES.get(why, "")
