"""Assembles the API that lives beside the pages on the same port."""

import asyncio
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from luckychit.api import auth, docs, edges, errors, openapi
from luckychit.api.v1 import (
    balances,
    demo,
    draws,
    group_money,
    groups,
    lottery,
    notifications,
    proofs,
    rooms,
    wallet,
)
from luckychit.core import db
from luckychit.core import errors as kinds


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
    api.add_middleware(edges.SmallBodies)
    api.add_middleware(edges.HeadAsGet)
    # First, because routes are tried in order and this one is asked a thousand times a second.
    api.include_router(lottery.router)
    api.include_router(auth.router)
    for part in (draws, proofs, balances, wallet, rooms, groups, group_money, notifications, demo):
        api.include_router(part.router)
    api.include_router(docs.router)
    api.add_api_route("/_health", health, include_in_schema=False)
    openapi.describe(api)
    # Last of /api: what no route answers is not a page either.
    api.add_api_route(
        edges.ELSEWHERE,
        edges.Elsewhere(api).answer,
        methods=edges.ANY_METHOD,
        include_in_schema=False,
    )
    return api


async def health() -> JSONResponse:
    """Tell whether this process can work: it answers, and so does its database."""
    is_well = await asyncio.to_thread(_database_answers)
    status = HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({"status": is_well, "database": is_well}, status_code=status)


def _database_answers() -> bool:
    try:
        with db.reading() as session:
            session.execute(text("SELECT 1"))
    except (SQLAlchemyError, kinds.LuckyChitError):
        return False
    return True
