"""Who calls the API: many callers at once cost one look-up, and none is remembered.

While one look-up is under way the next callers gather; then one statement finds them
all. A session that ended is therefore refused by the very next call.
"""

import asyncio
from typing import Annotated
from weakref import WeakKeyDictionary

from fastapi import Depends, Request

from luckychit.api import visitors
from luckychit.core.errors import SignInNeeded
from luckychit.domain.users import service as users
from luckychit.domain.users.errors import PasswordMustChange
from luckychit.domain.users.service import Actor

MOST_AT_ONCE = 200
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class _Desk:
    """Answers, for one event loop, who holds a token."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[asyncio.Future[Actor]]] = {}
        self._work: asyncio.Task[None] | None = None

    async def actor(self, token: str) -> Actor:
        """Return who holds ``token`` at this moment."""
        future: asyncio.Future[Actor] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(token, []).append(future)
        if self._work is None:
            self._work = asyncio.create_task(self._look_up())
        return await future

    async def _look_up(self) -> None:
        try:
            while self._waiting:
                some = list(self._waiting)[:MOST_AT_ONCE]
                asking = {token: self._waiting.pop(token) for token in some}
                await _answer(asking)
        finally:
            self._work = None


async def _answer(asking: dict[str, list[asyncio.Future[Actor]]]) -> None:
    asked = asyncio.ensure_future(asyncio.to_thread(users.actors_of, tokens=list(asking)))
    await asyncio.wait([asked])
    problem = asked.exception()
    found = {} if problem else asked.result()
    for token, futures in asking.items():
        # Whoever has hung up meanwhile is done already.
        for future in (future for future in futures if not future.done()):
            if token in found:
                future.set_result(found[token])
            else:
                future.set_exception(problem or SignInNeeded())


_desks: WeakKeyDictionary[asyncio.AbstractEventLoop, _Desk] = WeakKeyDictionary()


async def actor_of(request: Request) -> Actor:
    """Return who sends this request, by the session cookie.

    Args:
        request: With or without a cookie.

    Raises:
        SignInNeeded: Nobody is signed in, or the session has ended.
        PasswordMustChange: A one-time password has not been replaced yet.
    """
    token = visitors.token_of(request)
    if not token:
        raise SignInNeeded
    desk = _desks.setdefault(asyncio.get_running_loop(), _Desk())
    actor = await desk.actor(token)
    if actor.must_change_password:
        raise PasswordMustChange
    return actor


async def signed_in(request: Request) -> Actor:
    """Return who sends this request; one that changes something must come from our pages.

    A browser sends its cookie along with any site's form, but nothing else by itself: so
    only the cookie asks for the page it comes from.

    Raises:
        SignInNeeded, PasswordMustChange: As :func:`actor_of`.
        ForeignOrigin: The cookie came with a post from elsewhere.
    """
    if "authorization" in request.headers:
        # Whoever names somebody is nobody else, whatever cookie came along.
        raise SignInNeeded
    if request.method not in SAFE_METHODS:
        visitors.require_own_page(request)
    return await actor_of(request)


Caller = Annotated[Actor, Depends(signed_in)]
