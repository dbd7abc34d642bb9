"""Assembles the API that lives beside the pages on the same port."""

from fastapi import FastAPI

from luckychit.api import (
    accounts,
    auth,
    docs,
    edges,
    errors,
    health,
    numbers,
    openapi,
)
from luckychit.api.limits import Limits
from luckychit.api.v1 import auth as api_auth
from luckychit.api.v1 import (
    auth_letters,
    balances,
    demo,
    draws,
    export,
    group_money,
    groups,
    lottery,
    notifications,
    proofs,
    rooms,
    safety,
    second_factor,
    trail,
    user,
    wallet,
)
from luckychit.domain.users.errors import SecondFactorNeeded

FORMS = (auth, accounts)
VERSION_1 = (
    api_auth,
    auth_letters,
    second_factor,
    user,
    export,
    draws,
    proofs,
    balances,
    wallet,
    rooms,
    groups,
    group_money,
    notifications,
    safety,
    demo,
    trail,
)


def make() -> FastAPI:
    """Return the API: sign-in, health, version 1, and one shape of refusal."""
    api = FastAPI(
        title="LuckyChit",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=openapi.name_of,
    )
    errors.install(api)
    api.add_exception_handler(SecondFactorNeeded, second_factor.ask_for_code)
    api.add_middleware(edges.SmallBodies)
    api.add_middleware(edges.HeadAsGet)
    api.add_middleware(Limits)
    # First, because routes are tried in order and this one is asked a thousand times a second.
    api.include_router(lottery.router)
    for part in (*FORMS, *VERSION_1, docs, numbers, health):
        api.include_router(part.router)
    openapi.describe(api)
    # Last of /api: what no route answers is not a page either.
    api.add_api_route(
        edges.ELSEWHERE,
        edges.Elsewhere(api).answer,
        methods=edges.ANY_METHOD,
        include_in_schema=False,
    )
    return api
