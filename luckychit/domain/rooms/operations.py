"""Reads with locks and single steps of a room, each in the caller's transaction.

Locks, always in this order: the host's account (only to make a room), the lobby's row, a
member's row, then whatever the slice tickets takes: wallets, the draw's row, its pot. Who
changes a room takes its lobby's row first and reads the clock after that. A purchase holds
the buyer's own member row, so nobody can leave while a ticket of theirs is on its way.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, select

from luckychit.core.errors import InvariantBroken
from luckychit.domain.actors import Actor
from luckychit.domain.audit.operations import record
from luckychit.domain.notify.operations import tell
from luckychit.domain.rooms import errors, rules
from luckychit.domain.rooms.models import Lobby, LobbyMember
from luckychit.domain.safety.operations import running_break
from luckychit.domain.tickets import operations as tickets
from luckychit.domain.tickets.models import Draw, DrawStatus, Ticket
from luckychit.domain.tickets.views import DrawView
from luckychit.domain.users.models import User

NOT_STARTED = "the room was not started in time"
CALLED_OFF = "called off by the host"


def lock_room(session: Session, code: object) -> tuple[Lobby, Draw]:
    """Lock a room's row until the transaction ends; return it and its draw as they are now.

    The draw's row is not locked: it may sell on, but no step of the room is taken.

    Args:
        session: The open transaction.
        code: As typed.

    Raises:
        RoomNotFound: There is no such room.
    """
    wanted = rules.normalised_code(code)
    lobby = session.exec(
        select(Lobby)
        .where(Lobby.code == wanted)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if lobby is None:
        raise errors.RoomNotFound(code=str(code)[:40])
    return lobby, session.get_one(Draw, lobby.draw_id, populate_existing=True)


def refuse_on_break(session: Session, user_id: uuid.UUID, now: datetime) -> None:
    """Refuse somebody who takes a break from games.

    Raises:
        TakesBreak: It has not ended yet.
    """
    if running_break(session, user_id, now) is not None:
        raise errors.TakesBreak(actor=user_id)


def is_member(session: Session, lobby: Lobby, user_id: uuid.UUID) -> bool:
    """Tell whether somebody is in a room."""
    return session.get(LobbyMember, (lobby.id, user_id), populate_existing=True) is not None


def has_ticket(session: Session, lobby: Lobby, user_id: uuid.UUID) -> bool:
    """Tell whether somebody has a ticket of a room's draw."""
    held = select(Ticket.position).where(Ticket.draw_id == lobby.draw_id, Ticket.user_id == user_id)
    return session.exec(held.limit(1)).one_or_none() is not None


def places_taken(session: Session, lobby: Lobby) -> int:
    """Return how many people are in a room."""
    return session.exec(
        select(func.count()).select_from(LobbyMember).where(LobbyMember.lobby_id == lobby.id)
    ).one()


def hold_place(session: Session, code: object, user_id: uuid.UUID) -> Lobby:
    """Keep somebody in a room until the transaction ends, and return the room.

    Raises:
        RoomNotFound: There is no such room, or this person is not in it.
    """
    lobby = session.exec(
        select(Lobby)
        .join(LobbyMember, col(LobbyMember.lobby_id) == col(Lobby.id))
        .where(Lobby.code == rules.normalised_code(code), LobbyMember.user_id == user_id)
        .with_for_update(of=LobbyMember, read=True, key_share=True)
    ).one_or_none()
    if lobby is None:
        raise errors.RoomNotFound(code=str(code)[:40], user_id=user_id)
    return lobby


def add_member(session: Session, *, lobby: Lobby, user_id: uuid.UUID, now: datetime) -> bool:
    """Put somebody into a locked room that has a place; False when already in it.

    Raises:
        RoomFull: Every place is taken.
    """
    if is_member(session, lobby, user_id):
        return False
    if places_taken(session, lobby) >= lobby.max_participants:
        raise errors.RoomFull(places=lobby.max_participants)
    session.execute(insert(LobbyMember).values(lobby_id=lobby.id, user_id=user_id, joined_at=now))
    return True


def refuse_unless_open(lobby: Lobby, draw: Draw, now: datetime) -> None:
    """Refuse once a room's list is frozen, or nothing can be frozen any more.

    Raises:
        RoomLocked: The list is frozen, or its moment has come.
        RoomClosed: It is drawn, void, or was not started in time.
    """
    if draw.status in (DrawStatus.DRAWN.value, DrawStatus.VOID.value):
        raise errors.RoomClosed(code=lobby.code, status=draw.status)
    if draw.status == DrawStatus.LOCKED.value:
        raise errors.RoomLocked(code=lobby.code)
    if now >= draw.locks_at:
        if lobby.started_at is None:
            raise errors.RoomClosed(code=lobby.code, expired_at=lobby.expires_at)
        raise errors.RoomLocked(code=lobby.code)


