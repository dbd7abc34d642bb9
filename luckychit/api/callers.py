"""Who calls the API: many callers at once cost one look-up, and none is remembered.

A program names itself by an access token, a browser by its cookie; whoever sends both is the
program. While one look-up is under way the next callers gather; then one statement finds them
all. A session that ended is therefore refused by the very next call.
"""

import asyncio
import uuid
from collections.abc import Callable
from typing import Annotated, Generic, TypeVar
from weakref import WeakKeyDictionary

from fastapi import Depends, Request

from luckychit.api import proven, visitors
from luckychit.core import context
from luckychit.core.errors import SignInNeeded
from luckychit.domain.users import service as users
from luckychit.domain.users.errors import PasswordMustChange
from luckychit.domain.users.service import Actor

MOST_AT_ONCE = 200
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
Key = TypeVar("Key", str, uuid.UUID)


class _Desk(Generic[Key]):
    """Answers, for one event loop, who holds a cookie's token, or acts in a session."""

    def __init__(self, find: Callable[[list[Key]], dict[Key, Actor]]) -> None:
        self._find: Callable[[list[Key]], dict[Key, Actor]] = find
        self._waiting: dict[Key, list[asyncio.Future[Actor]]] = {}
        self._work: asyncio.Task[None] | None = None

    async def actor(self, key: Key) -> Actor:
        """Return whom ``key`` names at this moment."""
        future: asyncio.Future[Actor] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, []).append(future)
        if self._work is None:
            self._work = asyncio.create_task(self._look_up())
        return await future

    async def _look_up(self) -> None:
        try:
            while self._waiting:
                some = list(self._waiting)[:MOST_AT_ONCE]
                asking = {key: self._waiting.pop(key) for key in some}
                await self._answer(asking)
        finally:
            self._work = None

    async def _answer(self, asking: dict[Key, list[asyncio.Future[Actor]]]) -> None:
        asked = asyncio.ensure_future(asyncio.to_thread(self._find, list(asking)))
        await asyncio.wait([asked])
        problem = asked.exception()
        found = {} if problem else asked.result()
        for key, futures in asking.items():
            # Whoever has hung up meanwhile is done already.
            for future in (future for future in futures if not future.done()):
                if key in found:
                    future.set_result(found[key])
                else:
                    future.set_exception(problem or SignInNeeded())


def _by_cookie(tokens: list[str]) -> dict[str, Actor]:
    return users.actors_of(tokens=tokens)


def _by_session(session_ids: list[uuid.UUID]) -> dict[uuid.UUID, Actor]:
    return users.actors_by_session(session_ids)


_browsers: WeakKeyDictionary[asyncio.AbstractEventLoop, _Desk[str]] = WeakKeyDictionary()
_programs: WeakKeyDictionary[asyncio.AbstractEventLoop, _Desk[uuid.UUID]] = WeakKeyDictionary()


class BadAuthorization(SignInNeeded):
    """The header Authorization holds something else than a bearer token."""

    code = "api.bad_authorization"
    sentence = "Send the access token as: Authorization: Bearer, a blank, and the token."


async def actor_of(request: Request) -> Actor:
    """Return who sends this request, by its access token, or else by the session cookie.

    Args:
        request: With or without either.

    Raises:
        SignInNeeded: Nobody is signed in, or the session has ended.
        BadAuthorization: There is an Authorization header, but not of a bearer.
        PasswordMustChange: A one-time password has not been replaced yet.
    """
    return _with_own_password(await _actor(request, request.headers.get("authorization")))


async def signed_in(request: Request) -> Actor:
    """Return who sends this request; one that changes something must come from our pages.

    A browser sends its cookie along with any site's form, but nothing else by itself: so
    only the cookie asks for the page it comes from.

    Raises:
        SignInNeeded, BadAuthorization, PasswordMustChange: As :func:`actor_of`.
        ForeignOrigin: The cookie came with a post from elsewhere.
    """
    return _with_own_password(await signed_in_somehow(request))


async def signed_in_somehow(request: Request) -> Actor:
    """Return who sends this request, as :func:`signed_in`, also with a one-time password."""
    authorization = request.headers.get("authorization")
    if authorization is None and request.method not in SAFE_METHODS:
        visitors.require_own_page(request)
    return await _actor(request, authorization)


async def _actor(request: Request, authorization: str | None) -> Actor:
    """Return who calls, with a one-time password or not; every caller comes through here."""
    loop = asyncio.get_running_loop()
    if authorization is not None:
        actor = await _bearer(loop, authorization)
    else:
        actor = await _browser(loop, visitors.token_of(request))
    proven.remember(visitors.credential_in(request.scope), actor.user_id)
    context.known_as(actor.user_id)
    return visitors.placed(actor, request)


async def _browser(loop: asyncio.AbstractEventLoop, token: str | None) -> Actor:
    if not token:
        raise SignInNeeded
    desk = _browsers.get(loop)
    if desk is None:
        desk = _browsers[loop] = _Desk(_by_cookie)
    return await desk.actor(token)


async def _bearer(loop: asyncio.AbstractEventLoop, authorization: str) -> Actor:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise BadAuthorization
    access = users.access_of(token.strip())
    desk = _programs.get(loop)
    if desk is None:
        desk = _programs[loop] = _Desk(_by_session)
    actor = await desk.actor(access.session_id)
    if actor.user_id != access.user_id:
        raise SignInNeeded
    return actor


def _with_own_password(actor: Actor) -> Actor:
    if actor.must_change_password:
        raise PasswordMustChange
    return actor


Caller = Annotated[Actor, Depends(signed_in)]
# For the one thing that a one-time password is good for: replacing it, and for leaving.
AnyCaller = Annotated[Actor, Depends(signed_in_somehow)]
