"""What the page for the code knows: whether a password came before it, and what was wrong."""

from http.cookies import CookieError, SimpleCookie

import reflex as rx

from luckychit.ui import session
from luckychit.ui.pages.sign_in.state import read_flash, sentence_of

CHALLENGE_COOKIE = "lc_second_step"


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
        flash = read_flash(cookies)
        asked = self.router.url.query_parameters.get("next", "")
        # Only carried back to the server, which decides whether it is a page of ours.
        self.next_page = (flash.get("next") or asked)[:200]
        self.problem = sentence_of(flash)
        self.is_asked = _has_challenge(cookies)
        self.is_ready = True
        return None


def _has_challenge(cookie_header: str) -> bool:
    try:
        return CHALLENGE_COOKIE in SimpleCookie(cookie_header)
    except CookieError:
        return False
