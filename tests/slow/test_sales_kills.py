"""Goal: no ticket and no coin is lost or doubled, whatever is killed while people buy.

Method: the app serves (its jobs turn the calendar, draw and pay back) while players buy
tickets of the day at its own door over HTTP, and tickets of rooms. In every round
PostgreSQL gets SIGKILL, in turns under the living app, which must get up by itself, and
together with it; and every process of the app and of the players gets SIGKILL. They start
again some hours or days later on the app's clock, every third time just before a midnight,
and repeat what was not answered. At the end the players' journals, which alone say who
bought what, are compared with tickets, wallets and days, and every proof is checked.
"""

import json
import os
import random
import time
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from luckychit.core import building, clock, db, embedded_postgres, schema
from luckychit.domain.chits import queries as chits
from luckychit.domain.fairness.lcd1 import verifier
from luckychit.domain.fairness.lcd1.canonical import read_strict
from luckychit.domain.lottery import rules
from luckychit.domain.tickets import queries as tickets
from luckychit.domain.tickets.views import ticket_id_of
from luckychit.domain.users.rules.sessions import WHOLE_LIFE
from luckychit.domain.wallet import queries as wallet
from tests.helpers.people import a_member, a_session
from tests.helpers.server import free_port, stop
from tests.slow.journals import unanswered
from tests.slow.sales_hammer import JOURNALS, PLAYERS_EACH
from tests.slow.sites import Site

ROUNDS = int(os.environ.get("KILL_ROUNDS", "100"))
# The players' cookies must last: a session lives 90 days. A hundred sleeps make 75 days and
# vary by three; of 32 hours each they made 87, and every fifth run ended signed out.
LONGEST_SLEEP_H = 26
MIDNIGHT_EVERY = 3
# A day opened in such a round is void in the end, and everybody is paid back.
NEVER_ENOUGH = "1000000"
PROMISES = 12
REFUSED = {
    "tickets.draw_closed",
    "tickets.limit_reached",
    "wallet.insufficient_funds",
    "wallet.play_credit_limit",
    "rooms.too_many",
    "rooms.not_found",
    "rooms.closed",
    "rooms.locked",
}

NEWS_OF_END = {"drawn": "daily_drawn", "void": "daily_void"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(5400)]


@pytest.fixture
def site(scratch: Path):
    """Return a data folder with players who are signed in and have no money yet."""
    building.build()
    made = Site(scratch, free_port(), "tests.slow.sales_hammer", JOURNALS)
    with embedded_postgres.running(made.data) as server:
        schema.migrate(server.url())
        db.use_engine(db.make_engine(server.url()))
        actors = [a_member(full_name=f"Player {n}") for n in range(len(JOURNALS) * PLAYERS_EACH)]
        noted = [
            {
                "user_id": actor.user_id,
                "full_name": actor.full_name,
                "session_id": actor.session_id,
                "token": a_session(actor),
            }
            for actor in actors
        ]
        made.plan.write_text(json.dumps(noted, default=str))
        db.use_engine(None)
    return made


