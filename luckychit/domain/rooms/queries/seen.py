"""One room for its people, and the list of a screen."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.actors import Actor, require
from luckychit.domain.rooms import errors, rules
from luckychit.domain.rooms.models import Lobby, LobbyMember
from luckychit.domain.rooms.rules import RoomStatus, normalised_code, outcome_of, status_of
from luckychit.domain.rooms.views import Participant, RoomRow, RoomView
from luckychit.domain.tickets.models import Draw, DrawStatus, Ticket
from luckychit.domain.tickets.views import ticket_id_of
from luckychit.domain.users.models import User
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as wallet

MOST_PER_PAGE = 100
# A screen listens to this many rooms at most.
MOST_LISTENED = 200


def room(*, actor: Actor, code: str, now: datetime) -> RoomView:
    """Return a room as one of its members sees it, in three reads.

    Args:
        actor: Somebody in the room.
        code: As typed.
        now: The present moment.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is a manager or an admin.
        RoomNotFound: There is no such room, or the actor is not in it.
    """
    require(actor, "member")
    with reading() as session:
        found = session.exec(
            select(Lobby, Draw)
            .join(Draw, col(Draw.draw_id) == col(Lobby.draw_id))
            .join(LobbyMember, col(LobbyMember.lobby_id) == col(Lobby.id))
            .where(Lobby.code == normalised_code(code), LobbyMember.user_id == actor.user_id)
        ).one_or_none()
        if found is None:
            raise errors.RoomNotFound(code=str(code)[:40], actor=actor.user_id)
        lobby, draw = found
        people = _participants(session, lobby, draw, actor)
        balance = wallet.balance(session, accounts.wallet(actor.user_id), draw.currency)
    return _room_view(lobby, draw, people, balance, now)


def _participants(
    session: Session, lobby: Lobby, draw: Draw, actor: Actor
) -> tuple[Participant, ...]:
    """Return who is in a room: the host, then by the moment of joining."""
    rows = session.exec(
        select(LobbyMember.user_id, User.full_name, Ticket.position)
        .join(User, col(User.id) == col(LobbyMember.user_id))
        .outerjoin(
            Ticket,
            (col(Ticket.draw_id) == lobby.draw_id)
            & (col(Ticket.user_id) == col(LobbyMember.user_id)),
        )
        .where(LobbyMember.lobby_id == lobby.id)
        .order_by(
            (col(LobbyMember.user_id) == lobby.host_id).desc(),
            col(LobbyMember.joined_at),
            col(LobbyMember.user_id),
        )
    ).all()
    return tuple(
        Participant(
            user_id=user_id,
            full_name=full_name,
            is_host=user_id == lobby.host_id,
            is_me=user_id == actor.user_id,
            has_ticket=position is not None,
            ticket_position=position,
            is_winner=user_id == draw.winner_id,
        )
        for user_id, full_name, position in rows
    )


def _why_not(lobby: Lobby, draw: Draw, *, is_waiting: bool) -> str:
    """Return why the host cannot start a waiting room yet, else ""."""
    if not is_waiting or draw.total_entries >= rules.FEWEST_TICKETS:
        return ""
    few = errors.TooFewTickets(
        code=lobby.code, fewest=rules.FEWEST_TICKETS, sold=draw.total_entries
    )
    return few.message


def _room_view(
    lobby: Lobby,
    draw: Draw,
    people: Sequence[Participant],
    balance: Money,
    now: datetime,
) -> RoomView:
    status = _status(lobby, draw, now)
    is_selling = draw.status == DrawStatus.OPEN.value and now < draw.locks_at
    is_waiting = is_selling and status is RoomStatus.WAITING
    why_not = _why_not(lobby, draw, is_waiting=is_waiting)
    me = next(person for person in people if person.is_me)
    winner = next((person for person in people if person.is_winner), None)
    return RoomView(
        lobby_id=lobby.id,
        code=lobby.code,
        name=lobby.name,
        status=status.value,
        draw_id=draw.draw_id,
        proof_id=draw.proof_id or draw.draw_id,
        host_name=people[0].full_name,
        is_host=me.is_host,
        price=Money(draw.price_minor, draw.currency),
        fee_bps=draw.fee_bps,
        prize=Money(draw.prize_pool_minor, draw.currency),
        total_entries=draw.total_entries,
        max_participants=lobby.max_participants,
        participants=tuple(people),
        my_ticket_id=_ticket_id(draw, me.ticket_position),
        can_buy=is_selling and not me.has_ticket,
        can_start=me.is_host and is_waiting and not why_not,
        can_cancel=me.is_host and is_selling,
        why_not=why_not if me.is_host else "",
        balance=balance,
        created_at=lobby.created_at,
        expires_at=lobby.expires_at,
        started_at=lobby.started_at,
        locks_at=None if lobby.started_at is None else draw.locks_at,
        closed_at=draw.closed_at,
        winner_name="" if winner is None else winner.full_name,
        winning_ticket_id=_ticket_id(draw, draw.winning_position),
        void_reason=draw.void_reason,
    )


def _status(lobby: Lobby, draw: Draw, now: datetime) -> RoomStatus:
    return status_of(
        draw_status=draw.status, started_at=lobby.started_at, locks_at=draw.locks_at, now=now
    )


def _ticket_id(draw: Draw, position: int | None) -> str | None:
    return None if position is None else ticket_id_of(draw.draw_id, position)


def my_rooms(*, actor: Actor, now: datetime, offset: int = 0, limit: int = 20) -> list[RoomRow]:
    """Return the rooms a member is in, the last one joined first, in one read.

    Args:
        actor: A member.
        now: The present moment.
        offset: How many to pass over, at least 0.
        limit: 1 to 100.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is a manager or an admin.
    """
    require(actor, "member")
    with reading() as session:
        rows = session.execute(
            rows_of(actor)
            .order_by(col(LobbyMember.joined_at).desc(), col(Lobby.id).desc())
            .offset(max(0, offset))
            .limit(max(1, min(limit, MOST_PER_PAGE)))
        ).all()
    return [room_row(*row, actor=actor, now=now) for row in rows]


def rows_of(actor: Actor) -> Any:
    """Return the question for the rooms a member is in: room, draw, own place, people."""
    own_ticket = (col(Ticket.draw_id) == col(Lobby.draw_id)) & (
        col(Ticket.user_id) == actor.user_id
    )
    return (
        select(Lobby, Draw, Ticket.position, people_count().label("people"))
        .join(Draw, col(Draw.draw_id) == col(Lobby.draw_id))
        .join(LobbyMember, col(LobbyMember.lobby_id) == col(Lobby.id))
        .outerjoin(Ticket, own_ticket)
        .where(LobbyMember.user_id == actor.user_id)
    )


def room_row(
    lobby: Lobby, draw: Draw, position: int | None, people: int, *, actor: Actor, now: datetime
) -> RoomRow:
    """Return a row of a list of rooms."""
    return RoomRow(
        lobby_id=lobby.id,
        code=lobby.code,
        name=lobby.name,
        status=_status(lobby, draw, now).value,
        is_host=lobby.host_id == actor.user_id,
        price=Money(draw.price_minor, draw.currency),
        prize=Money(draw.prize_pool_minor, draw.currency),
        participants=people,
        max_participants=lobby.max_participants,
        has_ticket=position is not None,
        outcome=outcome_of(
            draw_status=draw.status,
            has_ticket=position is not None,
            is_winner=draw.winner_id == actor.user_id,
        ),
        created_at=lobby.created_at,
    )


def people_count() -> ColumnElement[int]:
    """Return the number of people in the room of the row."""
    return (
        select(func.count())
        .select_from(LobbyMember)
        .where(LobbyMember.lobby_id == Lobby.id)
        .correlate(Lobby)
        .scalar_subquery()
    )


def lobby_ids_of(*, actor: Actor) -> list[uuid.UUID]:
    """Return the rooms whose news concern a member: unfinished ones first, 200 at most.

    Args:
        actor: Anybody signed in; who never plays is in no room.

    Raises:
        SignInNeeded: Nobody acts.
    """
    require(actor, "member", "manager", "admin")
    at_work = col(Draw.status).in_([DrawStatus.OPEN.value, DrawStatus.LOCKED.value])
    with reading() as session:
        return list(
            session.exec(
                select(Lobby.id)
                .join(Draw, col(Draw.draw_id) == col(Lobby.draw_id))
                .join(LobbyMember, col(LobbyMember.lobby_id) == col(Lobby.id))
                .where(LobbyMember.user_id == actor.user_id)
                .order_by(at_work.desc(), col(LobbyMember.joined_at).desc(), col(Lobby.id))
                .limit(MOST_LISTENED)
            )
        )
