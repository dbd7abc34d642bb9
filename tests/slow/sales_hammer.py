"""Buys tickets of the day and of rooms as fast as it can, until it is killed.

Run as ``python -m tests.slow.sales_hammer PLAN JOURNAL [last]``; see
:mod:`tests.slow.journals`. Tickets of the day are bought where everybody buys them, at the
app's own door over HTTP with a session's cookie; rooms and play credit through the
services. The words ``last`` only repeats what has no answer yet.
"""

import http.client
import json
import random
import sys
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from luckychit.core.errors import Busy, InvariantBroken, LuckyChitError
from luckychit.core.settings import settings
from luckychit.domain.rooms import service as rooms
from luckychit.domain.users.service import Actor
from luckychit.domain.wallet import service as wallet
from tests.helpers.people import BORN_ON
from tests.slow.journals import Clerk, Lost, Refusal, Request, run_all

BUYERS, TABLES = 5, 2
PLAYERS_EACH = 4  # of a buyer, and at a table
QUANTITIES = (1, 1, 1, 1, 1, 1, 2, 3, 5, 30)
CREDIT_MINOR = 10_000
ROOM_PRICE_MINOR = 250
STARTED, CALLED_OFF = 0.6, 0.15  # of all rooms; the others are left to their end
PATIENCE_S = 15
INSUFFICIENT = "wallet.insufficient_funds"
JOURNALS = [*(f"buyer{n}" for n in range(BUYERS)), *(f"table{n}" for n in range(TABLES))]
T = TypeVar("T")


class Player(NamedTuple):
    """A member and the token of a session."""

    actor: Actor
    token: str


class Door:
    """One connection to the app, opened again when it broke."""

    def __init__(self) -> None:
        self._line = http.client.HTTPConnection("localhost", settings().port, timeout=PATIENCE_S)

    def ask(self, method: str, path: str, headers: dict[str, str], body: str = "") -> Any:
        """Return what the app answers.

        Raises:
            Lost: There is no answer, or it says that something broke or is busy.
            Refusal: The app says no.
        """
        try:
            self._line.request(method, path, body, headers)
            answer = self._line.getresponse()
            status, said = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as exc:
            self._line.close()
            raise Lost from exc
        if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Lost
        found = json.loads(said)
        if status >= http.HTTPStatus.BAD_REQUEST:
            raise Refusal(found["code"])
        return found


def asked(service: Callable[[], T]) -> T:
    """Ask a service; who finds the database gone knows nothing.

    Raises:
        Lost: Something broke or is busy.
    """
    try:
        return service()
    except (Busy, InvariantBroken, SQLAlchemyError) as exc:
        raise Lost from exc


class Desk:
    """The services by name, for a few players and over one connection."""

    def __init__(self, players: list[Player]) -> None:
        self.players = {str(player.actor.user_id): player for player in players}
        self.door = Door()

    def services(self) -> dict[str, Callable[[str, Request], dict[str, Any]]]:
        """Return what may be sent."""
        return {
            "buy": self._buy,
            "credit": self._credit,
            "room": self._room,
            "room_buy": self._room_buy,
        }

    def _buy(self, key: str, request: Request) -> dict[str, Any]:
        headers = {
            "Content-Type": "application/json",
            "Cookie": f"{settings().session_cookie}={self.players[request['player']].token}",
            "Sec-Fetch-Site": "same-origin",
            "Idempotency-Key": key,
        }
        wanted = {name: request[name] for name in ("draw_id", "quantity", "client_seed")}
        sold = self.door.ask("POST", "/api/lottery/purchase-ticket", headers, json.dumps(wanted))
        tickets = [
            [ticket["ticket_id"], ticket["position"], ticket["ticket_hash"]]
            for ticket in sold["tickets"]
        ]
        cost_minor, total = sold["cost"]["amount_minor"], sold["total_entries_at_purchase"]
        return {"tickets": tickets, "cost_minor": cost_minor, "total": total}

    def _room_buy(self, key: str, request: Request) -> dict[str, Any]:
        sold = asked(
            lambda: rooms.buy(
                actor=self._actor(request), key=key, code=request["code"], client_seed="a phrase"
            )
        )
        return {
            "tickets": [[sold.ticket_ids[0], sold.first_position, None]],
            "cost_minor": sold.cost.amount_minor,
            "total": sold.total_entries_at_purchase,
        }

    def _room(self, key: str, request: Request) -> dict[str, Any]:
        terms = {"name": "Friday room", "price_minor": request["price_minor"]}
        code = asked(lambda: rooms.create_room(actor=self._actor(request), key=key, **terms))
        return {"code": code}

    def _credit(self, key: str, request: Request) -> dict[str, Any]:
        amount_minor = request["amount_minor"]
        added = asked(
            lambda: wallet.add_play_credit(
                actor=self._actor(request), key=key, amount_minor=amount_minor
            )
        )
        return {"amount_minor": added.amount_minor}

    def _actor(self, request: Request) -> Actor:
        return self.players[request["player"]].actor


