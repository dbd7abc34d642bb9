"""Walks every handler as a guest of a room: what its host may do stays the host's."""

import inspect
from typing import Any, get_type_hints

import pytest
from sqlalchemy import text

from luckychit.core import errors
from luckychit.domain.rooms import service
from luckychit.ui import sockets
from luckychit.ui.pages.member_room.state import RoomState
from tests.entries.test_every_handler import doors, short, token_of
from tests.helpers.events import Namespace, a_browser, full_name
from tests.helpers.rooms import a_player, a_room

ROOM = "/app/rooms/[code]"
AS_IT_WAS = (
    "SELECT l.started_at, d.status, d.total_entries, d.prize_pool_minor,"
    " (SELECT count(*) FROM lobby_members m WHERE m.lobby_id = l.id)"
    " FROM lobbies l JOIN draws d ON d.draw_id = l.draw_id WHERE l.code = :code"
)


@pytest.fixture
def room(db, monkeypatch):
    """A room that its host could start at any moment."""
    monkeypatch.setattr(sockets, "namespace", Namespace)
    made = a_room(guests=1)
    made.all_buy()
    return made


def state_of(db, room) -> tuple[Any, ...]:
    with db.owner.connect() as connection:
        return tuple(connection.execute(text(AS_IT_WAS), {"code": room.code}).one())


def payload(handler: Any, room: Any) -> dict[str, Any]:
    hints = get_type_hints(handler.handler.fn)
    names = [it for it in inspect.signature(handler.handler.fn).parameters if it != "self"]
    form = {"code": room.code, "room": room.code, "key": "attack", "phrase": "attack", "days": "x"}
    kinds = {int: 1, bool: True, str: room.code, None: room.code}
    return {name: kinds.get(hints.get(name), form) for name in names}


async def walked(db, room, cookie: str) -> tuple[list[str], tuple[Any, ...]]:
    """Knock at every door on the room's page; return the bugs met, and the room afterwards."""
    bugs: list[str] = []
    async with a_browser() as first:
        # One tab, which knows the room as its page does.
        browser = first.use(cookie)
        await browser.send(full_name(RoomState, "load"), {}, route=ROOM, code=room.code)
        for name, (_, handler) in sorted(doors().items()):
            await browser.send(name, payload(handler, room), route=ROOM, code=room.code)
            bugs += [
                f"{short(name)}: {it!r}"
                for it in first.failures
                if not isinstance(it, errors.LuckyChitError)
                or isinstance(it, errors.InvariantBroken)
            ]
    return bugs, state_of(db, room)


async def test_a_guest_neither_starts_nor_ends_nor_changes_a_room(db, room):
    before = state_of(db, room)
    assert await walked(db, room, token_of(room.guests[0])) == ([], before)


async def test_a_member_who_is_not_in_it_changes_nothing_either(db, room):
    before = state_of(db, room)
    bugs, after = await walked(db, room, token_of(a_player("Sita Stranger")))
    # Whoever has the code may come in: that is what a code is for.
    assert (bugs, after[:-1]) == ([], before[:-1])
    assert after[-1] - before[-1] in {0, 1}


async def test_the_host_would_have_changed_it(db, room):
    """The control: the same walk, by the one who may."""
    before = state_of(db, room)
    _, after = await walked(db, room, token_of(room.host))
    assert after != before


def test_the_services_refuse_a_guest(room):
    for act in (service.start, service.cancel, service.execute):
        with pytest.raises(errors.NotAllowed):
            act(actor=room.guests[0], code=room.code)
    with pytest.raises(errors.NotFound):
        service.start(actor=a_player("Sita Stranger"), code=room.code)
