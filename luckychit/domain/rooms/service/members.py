"""What everybody in a room may do: come in, go, buy the one ticket."""

import threading

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from luckychit.core import clock
from luckychit.core.db import is_away, retried, transaction
from luckychit.domain.actors import Actor, require
from luckychit.domain.notify.operations import tell, was_told
from luckychit.domain.rooms import errors, operations, rules
from luckychit.domain.rooms.models import Lobby, LobbyMember
from luckychit.domain.safety.operations import admit
from luckychit.domain.tickets import errors as tickets_errors
from luckychit.domain.tickets import service as tickets
from luckychit.domain.tickets.models import Draw
from luckychit.domain.tickets.views import Order, Sold

# Who buys holds a connection while the sale is made on another; some must stay free.
BUYERS_AT_ONCE = 4
_places = threading.BoundedSemaphore(BUYERS_AT_ONCE)


@retried
def join(*, actor: Actor, code: str) -> str:
    """Come into a room by its code, and return the code as it is written.

    Who is in the room already stays in it, whatever became of it.

    Args:
        actor: A member.
        code: As typed: capitals, blanks and dashes do not matter.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is a manager or an admin, who never play.
        RoomNotFound: No room has this code.
        CountryBlocked, CountryUnknown, AgeUnknown, TooYoung: The actor may not play.
        TakesBreak: The actor takes a break from games.
        RoomFull: Every place is taken.
        RoomLocked: The list is frozen.
        RoomClosed: The room is drawn, void, or was not started in time.
        Busy: Another caller holds the room for more than three seconds.
    """
    require(actor, "member")
    admit(actor)
    with transaction() as session:
        lobby, draw = operations.lock_room(session, code)
        if operations.is_member(session, lobby, actor.user_id):
            return lobby.code
        now = clock.now()
        operations.refuse_unless_open(lobby, draw, now)
        operations.refuse_on_break(session, actor.user_id, now)
        operations.add_member(session, lobby=lobby, user_id=actor.user_id, now=now)
        tell(
            session,
            kind="room_joined",
            now=now,
            group_id=lobby.id,
            code=lobby.code,
            name=actor.full_name,
            room=lobby.name,
        )
        operations.record_act(session, "rooms.joined", lobby, actor=actor, now=now)
        return lobby.code


@retried
def leave(*, actor: Actor, code: str) -> None:
    """Go out of a room in which one has no ticket.

    Args:
        actor: Somebody in the room, but not its host.
        code: Of the room.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is a manager or an admin.
        RoomNotFound: There is no such room, or the actor is not in it.
        HostStays: The actor is its host.
        HasTicket: The actor has a ticket.
        Busy: Another caller holds the room, or a purchase of the actor's own is under
            way, for more than three seconds.
    """
    require(actor, "member")
    with transaction() as session:
        lobby, _ = operations.lock_room(session, code)
        if lobby.host_id == actor.user_id:
            raise errors.HostStays(code=lobby.code)
        held = session.get(LobbyMember, (lobby.id, actor.user_id), with_for_update=True)
        if held is None:
            raise errors.RoomNotFound(code=lobby.code, actor=actor.user_id)
        if operations.has_ticket(session, lobby, actor.user_id):
            raise errors.HasTicket(code=lobby.code)
        session.delete(held)
        operations.record_act(session, "rooms.left", lobby, actor=actor, now=clock.now())


def buy(*, actor: Actor, key: str, code: str, client_seed: str) -> Sold:
    """Buy the actor's one ticket in a room; with a known key, return the one bought then.

    Args:
        actor: Somebody in the room; its host by the same rules.
        key: Idempotency key made before sending, 1 to 80 plain characters.
        code: Of the room.
        client_seed: The buyer's own phrase, 1 to 64 plain ASCII characters.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is a manager or an admin, who never play.
        RoomNotFound: There is no such room, or the actor is not in it.
        InvalidInput: The key or the phrase has another shape.
        AlreadyHasTicket: One for each person.
        RoomLocked: The list is frozen.
        RoomClosed: The room is drawn, void, or was not started in time.
        InsufficientFunds: The wallet holds less than the price.
        SelfExcluded: The buyer takes a break from games.
        PlayLimitReached: It would pass a limit that the buyer set.
        CountryBlocked, CountryUnknown, AgeUnknown, TooYoung: The actor may not play.
        KeyReused: The key named another purchase.
        Busy: The buyer leaves the room just now, for more than three seconds; or too many
            buy; or the database is away (DatabaseAway): the same key may be sent again.
    """
    require(actor, "member")
    admit(actor)
    rules.checked_key(key)
    with _places:
        try:
            return _bought(actor, key, code, client_seed)
        except DBAPIError as problem:
            if not is_away(problem):
                raise
            # The place held here was lost while the ticket, on a connection of its own, may
            # have been sold: the same key tells.
            return _bought(actor, key, code, client_seed)


@retried
def _bought(actor: Actor, key: str, code: str, client_seed: str) -> Sold:
    with transaction() as session:
        lobby = operations.hold_place(session, code, actor.user_id)
        try:
            sold = tickets.buy(Order(lobby.draw_id, actor.user_id, key, 1, client_seed))
        except tickets_errors.LimitReached as refused:
            raise errors.AlreadyHasTicket(code=lobby.code) from refused
        except tickets_errors.DrawClosed:
            draw = session.get_one(Draw, lobby.draw_id, populate_existing=True)
            session.refresh(lobby)
            operations.refuse_unless_open(lobby, draw, clock.now())
            raise
        _tell_once(session, lobby, actor, sold)
        return sold


def _tell_once(session: Session, lobby: Lobby, actor: Actor, sold: Sold) -> None:
    """Tell the room of a ticket, also when an earlier try sold it and was cut off then."""
    kind, ticket_id = "room_bought", sold.ticket_ids[0]
    if sold.is_repeat and was_told(session, kind=kind, group_id=lobby.id, ticket_id=ticket_id):
        return
    tell(
        session,
        kind=kind,
        now=sold.issued_at,
        group_id=lobby.id,
        code=lobby.code,
        name=actor.full_name,
        room=lobby.name,
        ticket_id=ticket_id,
    )