def buyer(clerk: Clerk, desk: Desk) -> None:
    """Buy tickets of the day that is open, for one player or the other."""
    clerk.repeat_unanswered()
    while True:
        try:
            draw = desk.door.ask("GET", "/api/lottery/current-draw", {})
        except (Lost, Refusal):
            time.sleep(0.05)  # the app is away, or no day is open: midnight
            continue
        for _ in range(5):
            player = random.choice(list(desk.players))
            _bought(clerk, player, "buy", draw_id=draw["draw_id"])


def _bought(clerk: Clerk, player: str, service: str, **what: Any) -> None:
    request = {"service": service, "player": player} | what
    if service == "buy":
        request |= {"quantity": random.choice(QUANTITIES), "client_seed": uuid.uuid4().hex[:12]}
    if clerk.send(f"{service}:{uuid.uuid4()}", request) is None and clerk.refused == INSUFFICIENT:
        credit = {"service": "credit", "player": player, "amount_minor": CREDIT_MINOR}
        clerk.send(f"credit:{uuid.uuid4()}", credit)


def table(clerk: Clerk, desk: Desk) -> None:
    """Make rooms, buy in them, start or leave them or call them off."""
    clerk.repeat_unanswered()
    while True:
        host, *guests = random.sample(list(desk.players), PLAYERS_EACH)
        room = {"service": "room", "player": host, "price_minor": ROOM_PRICE_MINOR}
        made = clerk.send(f"room:{uuid.uuid4()}", room)
        if made is None:  # twenty are open
            time.sleep(0.2)
            continue
        code, fate = made["code"], random.random()
        for guest in guests:
            _tried(partial(rooms.join, actor=desk.players[guest].actor, code=code))
        for player in (host, *guests):
            _bought(clerk, player, "room_buy", code=code)
        if fate < STARTED:
            _tried(partial(rooms.start, actor=desk.players[host].actor, code=code))
        elif fate < STARTED + CALLED_OFF:
            _tried(partial(rooms.cancel, actor=desk.players[host].actor, code=code))
        time.sleep(0.1)


def _tried(act: Callable[[], object]) -> None:
    """Do what nobody is promised anything for: when it is lost, it is not repeated."""
    try:
        asked(act)
    except (Lost, LuckyChitError):
        time.sleep(0.01)


def players_of(plan: Path) -> list[Player]:
    """Return the players of the plan."""
    return [
        Player(
            Actor(
                user_id=uuid.UUID(noted["user_id"]),
                role="member",
                full_name=noted["full_name"],
                session_id=uuid.UUID(noted["session_id"]),
                must_change_password=False,
                birth_date=BORN_ON,
            ),
            noted["token"],
        )
        for noted in json.loads(plan.read_text())
    ]


def main(plan: Path, journal: Path, *, is_last: bool) -> None:
    """Start all buyers and tables, each with players of its own."""
    left = players_of(plan)
    works: list[Callable[[], None]] = []
    for name in JOURNALS:
        mine, left = left[:PLAYERS_EACH], left[PLAYERS_EACH:]
        desk = Desk(mine)
        clerk = Clerk(desk.services(), journal.with_suffix(f".{name}"))
        act = buyer if name.startswith("buyer") else table
        works.append(clerk.repeat_unanswered if is_last else partial(act, clerk, desk))
    run_all(works)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), is_last="last" in sys.argv[3:])
