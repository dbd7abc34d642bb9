"""What only the host of a room may do: make it, start it, call it off, have it drawn."""

import uuid
from datetime import timedelta

from sqlmodel import Session, col, func, select

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import InvariantBroken
from luckychit.core.settings import settings
from luckychit.domain.actors import Actor, require
from luckychit.domain.fairness.errors import DrawIdTaken
from luckychit.domain.notify.operations import tell
from luckychit.domain.rooms import errors, operations, rules
from luckychit.domain.rooms.models import MOST_PARTICIPANTS, Lobby
from luckychit.domain.rooms.rules import Terms
from luckychit.domain.rooms.service.steps import advance_room
from luckychit.domain.safety.operations import admit
from luckychit.domain.tickets import operations as tickets
from luckychit.domain.tickets.models import Draw, DrawStatus
from luckychit.domain.tickets.views import DrawView
from luckychit.domain.users.models import User

_CODE_TRIES = 5


@retried
def create_room(
    *,
    actor: Actor,
    key: str,
    name: str,
    price_minor: int,
    max_participants: int = MOST_PARTICIPANTS,
) -> str:
    """Make a room, announce its draw, and return its code; with a known key, the first one's.

    The actor is its host and its first member, and buys by the same rules as everybody. A
    room that is not started within ``room_hours`` is paid back.

    Args:
        actor: A member.
        key: Idempotency key of the request, 1 to 80 plain characters; the host's own.
        name: One line, 1 to 100 characters.
        price_minor: Of a ticket, in minor units of the games currency, 1 to 10**7.
        max_participants: 2 to 50, the host included.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is a manager or an admin, who never play.
        InvalidInput: A field has another shape.
        CountryBlocked, CountryUnknown, AgeUnknown, TooYoung: The actor may not play.
        TakesBreak: The actor takes a break from games.
        TooManyRooms: Twenty of the host's rooms are not finished.
        KeyReused: The key was used for another room.
        Busy: The host makes another room, for more than three seconds.
    """
    require(actor, "member")
    admit(actor)
    known_key = rules.checked_key(key)
    terms = rules.checked_terms(
        name=name, price_minor=price_minor, max_participants=max_participants
    )
    with transaction() as session:
        _one_at_a_time(session, actor.user_id)
        known = _known(session, actor.user_id, known_key, terms)
        if known is not None:
            return known
        operations.refuse_on_break(session, actor.user_id, clock.now())
        _refuse_many(session, actor.user_id)
        return _make(session, actor, known_key, terms)


def _one_at_a_time(session: Session, host_id: uuid.UUID) -> None:
    # Else two requests with one key would both announce a draw.
    session.exec(select(User.id).where(User.id == host_id).with_for_update(key_share=True))


def _known(session: Session, host_id: uuid.UUID, key: str, terms: Terms) -> str | None:
    found = session.exec(
        select(Lobby, Draw.price_minor)
        .join(Draw, col(Draw.draw_id) == col(Lobby.draw_id))
        .where(Lobby.host_id == host_id, Lobby.key == key)
    ).one_or_none()
    if found is None:
        return None
    lobby, price_minor = found
    if Terms(lobby.name, price_minor, lobby.max_participants) != terms:
        raise errors.KeyReused(key=key, code=lobby.code)
    return lobby.code


def _refuse_many(session: Session, host_id: uuid.UUID) -> None:
    unfinished = [DrawStatus.OPEN.value, DrawStatus.LOCKED.value]
    count = session.exec(
        select(func.count())
        .select_from(Lobby)
        .join(Draw, col(Draw.draw_id) == col(Lobby.draw_id))
        .where(Lobby.host_id == host_id, col(Draw.status).in_(unfinished))
    ).one()
    if count >= rules.MOST_OPEN_ROOMS:
        raise errors.TooManyRooms(most=rules.MOST_OPEN_ROOMS)


def _make(session: Session, actor: Actor, key: str, terms: Terms) -> str:
    now = clock.now()
    expires_at = now + timedelta(hours=settings().room_hours)
    for _ in range(_CODE_TRIES):
        code = rules.new_code()
        lobby = Lobby(
            code=code,
            key=key,
            name=terms.name,
            host_id=actor.user_id,
            draw_id=rules.draw_id_of(code),
            max_participants=terms.max_participants,
            created_at=now,
            expires_at=expires_at,
        )
        try:
            draw = _announce(session, lobby, terms)
        except DrawIdTaken:
            continue
        # As it is announced, to the millisecond.
        lobby.expires_at = draw.locks_at
        session.add(lobby)
        session.flush()
        operations.add_member(session, lobby=lobby, user_id=actor.user_id, now=now)
        operations.record_act(
            session,
            "rooms.created",
            lobby,
            actor=actor,
            now=now,
            price_minor=terms.price_minor,
            currency=settings().games_currency,
            places=terms.max_participants,
        )
        return lobby.code
    raise InvariantBroken(why="every code tried was taken", tries=_CODE_TRIES)


