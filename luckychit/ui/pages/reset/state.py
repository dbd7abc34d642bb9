"""What the page about a lost password knows."""

import reflex as rx

from luckychit.core.settings import settings
from luckychit.domain.mail import queries as mail
from luckychit.ui import flashes
from luckychit.ui.paging import Formed

_SENTENCES = {"link": "That link no longer works. Ask for a new one here."}


class ResetState(Formed, rx.State):
    """Whether a letter is on its way; never whether there is an account."""

    problem: str = ""
    email: str = ""
    is_sent: bool = False
    can_send: bool = True
    has_demo_mail: bool = False

    @rx.event
    async def load(self) -> None:
        """Say what came of the last try."""
        said = flashes.said_to(self, "/reset")
        self.email = said.get("email", "")
        self.is_sent = said.get("why") == "sent"
        self.problem = flashes.sentence(said, _SENTENCES)
        self.problems = flashes.problems(said)
        self.can_send = mail.can_reach_people()
        self.has_demo_mail = not settings().is_live

    @rx.event
    async def again(self) -> None:
        """Show the form once more."""
        self.is_sent, self.problem, self.problems = False, "", {}
