"""Is this worker able to work: for load balancers and whoever watches."""

import asyncio
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from luckychit.core import db, errors, leadership, limits

router = APIRouter(include_in_schema=False)


@router.get("/_health")
async def health() -> JSONResponse:
    """Tell whether this worker can work: its database answers, and Redis if there is one.

    ``leader`` is whether any worker runs the jobs now. It is shown and does not count:
    between two leaders there are seconds without, and taking workers out of service would
    only keep the next one from starting.
    """
    is_led, is_redis_there = await asyncio.gather(
        asyncio.to_thread(_is_led), limits.limiter().is_redis_there()
    )
    is_well = is_led is not None and is_redis_there
    said = {
        "status": is_well,
        "database": is_led is not None,
        "redis": is_redis_there,
        "leader": bool(is_led),
    }
    return JSONResponse(said, HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE)


def _is_led() -> bool | None:
    """Tell whether a worker leads the jobs; None when the database does not answer."""
    try:
        with db.reading() as session:
            return leadership.is_led(session)
    except (SQLAlchemyError, errors.LuckyChitError):
        return None
