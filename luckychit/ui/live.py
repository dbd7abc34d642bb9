"""Open pages follow what happens, without refresh.

One broadcaster per worker reads new rows of news, at most four times a second and
only while somebody is connected. A room gets a nudge (the numbers of the news, no
facts); each page that hears it runs LiveState.refresh, which resolves the actor
again, shows a notice of what concerns that person, and runs the page's own load.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, ClassVar

import reflex as rx
from reflex.state import StateUpdate
from reflex_base.event import Event

from luckychit.core import clock
from luckychit.core.settings import settings
from luckychit.domain.chits import queries as chits
from luckychit.domain.notify import queries as notify
from luckychit.domain.notify.queries import NewsView
from luckychit.domain.rooms import queries as lobbies
from luckychit.domain.users import queries as people
from luckychit.domain.users import service as users
from luckychit.domain.users.service import Actor
from luckychit.ui import session, shared, sockets, text, toasts
from luckychit.ui.crowd import Crowd

PAUSE_S = 0.25
IDLE_PAUSE_S = 0.75
KEPT_NEWS = 500
MOST_IDS = 50
PUBLIC_ROOM = "public"
POT = "pot:"
DAILY_ROOM = f"{POT}daily"
# News whose facts (a draw's progress) public pages show too.
PUBLIC_KINDS = frozenset(
    {
        "draw_called",
        "draw_locked",
        "draw_result",
        "draw_held_over",
        "daily_opened",
        "daily_locked",
        "daily_drawn",
        "daily_void",
    }
)
# More pages than these are nudged in slices.
FEW = 200

# Where a result is played out: a notice would tell its end first.
PLAYED_AT = {
    "app/lottery": frozenset({"draw_result", "prize_won", "daily_drawn", "ticket_won"}),
    "app/rooms/[code]": frozenset({"room_drawn", "ticket_won"}),
}
WON = frozenset({"prize_won", "ticket_won"})
ROOM_PREFIX = "LOBBY-"

_recent: OrderedDict[int, NewsView] = OrderedDict()
_crowd = Crowd()
_loads: dict[str, list[Any]] = {}


def register_loads(route: str, handlers: list[Any]) -> None:
    """Say which handlers fill the page at ``route`` (called once for each page)."""
    _loads[route.strip("/") or "index"] = handlers


class LiveState(rx.State):
    """Who is signed in, for the frames; and the ear of every open page."""

    full_name: str = ""
    initials: str = ""
    role: str = ""
    theme: str = ""  # as the person chose it; "" when nobody is signed in
    announcement: str = ""
    is_demo: bool = True  # as the pages are built, once for all; every load says what is
    skew_ms: int = 0  # how far our clock is ahead of the world's (demo mode can move it)
    _rooms: set[str] = set()

    # Which handlers may run without anyone signed in (see tests/entries).
    is_public: ClassVar[frozenset[str]] = frozenset({"visit", "refresh", "choose_theme"})

    @rx.event
    async def enter(self) -> None:
        """Let a signed-in person's page hear its rooms; runs at load and reconnect."""
        who = await session.actor(self, new_password_pending=True)
        await self._join(who)

    @rx.event
    async def visit(self) -> None:
        """Let a public page hear public rooms, and show who is signed in, if anyone."""
        await self._join(await session.visitor(self))

    @rx.event
    async def refresh(self, ids: list[int]) -> list[Any]:
        """React to a nudge: notices for this person, then the page's own load."""
        who = await session.visitor(self)
        await self._join(who, keeping=self._pots(who))
        told = (item for item in _known(ids) if item.kind not in notify.UNSAID)
        heard = [item for item in told if not self._is_played(item)]
        notices = [_notice(item, who) for item in self._of_concern(heard, who)] if who else []
        if notices:
            self.announcement = " ".join(said for said, _ in notices)
        return [*(toast for _, toast in notices), *self._page_loads()]

    @rx.event
    async def choose_theme(self, theme: str) -> None:
        """Remember light or dark for whoever is signed in; on every device from now on."""
        who = await session.visitor(self)
        if who is not None:
            await session.call(users.update_profile, actor=who, theme=theme)
            self.theme = theme

    async def _join(self, who: Actor | None, keeping: Iterable[str] = ()) -> None:
        self.full_name = who.full_name if who else ""
        self.initials = text.initials(who.full_name) if who else ""
        self.role = who.role if who else ""
        if who and not self.theme:
            # Once for a tab: what is chosen in it is known here anyway.
            self.theme = await session.call(people.theme_of, actor=who)
        self.is_demo = not settings().is_live
        self.skew_ms = clock.offset() // timedelta(milliseconds=1)
        wanted = {PUBLIC_ROOM, *keeping}
        if who:
            groups = await session.call(chits.group_ids_of, actor=who)
            groups += await session.call(lobbies.lobby_ids_of, actor=who)
            wanted |= {f"user:{who.user_id}", *(f"group:{item}" for item in groups)}
        await sockets.move(self.router.session.session_id, leave=self._rooms - wanted, enter=wanted)
        self._rooms = wanted

    def _pots(self, who: Actor | None) -> set[str]:
        """Return the pots heard here that this person, or nobody, may still hear."""
        pots = {room for room in self._rooms if room.startswith(POT)}
        return pots if who else pots & {DAILY_ROOM}

    async def _hear_pot(self, room: str) -> None:
        """Hear one pot, or with "" none; the caller has checked the right to."""
        heard = {it for it in self._rooms if it.startswith(POT)}
        wanted = {room} if room else set()
        await sockets.move(self.router.session.session_id, leave=heard - wanted, enter=wanted)
        self._rooms = (self._rooms - heard) | wanted

    def _of_concern(self, heard: list[NewsView], who: Actor) -> list[NewsView]:
        """Keep what is about this person, or about all of a group the person is in."""
        own = [item for item in heard if item.user_id == who.user_id]
        won = {_draw_of(item) for item in own if item.kind in WON}
        common = [
            item
            for item in heard
            if item.user_id is None and self._is_shared(item, who) and _draw_of(item) not in won
        ]
        return own + common

    def _is_shared(self, item: NewsView, who: Actor) -> bool:
        if item.kind in text.NOTICES_FOR_PLAYERS:
            return who.role == "member" and DAILY_ROOM in self._rooms
        return item.kind in text.NOTICES_FOR_ALL and f"group:{item.group_id}" in self._rooms

    def _is_played(self, item: NewsView) -> bool:
        """Tell whether this very page plays the draw out whose end the news is."""
        if item.kind not in PLAYED_AT.get(self._route(), ()):
            return False
        draw_id = _draw_of(item)
        return not draw_id.startswith(ROOM_PREFIX) or f"{POT}{draw_id}" in self._rooms

    def _page_loads(self) -> list[Any]:
        return _loads.get(self._route(), [])

    def _route(self) -> str:
        return self.router.route_id.strip("/") or "index"


