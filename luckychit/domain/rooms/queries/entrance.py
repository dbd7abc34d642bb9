"""What somebody sees before coming into a room."""

from sqlmodel import col, select

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.errors import Refused
from luckychit.core.money import Money
from luckychit.domain.actors import Actor, require
from luckychit.domain.rooms import errors
from luckychit.domain.rooms.models import Lobby, LobbyMember
from luckychit.domain.rooms.operations import refuse_unless_open
from luckychit.domain.rooms.queries.seen import people_count
from luckychit.domain.rooms.rules import normalised_code
from luckychit.domain.rooms.views import Invitation
from luckychit.domain.tickets.models import Draw
from luckychit.domain.users.models import User


def invitation(*, actor: Actor, code: str) -> Invitation:
    """Return what somebody who has the code sees before coming in, in one read.

    Args:
        actor: A member.
        code: As typed.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is a manager or an admin, who never play.
        RoomNotFound: No room has this code.
    """
    require(actor, "member")
    mine = (
        select(LobbyMember.user_id)
        .where(LobbyMember.lobby_id == Lobby.id, LobbyMember.user_id == actor.user_id)
        .correlate(Lobby)
        .exists()
    )
    with reading() as session:
        found = session.execute(
            select(Lobby, Draw, User.full_name)
            .add_columns(people_count(), mine)
            .join(Draw, col(Draw.draw_id) == col(Lobby.draw_id))
            .join(User, col(User.id) == col(Lobby.host_id))
            .where(col(Lobby.code) == normalised_code(code))
        ).one_or_none()
    if found is None:
        raise errors.RoomNotFound(code=str(code)[:40])
    lobby, draw, host_name, people, is_in = found
    return Invitation(
        code=lobby.code,
        name=lobby.name,
        host_name=host_name,
        price=Money(draw.price_minor, draw.currency),
        fee_bps=draw.fee_bps,
        participants=people,
        max_participants=lobby.max_participants,
        is_member=is_in,
        problem=_problem(lobby, draw, people),
    )


def _problem(lobby: Lobby, draw: Draw, people: int) -> str:
    try:
        refuse_unless_open(lobby, draw, clock.now())
    except Refused as refused:
        return refused.message
    if people >= lobby.max_participants:
        return errors.RoomFull(places=lobby.max_participants).message
    return ""
