"""Reads of draws and tickets."""

from luckychit.domain.tickets.queries.audit import audit
from luckychit.domain.tickets.queries.draws import draw, draws, pulses, waiting_for_refund
from luckychit.domain.tickets.queries.proofs import bundle, ticket_file
from luckychit.domain.tickets.queries.tickets import public_ticket, tickets_of

__all__ = [
    "audit",
    "bundle",
    "draw",
    "draws",
    "public_ticket",
    "pulses",
    "ticket_file",
    "tickets_of",
    "waiting_for_refund",
]
