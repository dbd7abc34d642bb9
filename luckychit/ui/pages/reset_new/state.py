"""What the page for the new password knows."""

import reflex as rx

from luckychit.ui import flashes
from luckychit.ui.paging import Formed

LONGEST_TOKEN = 100


class ResetNewState(Formed, rx.State):
    """The secret of the link, to be sent back with the form."""

    is_ready: bool = False
    token: str = ""
    problem: str = ""

    @rx.event
    async def load(self) -> None:
        """Take the secret from the address; looking at the page uses nothing up."""
        self.token = self.router.url.query_parameters.get("token", "")[:LONGEST_TOKEN]
        said = flashes.said_to(self, "/reset/new")
        self.problem = flashes.sentence(said, {})
        self.problems = flashes.problems(said)
        self.is_ready = True
