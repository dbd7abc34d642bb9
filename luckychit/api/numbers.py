"""The page /metrics, for Prometheus alone: everybody else finds nothing there."""

import asyncio
import hmac
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException

from luckychit.api import visitors
from luckychit.core import addresses, metrics
from luckychit.core.settings import settings

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def numbers(request: Request) -> Response:
    """Hand out the numbers of all workers."""
    if not (_has_token(request) or _is_near(request)):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    said = await asyncio.to_thread(metrics.text)
    return Response(said, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _has_token(request: Request) -> bool:
    wanted = settings().metrics_token.get_secret_value()
    shown = request.headers.get("authorization", "").removeprefix("Bearer ")
    # compare_digest: a plain == would tell a guesser how many characters were right.
    return bool(wanted) and hmac.compare_digest(shown.encode(), wanted.encode())


def _is_near(request: Request) -> bool:
    # Behind a proxy that nobody told us of, everybody comes from 127.0.0.1.
    if not visitors.is_address_known(request.scope):
        return False
    allowed = addresses.networks(settings().metrics_allow)
    return addresses.is_among(visitors.address_of(request), allowed)