def _announce(session: Session, lobby: Lobby, terms: Terms) -> DrawView:
    return tickets.open_draw(
        session,
        draw_id=lobby.draw_id,
        kind="room",
        draw_date=None,
        currency=settings().games_currency,
        price_minor=terms.price_minor,
        fee_bps=settings().room_fee_bps,
        opens_at=lobby.created_at,
        locks_at=lobby.expires_at,
        most_per_person=rules.TICKETS_PER_MEMBER,
        fewest_entries=rules.FEWEST_TICKETS,
        rules_text=rules.rules_text(
            price_minor=terms.price_minor,
            fee_bps=settings().room_fee_bps,
            max_participants=terms.max_participants,
            currency=settings().games_currency,
        ),
        now=lobby.created_at,
    )


@retried
def start(*, actor: Actor, code: str) -> None:
    """Announce when the list freezes: after the notice. It sells on until then.

    The first announcement ends as void in the public log and a new one takes its place.
    Starting again changes nothing.

    Args:
        actor: The host.
        code: Of the room.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is a manager or an admin.
        RoomNotFound: There is no such room, or the actor is not in it.
        NotHost: The actor is in the room, but not its host.
        RoomClosed: It was called off, or not started in time.
        TooFewTickets: Fewer than two are sold.
        Busy: Another caller holds the room for more than three seconds.
    """
    require(actor, "member")
    with transaction() as session:
        lobby, draw = operations.lock_own_room(session, code, actor)
        if lobby.started_at is not None:
            return
        now = clock.now()
        operations.refuse_unless_open(lobby, draw, now)
        if draw.total_entries < rules.FEWEST_TICKETS:
            raise errors.TooFewTickets(fewest=rules.FEWEST_TICKETS, sold=draw.total_entries)
        announced = tickets.recommit(
            session,
            draw_id=lobby.draw_id,
            locks_at=now + timedelta(seconds=settings().notice_s),
            now=now,
        )
        lobby.started_at = now
        session.add(lobby)
        tell(
            session,
            kind="room_started",
            now=now,
            group_id=lobby.id,
            code=lobby.code,
            room=lobby.name,
            locks_at_ms=clock.to_ms(announced.locks_at),
        )
        operations.record_act(session, "rooms.started", lobby, actor=actor, now=now)


def cancel(*, actor: Actor, code: str) -> None:
    """Call a room off before its list is frozen; everybody is paid back.

    Calling off what is void already only makes sure of the refunds.

    Args:
        actor: The host.
        code: Of the room.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is a manager or an admin.
        RoomNotFound: There is no such room, or the actor is not in it.
        NotHost: The actor is in the room, but not its host.
        RoomLocked: The list is frozen, or its moment has come.
        RoomClosed: It is drawn, or was not started in time.
        Busy: Another caller holds the room for more than three seconds.
    """
    require(actor, "member")
    advance_room(_called_off(actor, code))


@retried
def _called_off(actor: Actor, code: str) -> str:
    with transaction() as session:
        lobby, draw = operations.lock_own_room(session, code, actor)
        if draw.status != DrawStatus.VOID.value:
            now = clock.now()
            operations.refuse_unless_open(lobby, draw, now)
            operations.record_act(session, "rooms.cancelled", lobby, actor=actor, now=now)
            operations.call_off(session, lobby=lobby, reason=operations.CALLED_OFF, now=now)
        return lobby.code


def execute(*, actor: Actor, code: str) -> None:
    """Have a room drawn now instead of when the job comes by: exactly what the job does.

    Where public randomness is awaited, this freezes the list and the result follows. On a
    room that is finished it changes nothing.

    Args:
        actor: The host.
        code: Of the room.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is a manager or an admin.
        RoomNotFound: There is no such room, or the actor is not in it.
        NotHost: The actor is in the room, but not its host.
        TooEarly: The list is not to be frozen yet.
        Busy: Another caller holds the room for more than three seconds.
    """
    require(actor, "member")
    advance_room(_due_room(actor, code))


@retried
def _due_room(actor: Actor, code: str) -> str:
    with transaction() as session:
        lobby, draw = operations.lock_own_room(session, code, actor)
        if draw.status == DrawStatus.OPEN.value and clock.now() < draw.locks_at:
            raise errors.TooEarly(code=lobby.code, locks_at=draw.locks_at)
        if draw.status == DrawStatus.OPEN.value:
            operations.record_act(session, "rooms.executed", lobby, actor=actor, now=clock.now())
        return lobby.code
