"""Assembles the API that lives beside the pages on the same port."""

from http import HTTPStatus

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from luckychit.api import accounts, auth, bodies, errors, health, numbers
from luckychit.api.limits import Limits
from luckychit.api.v1 import auth as api_auth
from luckychit.api.v1 import (
    auth_letters,
    draws,
    export,
    lottery,
    proofs,
    safety,
    second_factor,
    trail,
    user,
    wallet,
)
from luckychit.domain.users.errors import SecondFactorNeeded


def make() -> FastAPI:
    """Return the API: sign-in, health, version 1, and one shape of refusal."""
    api = FastAPI(
        title="LuckyChit",
        version="1",
        description="Chit circles and draws whose fairness anyone can check.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    errors.install(api)
    api.add_exception_handler(bodies.BodyTooLarge, bodies.refuse)
    api.add_exception_handler(SecondFactorNeeded, second_factor.ask_for_code)
    api.add_middleware(bodies.SmallBodies)
    api.add_middleware(Limits)
    # First, because routes are tried in order and this one is asked a thousand times a second.
    api.include_router(lottery.router)
    api.include_router(auth.router)
    api.include_router(accounts.router)
    api.include_router(api_auth.router)
    api.include_router(auth_letters.router)
    api.include_router(second_factor.router)
    api.include_router(user.router)
    api.include_router(draws.router)
    api.include_router(proofs.router)
    api.include_router(wallet.router)
    api.include_router(trail.router)
    api.include_router(export.router)
    api.include_router(safety.router)
    api.include_router(numbers.router)
    api.include_router(health.router)
    # Last of /api: what no route answers is not a page either.
    api.add_api_route(
        "/api/{rest:path}",
        nothing_here,
        methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        include_in_schema=False,
    )
    return api


async def nothing_here() -> None:
    """Refuse an unknown address of the API."""
    raise HTTPException(HTTPStatus.NOT_FOUND)
