"""What the page of one ticket knows."""

import reflex as rx

from luckychit.core import errors
from luckychit.ui import session
from luckychit.ui.pages.ticket.words import TicketText, read_ticket


class TicketState(rx.State):
    """One ticket, followed live until its draw is over."""

    is_ready: bool = False
    missing: bool = False
    ticket: TicketText = TicketText()

    @rx.event
    async def load(self) -> None:
        """Read the ticket; its owner is told more."""
        ticket_id = session.route_text(self, "ticket_id")
        who = await session.visitor(self)
        try:
            self.ticket = await session.call(read_ticket, ticket_id, who)
        except errors.NotFound:
            self.missing, self.ticket = True, TicketText()
            return
        self.missing, self.is_ready = False, True
