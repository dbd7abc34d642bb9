"""Reads of draws and tickets."""

from luckychit.domain.tickets.queries.draws import draw, draws, pulses, waiting_for_refund

__all__ = ["draw", "draws", "pulses", "waiting_for_refund"]
