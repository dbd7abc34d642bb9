"""What the page of the sign-up knows: what was typed, and what was wrong with it."""

import reflex as rx

from luckychit.ui import flashes, session
from luckychit.ui.paging import Formed

_SENTENCES = {"taken": "", "wrong": "Please check the marked fields."}
_FIELDS = {"mobile number": "mobile_number", "e-mail address": "email", "username": "username"}


class SignUpState(Formed, rx.State):
    """The form's few words; the form itself is sent by the browser, not by us."""

    problem: str = ""
    by: str = "email"
    full_name: str = ""
    email: str = ""
    username: str = ""
    mobile_number: str = ""

    @rx.event
    async def load(self) -> object:
        """Say why the last try failed; lead on who is signed in already."""
        who = await session.visitor(self)
        if who is not None:
            return rx.redirect(session.START_PAGES.get(who.role, "/"))
        said = flashes.said_to(self, "/sign-up")
        self.by = "mobile" if said.get("by") == "mobile" else "email"
        self.full_name, self.email = said.get("full_name", ""), said.get("email", "")
        self.username = said.get("username", "")
        self.mobile_number = said.get("mobile_number", "")
        self.problem = flashes.sentence(said, _SENTENCES)
        self.problems = flashes.problems(said) | _taken(said)
        return None

    @rx.event
    async def choose(self, by: str) -> None:
        """Show the fields of the other way to sign in."""
        self.by = "mobile" if by == "mobile" else "email"
        self.problem, self.problems = "", {}


def _taken(said: dict[str, str]) -> dict[str, str]:
    field = _FIELDS.get(said.get("what", ""))
    return {field: "Another account has this already."} if field else {}
