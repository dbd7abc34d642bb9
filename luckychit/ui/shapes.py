"""What a page may send over its socket; everything else is refused before it is an event.

The framework believes what it gets: the wrong number of values, a name it does not know
or an address that is none would each end as an error of ours. A robot could fill the log.
"""

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any, get_type_hints
from urllib.parse import urlsplit

from reflex_base.registry import RegisteredEventHandler, RegistrationContext

from luckychit.core import errors

# The framework registers these for every app. Our pages use neither its setters nor storage
# of the browser, so whoever sends one only wants to see it fail.
NEVER_SENT = ("setvar", "update_vars_internal")
LONGEST_PATH = 2_000
MOST_QUERY = 50


class OddEvent(errors.Refused):
    """A page never sends this; a script does, or a page of an older release."""

    code = "pages.odd_event"
    sentence = "This page is out of date. Please load it again."


def checked(data: object) -> dict[str, Any]:
    """Return an event with nothing in it but what the framework expects.

    Args:
        data: What came over the socket.

    Raises:
        OddEvent: The shape is another, or nothing of this name takes these values.
    """
    if not isinstance(data, dict):
        raise OddEvent(why="no object")
    name, payload = data.get("name"), data.get("payload", {})
    if not isinstance(name, str) or not isinstance(payload, dict):
        raise OddEvent(why="no name or values")
    found = RegistrationContext.get().event_handlers.get(name)
    if found is None or name.rpartition(".")[2] in NEVER_SENT:
        raise OddEvent(why="unknown name")
    if not _takes(found, payload):
        raise OddEvent(why="other values")
    return {"name": name, "payload": payload, "router_data": _router_data(data)}


def _takes(found: RegisteredEventHandler, payload: dict[str, Any]) -> bool:
    fn = found.handler.fn
    try:
        _signature(fn).bind(None, **payload)
    except TypeError:
        return False
    if fn.__module__.startswith("luckychit."):
        return True  # ours look at every value themselves
    return all(isinstance(payload[name], kind) for name, kind in _plain(fn) if name in payload)


@lru_cache(maxsize=2048)
def _signature(fn: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(fn)


@lru_cache(maxsize=256)
def _plain(fn: Callable[..., Any]) -> list[tuple[str, type]]:
    """Return the values of the framework's handlers whose kind can be looked at."""
    hints = get_type_hints(fn)
    kinds = ((name, getattr(hint, "__origin__", hint)) for name, hint in hints.items())
    return [(name, kind) for name, kind in kinds if kind in {str, bool, dict, list}]


def _router_data(data: dict[str, Any]) -> dict[str, Any]:
    said = data.get("router_data") or {}
    if not isinstance(said, dict):
        raise OddEvent(why="no address")
    kept: dict[str, Any] = {
        name: _path(said[name]) for name in ("pathname", "asPath") if name in said
    }
    if "query" in said:
        kept["query"] = _query(said["query"])
    return kept


def _path(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_PATH:
        raise OddEvent(why="no path")
    is_own = not value or (value.startswith("/") and not value.startswith("//"))
    try:
        urlsplit(f"http://here{value}")
    except ValueError as exc:
        raise OddEvent(why="no path") from exc
    if not is_own:
        raise OddEvent(why="another site's path")
    return value


def _query(value: object) -> dict[str, Any]:
    if not isinstance(value, dict) or len(value) > MOST_QUERY:
        raise OddEvent(why="no query")
    for part in value.values():
        texts = part if isinstance(part, list) else [part]
        if not all(isinstance(text, str) for text in texts):
            raise OddEvent(why="no query")
    return value