def _draw_of(item: NewsView) -> str:
    """Return the id of the draw that news is about; "" when it is about none."""
    code = item.facts.get("code")
    return f"{ROOM_PREFIX}{code}" if code else str(item.facts.get("draw_id", ""))


def _known(ids: object) -> list[NewsView]:
    if not isinstance(ids, list):
        return []
    return [_recent[item] for item in ids[:MOST_IDS] if type(item) is int and item in _recent]


def _notice(item: NewsView, who: Actor) -> tuple[str, Any]:
    said = text.notice_of(item, viewer_id=who.user_id)
    raised = toasts.success if said.tone in {"good", "luck"} else toasts.info
    return said.text, raised(said.text, id=f"news-{item.id}", duration=8_000)


def rooms_of(item: NewsView) -> set[str]:
    """Return the rooms whose pages a piece of news may change."""
    rooms = {f"group:{item.group_id}"} if item.group_id else set()
    rooms |= {f"user:{person}" for person in (item.user_id, item.manager_id) if person}
    if item.kind in PUBLIC_KINDS:
        rooms.add(PUBLIC_ROOM)
    return rooms


def remember(news: list[NewsView]) -> None:
    """Keep the latest news at hand for the pages that will ask about their numbers."""
    for item in news:
        _recent[item.id] = item
    while len(_recent) > KEPT_NEWS:
        _recent.popitem(last=False)


async def _nudge(news: list[NewsView]) -> None:
    shared.forget_all()
    ids = sorted({item.id for item in news})[-MOST_IDS:]
    concerned = sorted(set().union(*map(rooms_of, news)))
    if sockets.count(PUBLIC_ROOM) > FEW and PUBLIC_ROOM in concerned:
        concerned.remove(PUBLIC_ROOM)
        first = set(sockets.listeners(concerned))
        _crowd.add(ids, [it for it in sockets.listeners([PUBLIC_ROOM]) if it not in first])
    # One message for all rooms together: who sits in several hears it once.
    await sockets.tell(_refresh(ids), concerned)


async def _nudge_some_of_the_crowd() -> None:
    for ids, socket_ids in _crowd.take().items():
        await sockets.tell(_refresh(ids[-MOST_IDS:]), socket_ids)


def _refresh(ids: Sequence[int]) -> StateUpdate:
    return StateUpdate(events=Event.from_event_type([LiveState.refresh(list(ids))]))


async def _follow(has_listeners: Callable[[], bool]) -> None:
    mark = await asyncio.to_thread(notify.horizon)
    while True:
        await asyncio.sleep(PAUSE_S)
        if not has_listeners():
            # The mark stays older than any page that opens next, so nothing that happens
            # between a page's load and our next look is missed.
            await asyncio.sleep(IDLE_PAUSE_S)
            if not has_listeners():
                mark = await asyncio.to_thread(notify.horizon)
            continue
        news, mark = await asyncio.to_thread(notify.published_since, mark)
        if news:
            remember(news)
            await _nudge(news)
        await _nudge_some_of_the_crowd()


async def tell_other_pages(state: rx.State, who: Actor) -> None:
    """Let a person's other pages load again after one of them changed what all show.

    A ticket of the day is no news: its sale shall write nothing but itself. So only pages of
    this worker hear of it; those of others show it at their next load.

    Args:
        state: Of the page that made the change and loads by itself.
        who: The person.
    """
    here = state.router.session.session_id
    others = [it for it in sockets.listeners([f"user:{who.user_id}"]) if it != here]
    await sockets.tell(_refresh([]), others)


@asynccontextmanager
async def broadcaster() -> AsyncIterator[None]:
    """Run this worker's broadcaster of news for as long as the app runs."""
    async with sockets.kept_running(lambda: _follow(sockets.is_anybody_there)):
        yield