def lock_own_room(session: Session, code: object, actor: Actor) -> tuple[Lobby, Draw]:
    """Lock a room of which the actor is the host.

    Args:
        session: The open transaction.
        code: What the caller sent as the room's code.
        actor: Who acts.

    Raises:
        RoomNotFound: There is no such room, or the actor is not in it.
        NotHost: The actor is in the room, but not its host.
    """
    lobby, draw = lock_room(session, code)
    if lobby.host_id == actor.user_id:
        return lobby, draw
    if is_member(session, lobby, actor.user_id):
        raise errors.NotHost(code=lobby.code)
    raise errors.RoomNotFound(code=lobby.code, actor=actor.user_id)


def record_act(
    session: Session,
    action: str,
    lobby: Lobby,
    *,
    actor: Actor | None,
    now: datetime,
    owner_id: uuid.UUID | None = None,
    **facts: Any,
) -> None:
    """Write into the audit trail what somebody, or the system, did to a room.

    Args:
        session: The open transaction.
        action: ``rooms.what_was_done``.
        lobby: The room.
        actor: Who; None for the system.
        now: When.
        owner_id: Whom it is about, when that is not the actor.
        **facts: More than the room's name and code.
    """
    about = owner_id if actor is None else actor.user_id
    subject = ("draw", lobby.draw_id)
    said = {"room": lobby.name, "code": lobby.code, **facts}
    record(session, action=action, actor=actor, subject=subject, now=now, owner_id=about, **said)


def call_off(session: Session, *, lobby: Lobby, reason: str, now: datetime) -> None:
    """End a locked room's draw without a result; the refunds follow.

    Args:
        session: The open transaction.
        lobby: The room, locked; its list is not frozen.
        reason: Why, for the public log: printable ASCII.
        now: The present moment.
    """
    draw = tickets.void(session, draw_id=lobby.draw_id, reason=reason, now=now)
    _tell_void(session, lobby, draw, now)


def take_step(session: Session, *, lobby: Lobby, draw: Draw, now: datetime) -> bool:
    """Take the next step of a room's draw if it is due; tell whether something changed.

    ``open`` past its moment: a room that was started has its list frozen, another is void.
    ``locked``: the winner is paid, or, once the public randomness is overdue, it is void.

    Args:
        session: The open transaction.
        lobby: The room, locked.
        draw: Its draw as it is now.
        now: The present moment, read after the lock.
    """
    if draw.status == DrawStatus.LOCKED.value:
        after = tickets.settle(session, draw_id=draw.draw_id, now=now)
        return after is not None and _tell_end(session, lobby, after, now)
    if draw.status != DrawStatus.OPEN.value or now < draw.locks_at:
        return False
    if lobby.started_at is None:
        call_off(session, lobby=lobby, reason=NOT_STARTED, now=now)
        return True
    after = tickets.lock(session, draw_id=draw.draw_id, now=now)
    if after.status == DrawStatus.LOCKED.value:
        tell(
            session,
            kind="room_locked",
            now=now,
            group_id=lobby.id,
            code=lobby.code,
            room=lobby.name,
        )
        record_act(session, "rooms.locked", lobby, actor=None, now=now)
        return True
    return _tell_end(session, lobby, after, now)


def _tell_end(session: Session, lobby: Lobby, draw: DrawView, now: datetime) -> bool:
    if draw.status == DrawStatus.VOID.value:
        _tell_void(session, lobby, draw, now)
        return True
    if draw.status != DrawStatus.DRAWN.value or draw.winner_id is None:
        raise InvariantBroken(draw_id=draw.draw_id, status=draw.status)
    tell(
        session,
        kind="room_drawn",
        now=now,
        group_id=lobby.id,
        code=lobby.code,
        room=lobby.name,
        name=session.get_one(User, draw.winner_id).full_name,
        ticket_id=draw.winning_ticket_id,
        prize_minor=draw.prize.amount_minor,
        currency=draw.prize.currency,
    )
    record_act(
        session,
        "rooms.drawn",
        lobby,
        actor=None,
        now=now,
        owner_id=draw.winner_id,
        prize_minor=draw.prize.amount_minor,
        currency=draw.prize.currency,
        ticket_id=draw.winning_ticket_id,
    )
    return True


def _tell_void(session: Session, lobby: Lobby, draw: DrawView, now: datetime) -> None:
    tell(
        session,
        kind="room_void",
        now=now,
        group_id=lobby.id,
        code=lobby.code,
        room=lobby.name,
        reason=draw.void_reason,
    )
    record_act(session, "rooms.voided", lobby, actor=None, now=now, reason=draw.void_reason)
