"""Who is looking: the one way a state learns the actor.

The browser may call any handler with anything, so identity comes from the HttpOnly
cookie of the socket's handshake, resolved against the database on every event.
"""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import replace
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar

import reflex as rx

from luckychit import wiring
from luckychit.core import errors
from luckychit.core.settings import settings
from luckychit.core.threads import slowly
from luckychit.domain.users import service as users
from luckychit.domain.users.errors import PasswordMustChange
from luckychit.domain.users.service import Actor
from luckychit.ui import at_work

R = TypeVar("R")


START_PAGES = {"admin": "/admin", "manager": "/manage", "member": "/app"}


class OtherRole(errors.NotAllowed):
    """The page belongs to people of another role; the person's own start is elsewhere."""

    code = "users.other_role"
    sentence = "That page belongs to somebody else."

    @property
    def start_page(self) -> str:
        """Where this person's own pages begin."""
        return START_PAGES.get(self.facts["role"], "/")


async def call(unit: Callable[..., R], /, *args: Any, **kwargs: Any) -> R:
    """Run blocking domain code beside the event loop and return its result."""
    return await asyncio.to_thread(unit, *args, **kwargs)


async def call_slowly(unit: Callable[..., R], /, *args: Any, **kwargs: Any) -> R:
    """Do the same for what hashes a password: it waits its turn, and nobody waits for it."""
    return await slowly(unit, *args, **kwargs)


def token_of(state: rx.State) -> str | None:
    """Return the session token of this socket's cookie, or None."""
    try:
        cookies = SimpleCookie(state.router.headers.cookie or "")
    except CookieError:
        return None
    found = cookies.get(settings().session_cookie)
    return found.value if found else None


async def actor(state: rx.State, *roles: str, new_password_pending: bool = False) -> Actor:
    """Return who is signed in, if that person may be here.

    Args:
        state: The state whose handler runs.
        *roles: ``admin``, ``manager``, ``member``; none means anyone signed in.
        new_password_pending: Let in who still has to change a one-time password.

    Raises:
        SignInNeeded: Nobody is signed in, or the session has ended.
        OtherRole: The person has another role.
        PasswordMustChange: A one-time password has not been replaced yet.
    """
    who = await call(users.actor_of, token=token_of(state))
    at_work.known_as(who.user_id)
    if roles and who.role not in roles:
        raise OtherRole(role=who.role)
    if who.must_change_password and not new_password_pending:
        raise PasswordMustChange
    return placed(who, state)


async def visitor(state: rx.State) -> Actor | None:
    """Return who is signed in, or None: for pages that anyone may see."""
    token = token_of(state)
    if token is None:
        return None
    try:
        who = await call(users.actor_of, token=token)
    except errors.SignInNeeded:
        return None
    at_work.known_as(who.user_id)
    return placed(who, state)


def placed(who: Actor, state: rx.State) -> Actor:
    """Return the actor with the country of this socket, when there is a way to know it."""
    header = settings().country_header
    said = state.router.headers.raw_headers.get(header.lower(), "") if header else ""
    country = wiring.country_of(said=said, address=state.router.session.client_ip)
    return replace(who, country=country) if country else who


def route_text(state: rx.State, name: str) -> str:
    """Return a part of the address, such as ``draw_id`` of /draws/[draw_id], or ""."""
    value = state.router._page.params.get(name, "")  # noqa: SLF001 - .page warns of its own removal
    return value if isinstance(value, str) else ""


def route_id(state: rx.State, name: str) -> uuid.UUID:
    """Return a part of the address as an identifier.

    Raises:
        NotFound: It is missing or not an identifier.
    """
    return as_id(route_text(state, name))


def as_id(typed: object) -> uuid.UUID:
    """Return what a browser sent as an identifier.

    Raises:
        NotFound: It is not one.
    """
    try:
        return uuid.UUID(str(typed))
    except ValueError as exc:
        raise errors.NotFound(seen=str(typed)[:64]) from exc


def typed_text(form: object, name: str, longest: int = 500) -> str:
    """Return one field of a submitted form as trimmed text; "" when missing or odd."""
    value = form.get(name, "") if isinstance(form, dict) else ""
    return value.strip()[:longest] if isinstance(value, str) else ""
