"""What the sign-in page knows: why the last try failed, and what was typed."""

import reflex as rx

from luckychit.domain.users import errors as user_errors
from luckychit.ui import flashes, session

_SENTENCES = {
    "wrong": user_errors.WrongCredentials.sentence,
    "expired": "This one-time password has expired. Ask your organiser for a new one.",
    "closed": "This account has been closed.",
    "again": "That took too long or too many tries. Please begin again with your password.",
}
_GOOD = {"reset": "Your new password is set. Sign in with it."}


class SignInState(rx.State):
    """The form's few words; the form itself is sent by the browser, not by us."""

    problem: str = ""
    good_news: str = ""
    login: str = ""
    next_page: str = ""

    @rx.event
    async def load(self) -> object:
        """Say why the last try failed; lead on who is signed in already."""
        who = await session.visitor(self)
        if who is not None:
            return rx.redirect(session.START_PAGES.get(who.role, "/"))
        said = flashes.said_to(self, "/sign-in")
        self.login = said.get("login", "")[:254]
        asked = self.router.url.query_parameters.get("next", "")
        # Only carried back to the server, which decides whether it is a page of ours.
        self.next_page = (said.get("next") or asked)[:200]
        self.problem = flashes.sentence(said, _SENTENCES)
        self.good_news = _GOOD.get(said.get("why", ""), "")
        return None
