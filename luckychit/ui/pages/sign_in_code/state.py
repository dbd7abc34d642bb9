"""What the page for the code knows: whether a password came before it, and what was wrong."""

from http.cookies import CookieError, SimpleCookie

import reflex as rx

from luckychit.core.settings import settings
from luckychit.ui import flashes, session

CHALLENGE_COOKIE = "lc_second_step"
_SENTENCES = {
    "wrong": "Please type the code of your app, or a recovery code.",
    "code": "That code is not right. Each code works once, for about a minute.",
}


class SignInCodeState(rx.State):
    """The form's few words; the form itself is sent by the browser, not by us."""

    is_ready: bool = False
    is_asked: bool = False
    problem: str = ""
    next_page: str = ""

    @rx.event
    async def load(self) -> object:
        """Say why the last code failed; lead on who is signed in already."""
        who = await session.visitor(self)
        if who is not None:
            return rx.redirect(session.START_PAGES.get(who.role, "/"))
        cookies = self.router.headers.cookie or ""
        said = flashes.said_to(self, "/sign-in/code")
        asked = self.router.url.query_parameters.get("next", "")
        # Only carried back to the server, which decides whether it is a page of ours.
        self.next_page = (said.get("next") or asked)[:200]
        self.problem = flashes.sentence(said, _SENTENCES)
        self.is_asked = _has_challenge(cookies)
        self.is_ready = True
        return None


def _has_challenge(cookie_header: str) -> bool:
    try:
        return settings().cookie(CHALLENGE_COOKIE) in SimpleCookie(cookie_header)
    except CookieError:
        return False
