"""Rooms for tests, made in one line through the services, with a clock that obeys."""

import itertools
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import event
from sqlmodel import col, select

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.notify.models import News
from luckychit.domain.rooms import queries, service
from luckychit.domain.rooms.models import Lobby
from luckychit.domain.rooms.views import RoomView
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.tickets.views import DrawView, Sold
from luckychit.domain.users.service import Actor
from luckychit.domain.wallet import accounts
from tests.helpers.ledger import held, moved
from tests.helpers.people import a_member

USD = "USD"
PLAY = accounts.clearing("play")
_keys = itertools.count(1)


def a_key() -> str:
    return f"room test:{next(_keys)}"


def credit(actor: Actor, amount_minor: int) -> None:
    """Put play credit into a wallet."""
    amount = Money(amount_minor, USD)
    moved((PLAY, -amount), (accounts.wallet(actor.user_id), amount), kind="play_credit")


def purse(actor: Actor) -> int:
    """What a member may spend, in minor units."""
    return held(accounts.wallet(actor.user_id), USD)


def house() -> int:
    return held(accounts.house(), USD)


def a_player(full_name: str = "Paul Player", *, minor: int = 10_000) -> Actor:
    """A member with play credit."""
    actor = a_member(full_name=full_name)
    if minor:
        credit(actor, minor)
    return actor


@dataclass
class Room:
    """A room with its host; every act goes through the services."""

    host: Actor
    code: str
    guests: list[Actor] = field(default_factory=list)

    @property
    def draw_id(self) -> str:
        return f"LOBBY-{self.code}"

    def row(self) -> Lobby:
        with reading() as session:
            return session.exec(select(Lobby).where(Lobby.code == self.code)).one()

    def draw(self) -> DrawView:
        return tickets.draw(self.draw_id)

    def pot(self) -> int:
        return held(accounts.pot(self.draw_id), USD)

    def come(self, *guests: Actor) -> None:
        for guest in guests:
            service.join(actor=guest, code=self.code)
            self.guests.append(guest)

    def buy(self, actor: Actor, key: str = "", phrase: str = "my own phrase") -> Sold:
        return service.buy(actor=actor, key=key or a_key(), code=self.code, client_seed=phrase)

    def all_buy(self) -> None:
        for actor in (self.host, *self.guests):
            self.buy(actor)

    def start(self) -> None:
        service.start(actor=self.host, code=self.code)

    def cancel(self) -> None:
        service.cancel(actor=self.host, code=self.code)

    def execute(self) -> None:
        service.execute(actor=self.host, code=self.code)

    def go_to_lock(self, later: timedelta = timedelta()) -> None:
        clock.set_start(self.draw().locks_at + later)

    def seen_by(self, actor: Actor | None = None) -> RoomView:
        return queries.room(actor=actor or self.host, code=self.code, now=clock.now())

    def drawn(self) -> DrawView:
        """Let the job hold the draw of a started room; return it drawn."""
        self.go_to_lock()
        service.advance()
        draw = self.draw()
        assert draw.status == "drawn", draw
        return draw

    def news(self) -> list[News]:
        """What was told in this room, oldest first."""
        return news_of(self.row().id)


def news_of(group_id: UUID) -> list[News]:
    with reading() as session:
        return list(
            session.exec(select(News).where(News.group_id == group_id).order_by(col(News.id)))
        )


def a_room(
    *,
    guests: int = 2,
    price_minor: int = 500,
    places: int = 50,
    host: Actor | None = None,
    purse_minor: int = 10_000,
) -> Room:
    """A room that sells; host and guests have play credit and no ticket."""
    host = host or a_player("Hana Host", minor=purse_minor)
    code = service.create_room(
        actor=host,
        key=a_key(),
        name="Friday room",
        price_minor=price_minor,
        max_participants=places,
    )
    room = Room(host, code)
    room.come(*[a_player(f"Guest {number}", minor=purse_minor) for number in range(1, guests + 1)])
    return room


def a_started_room(**changed) -> Room:
    """A room in which everybody has a ticket, started."""
    room = a_room(**changed)
    room.all_buy()
    room.start()
    return room


@contextmanager
def counted(db):
    """Count the statements of the app."""
    seen: list[str] = []

    def note(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.app, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.app, "before_cursor_execute", note)
