"""Refusals of rooms. To a stranger a room does not exist."""

from luckychit.core import errors


class RoomNotFound(errors.NotFound):
    """No room has this code, or the actor is not in it."""

    code = "rooms.not_found"
    sentence = "We could not find that room. Please check the code."


class NotHost(errors.NotAllowed):
    """Somebody in the room asked for what only its host may do."""

    code = "rooms.not_host"
    sentence = "Only the host of the room can do that."


class RoomFull(errors.Refused):
    """Every place is taken."""

    code = "rooms.full"
    sentence = "This room is full: all {places} places are taken."


class RoomClosed(errors.Refused):
    """The room has its result, was called off, or was not started in time."""

    code = "rooms.closed"
    sentence = "This room is closed."


class RoomLocked(errors.Refused):
    """The list is frozen: nobody joins, buys or calls it off any more."""

    code = "rooms.locked"
    sentence = "The list of this room is frozen; the draw is on its way."


class TooFewTickets(errors.Refused):
    """A room with fewer tickets has nothing to draw."""

    code = "rooms.too_few_tickets"
    sentence = "The draw can start once {fewest} tickets are sold; {sold} so far."


class AlreadyHasTicket(errors.Refused):
    """One ticket for each person."""

    code = "rooms.already_has_ticket"
    sentence = "You already have your ticket in this room."


class TakesBreak(errors.Refused):
    """A break from games is one from rooms too, until it ends."""

    code = "rooms.takes_break"
    sentence = "You are taking a break from games, and from rooms too."


class HasTicket(errors.Refused):
    """Who has a ticket stays in the list."""

    code = "rooms.has_ticket"
    sentence = "You have a ticket in this room, so you stay in it."


class HostStays(errors.Refused):
    """A room always has its host."""

    code = "rooms.host_stays"
    sentence = "The host cannot leave. You can call the room off before its list is frozen."


class TooEarly(errors.Refused):
    """The list still sells tickets, so nothing can be drawn."""

    code = "rooms.too_early"
    sentence = "The list of this room closes later; nothing can be drawn yet."


class TooManyRooms(errors.Refused):
    """A host has many rooms that are not finished."""

    code = "rooms.too_many"
    sentence = "You have {most} open rooms. Finish or call off one of them first."


class KeyReused(errors.InvariantBroken):
    """An idempotency key came again with another request: our bug, never the visitor's."""

    code = "rooms.key_reused"
