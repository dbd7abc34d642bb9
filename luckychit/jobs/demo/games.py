"""The games of the demo's story: five daily draws, today's, one room waiting, one drawn.

As with the circles nothing is written past the services, so every draw has a proof that
anybody can check, and every coin is in the ledger.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial

from luckychit.core.ids import new_id
from luckychit.core.settings import settings
from luckychit.domain.lottery import rules
from luckychit.domain.lottery import service as lottery
from luckychit.domain.rooms import service as rooms
from luckychit.domain.safety import service as safety
from luckychit.domain.users.service import Actor
from luckychit.domain.wallet import service as wallet
from luckychit.jobs.demo import story

Act = tuple[datetime, Callable[[], object]]

DAYS = 5
# Numbers of members (story.MEMBERS, from 1) who play, and how often credit was added.
PLAYERS = {1: 3, 2: 1, 3: 2, 5: 1, 6: 1, 8: 2, 9: 1, 11: 1, 13: 1, 16: 1, 17: 2, 18: 1}
CREDIT_MINOR = 10_000
PHRASES = {1: "for my daughter's wedding", 3: "chai first", 8: "new roof 2027", 17: "monsoon luck"}
MOST_AT_ONCE = 6
ROOM_PRICE_MINOR = 200
WAITING_ROOM = ("Friday Chai Room", (1, 3, 8))
DRAWN_ROOM = ("Diwali Warm-up", (17, 1, 5, 11))


@dataclass(frozen=True, slots=True)
class Purchase:
    """Somebody buys tickets of the daily draw."""

    at: datetime
    member: int
    quantity: int
    phrase: str


def acts(now: datetime, member: Callable[[int], Actor]) -> list[Act]:
    """Return everything that happened in the games before ``now``, in any order.

    Args:
        now: The present moment, which the story ends at.
        member: Finds the actor of a member's number, once the member exists.
    """
    today = rules.midnight(rules.day_at(now))
    beginning = today - timedelta(days=DAYS)
    told: list[Act] = [
        (beginning - timedelta(minutes=30 - number), partial(_add_credit, member, number, times))
        for number, times in PLAYERS.items()
    ]
    # A moment after each midnight, as the job comes.
    a_moment = timedelta(seconds=1)
    told += [
        (beginning + timedelta(days=ahead) + a_moment, lottery.advance) for ahead in range(DAYS + 1)
    ]
    told += [(item.at, partial(_buy, member, item)) for item in purchases(today, now)]
    told += _drawn_room(today - timedelta(days=1), member)
    told += _waiting_room(now, member)
    return [(at, act) for at, act in told if at < now]


def say_ages(members: Iterable[Actor]) -> None:
    """Let members say when they were born, so that they may play."""
    for member in members:
        safety.declare_birth_date(actor=member, birth_date=story.BORN_ON)


def purchases(today: datetime, now: datetime) -> Iterator[Purchase]:
    """Yield who bought how many tickets, from five days before ``today`` until ``now``.

    Args:
        today: 00:00 UTC of the present day.
        now: The present moment.
    """
    chance = random.Random(5)  # noqa: S311 - a believable spread, not a secret
    for ahead in range(-DAYS, 1):
        day = today + timedelta(days=ahead)
        # Of today only what has passed is bought in, so that there is always something.
        lasts_s = (min(day + timedelta(days=1), now) - day) / timedelta(seconds=1) - 10
        for number in PLAYERS:
            if number != 1 and chance.random() > 0.7:
                continue
            at = day + timedelta(seconds=5 + max(0.0, lasts_s) * chance.uniform(0.02, 0.97))
            phrase = PHRASES.get(number) or f"{chance.getrandbits(64):016x}"
            yield Purchase(at, number, chance.randint(1, MOST_AT_ONCE), phrase)


def _add_credit(member: Callable[[int], Actor], number: int, times: int) -> None:
    for _ in range(times):
        wallet.add_play_credit(actor=member(number), key=_key(), amount_minor=CREDIT_MINOR)


def _buy(member: Callable[[int], Actor], wanted: Purchase) -> None:
    lottery.buy(
        actor=member(wanted.member),
        key=_key(),
        draw_id=rules.draw_id_of(rules.day_at(wanted.at)),
        quantity=wanted.quantity,
        client_seed=wanted.phrase,
    )


class _Room:
    """One room, from its making on; the code is known once it is made."""

    def __init__(self, name: str, people: tuple[int, ...], member: Callable[[int], Actor]) -> None:
        self.name, self.people, self.member = name, people, member
        self.code = ""

    def make(self) -> None:
        self.code = rooms.create_room(
            actor=self.member(self.people[0]),
            key=_key(),
            name=self.name,
            price_minor=ROOM_PRICE_MINOR,
        )

    def enter(self, number: int) -> None:
        actor = self.member(number)
        if number != self.people[0]:
            rooms.join(actor=actor, code=self.code)
        phrase = PHRASES.get(number, f"seat {number}")
        rooms.buy(actor=actor, key=_key(), code=self.code, client_seed=phrase)

    def start(self) -> None:
        rooms.start(actor=self.member(self.people[0]), code=self.code)


def _waiting_room(now: datetime, member: Callable[[int], Actor]) -> list[Act]:
    room = _Room(*WAITING_ROOM, member)
    made_at = now - timedelta(minutes=50)
    told: list[Act] = [(made_at, room.make)]
    for place, number in enumerate(room.people, start=1):
        told.append((made_at + timedelta(minutes=9 * place), partial(room.enter, number)))
    return told


def _drawn_room(day: datetime, member: Callable[[int], Actor]) -> list[Act]:
    room = _Room(*DRAWN_ROOM, member)
    made_at = datetime.combine(day.date(), time(13, 5), tzinfo=UTC)
    told: list[Act] = [(made_at, room.make)]
    for place, number in enumerate(room.people, start=1):
        told.append((made_at + timedelta(minutes=6 * place), partial(room.enter, number)))
    started_at = made_at + timedelta(minutes=40)
    locked_at = started_at + timedelta(seconds=settings().notice_s + 2)
    return [*told, (started_at, room.start), (locked_at, rooms.advance)]


def _key() -> str:
    return f"demo:{new_id()}"
