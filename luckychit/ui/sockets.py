"""The open pages of this worker: who sits in which room, and how all are told at once.

Reflex's own socket carries everything; a room is a set of its sockets.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from engineio.async_socket import AsyncSocket  # type: ignore[import-untyped]
from engineio.packet import MESSAGE, Packet  # type: ignore[import-untyped]
from reflex.state import StateUpdate
from socketio.packet import EVENT as PACKET_EVENT

from luckychit.core import errors, garbage
from luckychit.core.log import get_logger

PAUSE_AFTER_TROUBLE_S = 3.0
FEW = 50
PORTION = 200

_log = get_logger(__name__)


def namespace() -> Any:
    """Return the framework's socket namespace; None before the app is put together."""
    from reflex_base.registry import RegistrationContext  # noqa: PLC0415 - set once the app exists

    return RegistrationContext.get().app.event_namespace


def is_anybody_there() -> bool:
    """Tell whether a page of this worker is open."""
    ours = namespace()
    return bool(ours and ours.sid_to_token)


async def move(socket_id: str, *, leave: Iterable[str] = (), enter: Iterable[str] = ()) -> None:
    """Let a socket stop hearing some rooms and hear others."""
    ours = namespace()
    if ours is None or not ours.server.manager.is_connected(socket_id, ours.namespace):
        return
    for room in leave:
        await ours.leave_room(socket_id, room)
    for room in enter:
        await ours.enter_room(socket_id, room)


def listeners(rooms: list[str]) -> list[str]:
    """Return the ids of this worker's sockets that sit in any of the rooms."""
    ours = namespace()
    if ours is None or not rooms:
        return []
    manager = ours.server.manager
    return [socket_id for socket_id, _ in manager.get_participants(ours.namespace, rooms)]


def count(room: str) -> int:
    """Return how many of this worker's sockets sit in a room."""
    return len(listeners([room]))


async def tell(update: StateUpdate, rooms: list[str]) -> None:
    """Send one message to everybody in any of the rooms; who sits in several gets it once."""
    ours = namespace()
    if ours is None or not rooms:
        return
    if len(listeners(rooms)) <= FEW:
        await ours.emit("event", update, room=rooms)
        return
    await _tell_many(ours, update, rooms)


async def _tell_many(ours: Any, update: StateUpdate, rooms: list[str]) -> None:
    """Do as ``emit`` does, without its task for each socket.

    One encoded packet goes into the queues from which the sockets are written.
    """
    event = ours.server.packet_class(PACKET_EVENT, namespace=ours.namespace, data=["event", update])
    ready = Packet(MESSAGE, event.encode())
    sockets = ours.server.eio.sockets
    told = 0
    for _, connection in ours.server.manager.get_participants(ours.namespace, rooms):
        socket = sockets.get(connection)
        if socket is None or socket.closed:
            continue
        socket.queue.put_nowait(ready)
        told += 1
        if told % PORTION == 0:
            # These are written before the next are told: nobody waits for all.
            await asyncio.sleep(0)


@asynccontextmanager
async def ready_for_crowds() -> AsyncIterator[None]:
    """Let this worker bear thousands of open pages; before any opens.

    Every page holds some 700 objects, which the collector of cycles should not visit all the
    time. And sockets wait for their next packet plainly: the framework makes a task and a
    timer for each one, a third of what a message costs. That timer ends a client that polls;
    our transport is websocket alone, whose reader has the same timer and wakes the writer
    when it ends.
    """
    usual = AsyncSocket.poll
    AsyncSocket.poll = _next_packets
    try:
        with garbage.collected_seldom():
            yield
    finally:
        AsyncSocket.poll = usual


async def _next_packets(socket: Any) -> list[Packet]:
    """Return what waits to be written, at least one packet; nothing when the socket closes."""
    packets = [await socket.queue.get()]
    while not socket.queue.empty():
        packets.append(socket.queue.get_nowait())
    for _ in packets:
        socket.queue.task_done()
    if None not in packets:
        return packets
    found = packets[: packets.index(None)]
    if found:
        # Written first; then the end is met again.
        socket.queue.put_nowait(None)
    return found


@asynccontextmanager
async def kept_running(follow: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Run ``follow`` for as long as the app runs; it is started again after any trouble."""

    async def forever() -> None:
        while True:
            try:
                await follow()
            except (errors.LuckyChitError, OSError, RuntimeError) as exc:
                _log.warning("broadcaster_paused", reason=type(exc).__name__)
            except Exception:  # noqa: BLE001 - an entry: it must outlive any trouble
                _log.exception("broadcaster_failed")
            await asyncio.sleep(PAUSE_AFTER_TROUBLE_S)

    task = asyncio.create_task(forever())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