def test_a_hundred_kills_lose_and_double_no_ticket(site, record_property):
    random.seed()
    seen: Counter[str] = Counter()
    start_s = 5.0
    for number in range(1, ROUNDS + 1):
        to_midnight = number % MIDNIGHT_EVERY == 0
        began = time.monotonic()
        sleep(site, seen, before_midnight_s=start_s + random.uniform(0, 1) if to_midnight else None)
        start(site)
        promises(site, PROMISES)
        start_s = time.monotonic() - began
        print(f"round {number}: {start_s:.1f} s until the first purchases", flush=True)
        time.sleep(random.uniform(0, 0.8))
        if to_midnight:
            time.sleep(max(0, until_midnight_s(site) + random.uniform(-0.1, 1.2)))
        if number % 2:
            site.kill(database=True)
        else:
            site.kill_database()
            promises(site, PROMISES // 2)
            site.kill(database=False)
    bring_to_an_end(site)
    with embedded_postgres.running(site.data) as server:
        db.use_engine(db.make_engine(server.url()))
        try:
            found = check_everything(site)
        finally:
            db.use_engine(None)
    found |= {"app_kills": site.app_kills, "database_kills": site.database_kills} | dict(seen)
    print(json.dumps(found))
    record_property("seen", json.dumps(found))


def start(site: Site, *words: str) -> None:
    fewest = random.choice(("1", "1", "1", NEVER_ENOUGH))
    site.start(*words, DRAW_NOTICE_S="3", DRAW_FEWEST_ENTRIES=fewest, LOG_LEVEL="warning")


def sleep(site: Site, seen: Counter[str], *, before_midnight_s: float | None) -> None:
    """Let hours pass on the app's clock while nothing runs; or until just before a midnight."""
    now = clock.system_now() + site.ahead
    wake_up = now + timedelta(hours=random.uniform(1, LONGEST_SLEEP_H))
    if before_midnight_s is not None:
        wake_up = rules.locks_at(rules.day_at(wake_up)) - timedelta(seconds=before_midnight_s)
        seen["started_before_midnight"] += 1
    seen["midnights_asleep"] += (rules.day_at(wake_up) - rules.day_at(now)).days
    site.ahead += wake_up - now


def until_midnight_s(site: Site) -> float:
    """Return the seconds to the next midnight of the app, 0 when one has just passed."""
    now = clock.system_now() + site.ahead
    left = rules.locks_at(rules.day_at(now)) - now
    return left.total_seconds() if left < timedelta(minutes=1) else 0


def promises(site: Site, count: int) -> None:
    """Wait until so many more requests are answered: the app and its database live."""
    wanted, deadline = site.promised() + count, time.monotonic() + 60
    while site.promised() < wanted:
        assert time.monotonic() < deadline, site.log.read_text()[-3000:]
        time.sleep(0.02)


def bring_to_an_end(site: Site) -> None:
    """Answer what is unanswered, days later; let the jobs finish all draws; stop."""
    site.ahead += timedelta(days=2)
    assert site.ahead < WHOLE_LIFE, f"the players' sessions ended: {site.ahead}"
    start(site, "last")
    app, hammer = site.processes
    assert hammer.wait(60) == 0, site.log.read_text()[-3000:]
    with embedded_postgres.running(site.data) as server:
        db.use_engine(db.make_engine(server.url()))
        deadline = time.monotonic() + 60
        while rows(UNFINISHED, now=clock.system_now() + site.ahead):
            assert time.monotonic() < deadline, rows(
                UNFINISHED, now=clock.system_now() + site.ahead
            )
            time.sleep(0.2)
        db.use_engine(None)
        assert stop(app) == 0


UNFINISHED = (
    "SELECT draw_id, status FROM draws WHERE status = 'locked' OR status = 'open'"
    " AND locks_at <= :now OR status = 'void' AND refunded_at IS NULL"
)


def check_everything(site: Site) -> dict[str, Any]:
    assert not [left for name in JOURNALS for left in unanswered(site.folder / f"journal.{name}")]
    lines = site.lines()
    bought = Bought(lines)
    refused = Counter(line[2] for line in lines if line[0] == "REFUSED")
    assert set(refused) <= REFUSED
    check_tickets(bought)
    seen = check_days() | check_draws(bought)
    check_wallets(bought, json.loads(site.plan.read_text()))
    assert wallet.audit() == []
    assert tickets.audit() == []
    assert chits.audit() == []
    return bought.seen | seen | {"rounds": ROUNDS, "refused": dict(refused)}


class Bought:
    """What the players know: each purchase they asked for, and what was promised them."""

    def __init__(self, lines: list[list[Any]]) -> None:
        self.sent = {line[1]: line[2] for line in lines if line[0] == "SENT"}
        self.answers: dict[str, Any] = {}
        for line in lines:
            if line[0] == "DONE":
                known = self.answers.setdefault(line[1], line[2])
                assert known == line[2], "a key had two answers"
        refused = {line[1] for line in lines if line[0] == "REFUSED"}
        assert not refused & set(self.answers), "a refused request was done"
        assert set(self.answers) | refused == set(self.sent)
        self.purchases = {
            key: answer for key, answer in self.answers.items() if "tickets" in answer
        }
        again = {line[1] for line in lines if line[0] in ("AGAIN", "LOST")}
        self.seen = {
            "purchases": len(self.purchases),
            "tickets": sum(len(each["tickets"]) for each in self.purchases.values()),
            "repeated": len(again),
            "repeated_and_promised": len(again & set(self.answers)),
        }

    def by_draw(self) -> dict[str, dict[int, str]]:
        """Return who owns which position of which draw."""
        owners: defaultdict[str, dict[int, str]] = defaultdict(dict)
        for key, answer in self.purchases.items():
            for ticket_id, position, _ in answer["tickets"]:
                held = owners[ticket_id.rpartition("-")[0]]
                assert position not in held, "a position was promised twice"
                held[position] = self.sent[key]["player"]
        return owners


def check_tickets(bought: Bought) -> None:
    """Every promised ticket is there as promised, and there is no other."""
    stored = {ticket_id_of(row.draw_id, row.position): row for row in rows("SELECT * FROM tickets")}
    promised = 0
    for key, answer in bought.purchases.items():
        request = bought.sent[key]
        first = stored[answer["tickets"][0][0]]
        assert (first.key, first.quantity) == (key, len(answer["tickets"]))
        assert first.quantity == request.get("quantity", 1)
        for ticket_id, position, seal in answer["tickets"]:
            row = stored[ticket_id]
            assert (row.position, str(row.user_id)) == (position, request["player"])
            assert seal in (None, bytes(row.seal).hex())
            assert row.total_entries_at_purchase == answer["total"]
        promised += first.quantity
    assert len(stored) == promised, "a ticket that nobody asked for"


def check_days() -> dict[str, Any]:
    """Every day is there once, in order, and was opened after the one before was locked."""
    days = rows("SELECT * FROM draws WHERE kind = 'daily' ORDER BY draw_date")
    first = days[0].draw_date
    assert [row.draw_date for row in days] == [first + timedelta(days=n) for n in range(len(days))]
    steps = rows(
        "SELECT l.draw_id, l.entry_type, (l.entry::jsonb ->> 'ts')::bigint AS at_ms"
        " FROM proof_log l JOIN draws d ON d.proof_id = l.draw_id AND d.kind = 'daily'"
        " WHERE l.entry_type = 'COMMIT' OR l.seq = 1 ORDER BY d.draw_date, l.seq"
    )
    moments = [row.at_ms for row in steps]
    assert moments == sorted(moments), "a day was opened before the one before was closed"
    return {
        "days": Counter(row.status for row in days),
        "days_slept_through": sum(row.proof_id is None for row in days),
        # The jobs come every second: later than that, nothing ran at midnight.
        "midnights_lived": sum(
            (row.locked_at or row.closed_at) - row.locks_at < timedelta(seconds=3)
            for row in days
            if row.proof_id and row.closed_at
        ),
    }


def check_draws(bought: Bought) -> dict[str, Any]:
    """Every draw has exactly the tickets promised, its end, its money and its proof."""
    owners = bought.by_draw()
    draws = rows("SELECT * FROM draws")
    assert {row.draw_id for row in draws if row.total_entries} == set(owners)
    for row in draws:
        held = owners[row.draw_id]
        assert sorted(held) == list(range(1, row.total_entries + 1)), row.draw_id
        if row.status == "drawn":
            assert held[row.winning_position] == str(row.winner_id)
    days = [row for row in draws if row.kind == "daily"]
    # Only a room whose making was repeated just now is open beside the newest day.
    assert all(row.total_entries == 0 for row in draws if row.status not in NEWS_OF_END)
    unfinished = [row.draw_date for row in days if row.status not in NEWS_OF_END]
    assert unfinished == [max(row.draw_date for row in days)]
    told = Counter(
        (row.kind, row.draw_id, row.user_id)
        for row in rows(
            "SELECT kind, facts ->> 'draw_id' AS draw_id, user_id FROM news"
            " WHERE kind IN ('ticket_won', 'tickets_refunded', 'daily_drawn', 'daily_void')"
        )
    )
    assert set(told.values()) == {1}, "something was told twice"
    # A day that was slept through was never announced, so its end is no news.
    announced = [row for row in days if row.proof_id]
    ended = {row.draw_id for row in announced if row.status in NEWS_OF_END}
    assert ended == {draw_id for kind, draw_id, _ in told if kind in NEWS_OF_END.values()}
    outcomes: Counter[str] = Counter()
    for line in rows("SELECT draw_id FROM proof_log WHERE entry_type IN ('RESULT', 'VOID')"):
        report = verifier.verify(read_strict(b"".join(tickets.bundle(line.draw_id))))
        assert report.is_valid, (line.draw_id, report)
        outcomes[report.outcome] += 1
    assert outcomes["drawn"] == sum(row.status == "drawn" for row in draws)
    rooms = Counter(row.status for row in draws if row.kind == "room")
    return {"rooms": rooms, "proofs": outcomes, "largest": max(map(len, owners.values()))}


def check_wallets(bought: Bought, players: list[dict[str, str]]) -> None:
    """Wallets, pots and the house hold what the journals and the draws' ends give."""
    held = Counter({player["user_id"]: 0 for player in players})
    house = 0
    for key, answer in bought.answers.items():
        held[bought.sent[key]["player"]] += answer.get("amount_minor", 0)
    for key, answer in bought.purchases.items():
        held[bought.sent[key]["player"]] -= answer["cost_minor"]
    owners = bought.by_draw()
    for row in rows("SELECT * FROM draws"):
        pool = row.total_entries * row.price_minor * (10_000 - row.fee_bps) // 10_000
        if row.status == "drawn":
            held[owners[row.draw_id][row.winning_position]] += pool
            house += row.total_entries * row.price_minor - pool
        else:
            assert row.refunded_entries == row.total_entries
            for player in owners[row.draw_id].values():
                held[player] += row.price_minor
    books = rows(
        "SELECT kind, user_id, sum(balance_minor)::bigint AS minor FROM ledger_accounts"
        " GROUP BY kind, user_id"
    )
    wallets = {str(row.user_id): row.minor for row in books if row.kind == "wallet"}
    assert wallets == {player: minor for player, minor in held.items() if player in wallets}
    assert all(minor == 0 for player, minor in held.items() if player not in wallets)
    sums = {row.kind: row.minor for row in books if row.kind != "wallet"}
    assert (sums["house"], sums["pot"]) == (house, 0)
    assert sums["clearing"] == -house - sum(wallets.values())


def rows(query: str, **asked: object) -> list[Any]:
    with db.reading() as session:
        return list(session.execute(text(query), asked))
