"""What the caller should know, over HTTP: news in words, and marks of what was read."""

import asyncio
import uuid
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from luckychit.api import cursors
from luckychit.api.callers import Caller
from luckychit.api.describe import PRIVATE, described
from luckychit.api.shapes import Moment, PageOut
from luckychit.domain.actors import Actor
from luckychit.domain.chits import queries as circles
from luckychit.domain.notify import queries, service
from luckychit.domain.notify.queries import Notification
from luckychit.domain.notify.words import sentence_of
from luckychit.domain.rooms import queries as rooms

KIND = "notifications"
LARGEST_ID = 2**63 - 1

router = APIRouter(prefix="/api/notifications", tags=["notifications"], dependencies=[PRIVATE])
NewsId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="Of the notification.")]


class NotificationOut(BaseModel):
    """One thing that happened; ``page`` is the page of ours that tells more."""

    notification_id: int = Field(examples=[4711])
    kind: str = Field(description="Never reworded.", examples=["payment_received"])
    message: str = Field(examples=["Your payment of \u20b95,000.00 was received."])
    tone: Literal["good", "warn", "bad", "luck", "plain"]
    page: str | None = Field(examples=["/receipts/7KQ2M9XDRT4H"])
    is_read: bool
    happened_at: Moment


@router.get("", **described(HTTPStatus.UNPROCESSABLE_ENTITY))
async def list_notifications(
    caller: Caller, limit: cursors.Limit = 20, after: cursors.After = None
) -> PageOut[NotificationOut]:
    """List what the caller should know, the newest first."""
    found = await asyncio.to_thread(
        _found, caller, before=cursors.read_number(KIND, after), limit=limit + 1
    )
    return cursors.page_of(
        found,
        limit,
        shape=lambda item: _out(item, caller),
        cursor=lambda item: cursors.written(KIND, item.news.id),
    )


@router.post(
    "/{notification_id}/read",
    **described(
        HTTPStatus.NOT_FOUND,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        status=HTTPStatus.NO_CONTENT,
        said="Marked.",
    ),
)
async def read_notification(caller: Caller, notification_id: NewsId) -> None:
    """Mark one notification as read; again changes nothing."""
    await asyncio.to_thread(_mark, caller, notification_id)


def _found(actor: Actor, *, before: int | None, limit: int) -> list[Notification]:
    return queries.notifications_of(
        actor=actor, group_ids=_places_of(actor), before=before, limit=limit
    )


def _mark(actor: Actor, news_id: int) -> None:
    service.mark_read(actor=actor, group_ids=_places_of(actor), news_id=news_id)


def _places_of(actor: Actor) -> list[uuid.UUID]:
    return [*circles.group_ids_of(actor=actor), *rooms.lobby_ids_of(actor=actor)]


def _out(item: Notification, actor: Actor) -> NotificationOut:
    said = sentence_of(item.news, viewer_id=actor.user_id)
    return NotificationOut(
        notification_id=item.news.id,
        kind=item.news.kind,
        message=said.text,
        tone=said.tone,
        page=said.href or None,
        is_read=item.is_read,
        happened_at=item.news.happened_at,
    )
