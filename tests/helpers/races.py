"""Runs use-cases at the same moment, and takes locks away to see what they prevent.

No scene may hang on a pause that is long enough on a quick machine: who must have read
before anybody writes meets the others (:func:`together`), and who must be waiting for a
lock is seen to wait for it (:func:`waiting_for_a_lock`).
"""

import functools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlmodel import Session

from luckychit.core import db as core_db
from luckychit.domain.chits.models import ChitGroup
from luckychit.domain.users.service import Actor
from tests.helpers.database import Database

# Nobody waits so long in a scene that goes as it should, and PostgreSQL ends a
# transaction that idles for 30 s.
PATIENCE_S = 20.0
_mine = threading.local()


def at_once(*units: Callable[[], Any], catching: type[Exception] = Exception) -> list[Any]:
    """Run all units together; return each one's result, or the exception that is caught."""
    race = threading.Barrier(len(units), timeout=PATIENCE_S)

    def run(unit: Callable[[], Any]) -> Any:
        _mine.race = race
        race.wait()
        try:
            return unit()
        except catching as problem:
            return problem

    with patient(), ThreadPoolExecutor(len(units)) as pool:
        results = list(pool.map(run, units))
    # Somebody may have taken it for a refusal of the use-case.
    assert not race.broken, f"they did not all meet: {results}"
    return results


@contextmanager
def patient() -> Iterator[None]:
    """Let everybody wait longer for a lock than the app does.

    Sixteen in a row for one lock need more than its three seconds on a busy machine, and
    the last ones would be told to come again: true, but not what a race is about.
    """

    def wait_longer(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE_S:.0f}s'")

    engine = core_db.engine()
    event.listen(engine, "begin", wait_longer)
    try:
        yield
    finally:
        event.remove(engine, "begin", wait_longer)


def meeting(times: int = 1) -> Callable[[], None]:
    """Return a wait for all others of the race, at each one's first so many calls.

    Who sets the scene or looks at it afterwards is in no race, and waits for nobody.
    """
    waits: Counter[tuple[threading.Barrier, int]] = Counter()

    def meet() -> None:
        race = getattr(_mine, "race", None)
        if race is None:
            return
        me = race, threading.get_ident()
        if waits[me] < times:
            waits[me] += 1
            race.wait()

    return meet


def together(unit: Callable[..., Any], times: int = 1) -> Callable[..., Any]:
    """Return the same function, after which all of the race wait for each other.

    What it reads all have then read, before anybody goes on to write.
    """
    meet = meeting(times)

    @functools.wraps(unit)
    def run(*args: Any, **kwargs: Any) -> Any:
        result = unit(*args, **kwargs)
        meet()
        return result

    return run


def eventually(happens: Callable[[], object]) -> None:
    """Wait until something is so; fail when it does not come about."""
    ends = time.monotonic() + PATIENCE_S
    while not happens():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.005)


def waiting_for_a_lock(db: Database) -> int:
    """How many connections wait for a lock at this moment."""
    with db.owner.connect() as owner:
        return owner.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND wait_event_type = 'Lock'"
        ).scalar_one()


def of_type(results: list[Any], kind: type) -> list[Any]:
    """Return the results of one type."""
    return [result for result in results if isinstance(result, kind)]


def unlocked_group(session: Session, actor: Actor, group_id: object) -> ChitGroup:
    """Stand in for lock_own_group without its lock: the negative control."""
    return session.get_one(ChitGroup, group_id)
