"""Runs use-cases at the same moment, and takes locks away to see what they prevent."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlmodel import Session

from luckychit.domain.chits.models import ChitGroup
from luckychit.domain.users.service import Actor

# Long enough for every thread of a race to have read what it decides on.
PAUSE_S = 0.3


def at_once(*units: Callable[[], Any]) -> list[Any]:
    """Run all units together; return each one's result or exception."""
    barrier = threading.Barrier(len(units))

    def run(unit: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return unit()
        except Exception as problem:  # noqa: BLE001 - the test looks at what was raised
            return problem

    with ThreadPoolExecutor(len(units)) as pool:
        return list(pool.map(run, units))


def of_type(results: list[Any], kind: type) -> list[Any]:
    """Return the results of one type."""
    return [result for result in results if isinstance(result, kind)]


def slow(unit: Callable[..., Any]) -> Callable[..., Any]:
    """Return the same function with a pause after it: the gap in which others act."""

    def run(*args: Any, **kwargs: Any) -> Any:
        result = unit(*args, **kwargs)
        time.sleep(PAUSE_S)
        return result

    return run


def unlocked_group(session: Session, actor: Actor, group_id: object) -> ChitGroup:
    """Stand in for lock_own_group without its lock: the negative control."""
    return session.get_one(ChitGroup, group_id)
