"""All that is held about the caller, as one file."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from luckychit.api.callers import Caller
from luckychit.api.describe import described
from luckychit.domain.users import service as users

FILE_NAME = "luckychit-my-data.json"

router = APIRouter(prefix="/api/user", tags=["account"])


@router.get(
    "/export",
    response_class=StreamingResponse,
    **described(
        said="One JSON object: `account`, and a list for each kind of record.",
        content={"application/json": {"schema": {"type": "object"}}},
    ),
)
async def export_own_data(actor: Caller) -> StreamingResponse:
    """Hand out all that is held about the caller; once a minute."""
    pieces = await asyncio.to_thread(users.export_own, actor=actor)
    return StreamingResponse(
        pieces,
        media_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{FILE_NAME}"',
            "Cache-Control": "private, no-store",
        },
    )
