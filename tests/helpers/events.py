"""Calls event handlers as a browser would: through the real event processor."""

import asyncio
import itertools
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from reflex.istate.manager.memory import StateManagerMemory
from reflex_base.event import Event
from reflex_base.event.processor.base_state_processor import BaseStateEventProcessor
from reflex_base.registry import RegisteredEventHandler, RegistrationContext

from luckychit.core.settings import settings
from luckychit.luckychit import app
from luckychit.ui import errors as ui_errors

_tabs = itertools.count(1)


@dataclass
class Namespace:
    """Stands where the socket stands: keeps what would be sent, and the rooms."""

    updates: list[Any] = field(default_factory=list)
    rooms: dict[str, set[str]] = field(default_factory=dict)
    emitted: list[tuple[Any, list[str]]] = field(default_factory=list)
    sid_to_token: dict[str, str] = field(default_factory=lambda: {"sid": "tab"})
    namespace: str = "/_event"

    @property
    def server(self) -> Any:
        """The server, whose manager is also played here."""
        return SimpleNamespace(manager=self)

    def is_connected(self, sid: str, _namespace: str) -> bool:
        return bool(sid)

    def get_participants(self, _namespace: str, rooms: list[str]) -> list[tuple[str, str]]:
        return [(sid, sid) for sid, heard in self.rooms.items() if {sid, *heard} & set(rooms)]

    async def emit_update(self, update: Any, token: str) -> None:
        self.updates.append(update)

    async def emit(self, _name: str, update: Any, room: Any) -> None:
        self.emitted.append((update, list(room)))

    async def enter_room(self, sid: str, room: str) -> None:
        self.rooms.setdefault(sid, set()).add(room)

    async def leave_room(self, sid: str, room: str) -> None:
        self.rooms.get(sid, set()).discard(room)


@dataclass
class Browser:
    """One tab: its cookie, its page, and what came back."""

    processor: BaseStateEventProcessor
    namespace: Namespace
    states: StateManagerMemory
    failures: list[Exception]
    token: str
    cookie: str | None = None

    async def send(
        self,
        name: str,
        payload: dict[str, Any] | None = None,
        *,
        route: str = "/",
        **params: str,
    ) -> str:
        """Send one event; return all text that came back, of every kind."""
        self.failures.clear()
        self.namespace.updates.clear()
        headers = {"origin": settings().origin}
        if self.cookie:
            headers["cookie"] = f"{settings().session_cookie}={self.cookie}"
        path = route
        for key, value in params.items():
            path = path.replace(f"[{key}]", value)
        router = {
            "headers": headers,
            "pathname": route,
            "asPath": path,
            "query": params,
            "sid": f"sid-{self.token}",
        }
        event = Event(name=name, payload=payload or {}, router_data=router)
        future = await self.processor.enqueue(self.token, event)
        with suppress(Exception):  # it is in failures
            await future.wait_all()
        # The exception handler runs as a task of its own, and may send more.
        for _ in range(3):
            await asyncio.sleep(0)
        return " ".join(str(update) for update in self.namespace.updates)

    def use(self, cookie: str | None) -> "Browser":
        """The same browser machinery, another tab of another person."""
        return Browser(
            self.processor,
            self.namespace,
            self.states,
            self.failures,
            f"tab-{next(_tabs)}",
            cookie,
        )


@asynccontextmanager
async def a_browser(cookie: str | None = None):
    """A tab of somebody with this session cookie; None is nobody."""
    failures: list[Exception] = []

    def handle(exception: Exception) -> Any:
        failures.append(exception)
        return ui_errors.handle(exception)

    processor = BaseStateEventProcessor(
        middleware=app, backend_exception_handler=handle, graceful_shutdown_timeout=2
    )
    namespace, states = Namespace(), StateManagerMemory()
    async with processor.configure(state_manager=states, event_namespace=namespace):
        yield Browser(processor, namespace, states, failures, f"tab-{next(_tabs)}", cookie)


def order(verb: str, *args: Any) -> str:
    """How an order of luckychit/ui/orders.py looks in what came back; more may follow."""
    first = ", ".join(repr(arg) for arg in args)
    return f"'verb': {verb!r}, 'args': [{first}"


def handlers() -> dict[str, RegisteredEventHandler]:
    """Every registered handler of ours by its full name."""
    return {
        name: found
        for name, found in RegistrationContext.get().event_handlers.items()
        if found.states and found.states[0].__module__.startswith("luckychit.")
    }


def full_name(state: type, handler: str) -> str:
    """The name under which a browser calls a handler."""
    return f"{state.get_full_name()}.{handler}"
