"""What the page about an address knows."""

import reflex as rx

from luckychit.ui import flashes, session

LONGEST_TOKEN = 100
_SENTENCES = {
    "link": "This link no longer works: it was used, or is older than 24 hours.",
    "wrong": "This link is not complete.",
}


class VerifyEmailState(rx.State):
    """The secret of the link, to be sent back with the form."""

    is_ready: bool = False
    token: str = ""
    problem: str = ""
    is_done: bool = False
    start_page: str = "/sign-in"

    @rx.event
    async def load(self) -> None:
        """Take the secret from the address; looking at the page uses nothing up."""
        who = await session.visitor(self)
        self.start_page = session.START_PAGES.get(who.role, "/") if who else "/sign-in"
        self.token = self.router.url.query_parameters.get("token", "")[:LONGEST_TOKEN]
        # What was said of the last link says nothing of the one that is open now.
        said = {} if self.token else flashes.said_to(self, "/verify-email")
        self.is_done = said.get("why") == "done"
        self.problem = flashes.sentence(said, _SENTENCES)
        self.is_ready = True
