"""Refusals of selling tickets."""

from luckychit.core import errors


class DrawUnknown(errors.NotFound):
    """No draw has this number."""

    code = "tickets.draw_unknown"
    sentence = "There is no draw with this number."


class TicketUnknown(errors.NotFound):
    """No ticket has this number."""

    code = "tickets.ticket_unknown"
    sentence = "There is no ticket with this number."


class DrawClosed(errors.Refused):
    """The draw sells no tickets now: not yet, or not any more."""

    code = "tickets.draw_closed"
    sentence = "This draw is closed. No ticket was bought."


class AlreadyBroughtForward(errors.Refused):
    """The lock of a room is brought forward once."""

    code = "tickets.already_brought_forward"
    sentence = "This draw has already been started."


class LimitReached(errors.Refused):
    """The buyer would have more tickets of the draw than one person may have."""

    code = "tickets.limit_reached"
    sentence = "You can have at most {limit} tickets in this draw."


class SelfExcluded(errors.Refused):
    """The buyer takes a break from games."""

    code = "tickets.self_excluded"
    sentence = "You are taking a break from games. No ticket was bought."


class KeyReused(errors.Refused):
    """The key named another purchase of the same person."""

    code = "tickets.key_reused"
    sentence = "This purchase was already sent with other details. Please start again."


class SalesBusy(errors.Busy):
    """More purchases wait than can be sold soon; nothing was bought."""

    code = "tickets.busy"
    sentence = "Very many people are buying right now. Please try again in a moment."
