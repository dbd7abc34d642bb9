"""Asks the API in this process over HTTP, as a program, as a browser, or as nobody."""

import asyncio
from typing import Any

import httpx

from luckychit.api import app
from luckychit.api.cors import Cors
from luckychit.api.headers import Headers
from luckychit.core.settings import settings
from luckychit.domain.users import service
from tests.helpers import people

ELSEWHERE = "https://partner.example"


def ask(method: str, path: str, **parts: Any) -> httpx.Response:
    """Send one request through all layers that stand before the API."""
    return asyncio.run(_ask(method, path, parts))


async def _ask(method: str, path: str, parts: dict[str, Any]) -> httpx.Response:
    layers = Headers(Cors(app.make(), [*settings().origins, ELSEWHERE]))
    transport = httpx.ASGITransport(app=layers, raise_app_exceptions=False)
    cookies = parts.pop("cookies", None)
    async with httpx.AsyncClient(
        transport=transport, base_url=settings().origin, cookies=cookies
    ) as client:
        return await client.request(method, path, **parts)


def as_program(tokens: service.Tokens | str) -> dict[str, str]:
    """Return the header of a program that holds these tokens, or this access token."""
    access = tokens if isinstance(tokens, str) else tokens.access_token
    return {"authorization": f"Bearer {access}"}


def a_program(person: Any) -> service.Tokens:
    """Return the tokens of a new session of this person, who gets the tests' password."""
    return service.tokens_for(
        login=people.mobile_of(people.with_password(person)),
        password=people.PASSWORD,
        address=people.HOME,
        user_agent="Tests/1.0",
    )
