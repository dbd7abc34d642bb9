"""A small world for tests that try every call of the API: circles, rooms, draws, wallets."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.domain.actors import Actor
from luckychit.domain.lottery import service as lottery
from luckychit.domain.notify.models import News
from luckychit.domain.rooms import queries as rooms
from luckychit.domain.rooms import service as room_service
from tests.helpers.circle import Circle, a_circle
from tests.helpers.lottery import buy, give
from tests.helpers.people import a_manager, a_member, an_admin, mobile_of
from tests.helpers.rooms import Room


@dataclass
class World:
    """A running circle with a result, one that forms, a room, and a day of the daily draw.

    ``insider`` sits in the circle and hosts the room; ``guest`` is in the room;
    ``stranger``, ``rival`` (a manager) and ``admin`` have no part in any of it. The session
    of the ids is one of the manager's.
    """

    circle: Circle
    forming: Circle
    room: Room
    manager: Actor
    insider: Actor
    guest: Actor
    stranger: Actor
    rival: Actor
    admin: Actor
    ids: dict[str, Any]
    secrets: tuple[str, ...]


def a_world() -> World:
    """Make one, at the present moment of the tests' clock."""
    lottery.advance()
    circle = a_circle(3)
    circle.read_seats()
    circle.pay_all()
    drawn = circle.draw_now()
    payout = circle.payout(drawn, 1000)
    lottery.advance()
    payment = circle.pay(1, 1000)
    forming = a_circle(3, people=2, started=False, manager=circle.manager)
    insider = circle.members[drawn.winner_seat_number - 1]
    guest, stranger = a_member(full_name="Gita Guest"), a_member(full_name="Sam Stranger")
    for player in (insider, guest, stranger):
        give(player, 5_000)
    bought = buy(insider, 2)
    code = room_service.create_room(actor=insider, key="w", name="Secret table", price_minor=100)
    room_service.join(actor=guest, code=code)
    room_service.buy(actor=insider, key="w", code=code, client_seed="luck")
    view = rooms.room(actor=insider, code=code, now=clock.now())
    with reading() as session:
        news = session.exec(select(News.id).where(News.user_id == insider.user_id)).first()
    people = {member.user_id: member for member in circle.members}.values()
    return World(
        circle=circle,
        forming=forming,
        room=Room(insider, code, [guest]),
        manager=circle.manager,
        insider=insider,
        guest=guest,
        stranger=stranger,
        rival=a_manager(full_name="Rita Rival"),
        admin=an_admin(),
        ids={
            "group_id": str(circle.group_id),
            "room_id": code,
            "payment_id": str(payment.payment_id),
            "payout_id": str(payout.payout_id),
            "monthly_draw_id": str(drawn.monthly_draw_id),
            "notification_id": news,
            "draw_id": bought.draw_id,
            "ticket_id": bought.ticket_ids[0],
            "seat_number": 1,
            "session_id": str(circle.manager.session_id),
        },
        secrets=(
            "Lakshmi Circle",
            "Secret table",
            view.host_name,
            *(person.full_name for person in people),
            *(mobile_of(person)[3:] for person in people),
        ),
    )
