"""Signing in and out over HTTP, for programs; and where one is signed in, for anybody."""

import asyncio
import uuid
from http import HTTPStatus

from fastapi import APIRouter, Request

from luckychit.api import visitors
from luckychit.api.callers import AnyCaller, Caller
from luckychit.api.refusals import PUBLIC, SIGNED_IN, refusals
from luckychit.api.shapes import PageOut
from luckychit.api.v1.auth_shapes import (
    ChangePasswordIn,
    PairOut,
    RefreshTokenIn,
    SessionOut,
    SignedInOut,
    SignInIn,
    SignOutEverywhereIn,
    signed_in_out,
)
from luckychit.api.v1.second_factor import asks_for_a_code
from luckychit.core.threads import slowly
from luckychit.domain.users import service as users
from luckychit.domain.users.service import SessionView

router = APIRouter(prefix="/api/auth", tags=["auth"])


@router.post(
    "/sign-in",
    responses=refusals(400, 403, 409, 413, 422) | asks_for_a_code(),
    openapi_extra=PUBLIC,
)
async def sign_in(request: Request, sent: SignInIn) -> SignedInOut:
    """Begin a session of a program; whoever has a second factor gets a challenge first."""
    tokens = await slowly(
        users.tokens_for,
        login=sent.login,
        password=sent.password,
        address=visitors.address_of(request),
        user_agent=request.headers.get("user-agent", ""),
    )
    return signed_in_out(tokens)


@router.post("/refresh", responses=refusals(400, 401, 413, 422), openapi_extra=PUBLIC)
async def refresh(request: Request, sent: RefreshTokenIn) -> PairOut:
    """Exchange a refresh token for a new pair of tokens; the old one is used up.

    Asked again within 10 seconds with the same token it gives the same refresh token, so an
    answer that got lost is no harm. Later the whole session ends.
    """
    tokens = await asyncio.to_thread(
        users.refresh,
        refresh_token=sent.refresh_token,
        address=visitors.address_of(request),
    )
    return PairOut(
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        expires_in_s=tokens.expires_in_s,
    )


@router.post(
    "/sign-out",
    status_code=HTTPStatus.NO_CONTENT,
    responses=refusals(400, 413, 422),
    openapi_extra=PUBLIC,
)
async def sign_out(sent: RefreshTokenIn) -> None:
    """End the session of a refresh token; an unknown one is no mistake."""
    await asyncio.to_thread(users.sign_out_token, refresh_token=sent.refresh_token)


@router.post(
    "/sign-out-everywhere",
    status_code=HTTPStatus.NO_CONTENT,
    responses=refusals(400, 401, 403, 413, 422),
    openapi_extra=SIGNED_IN,
)
async def sign_out_everywhere(actor: AnyCaller, sent: SignOutEverywhereIn | None = None) -> None:
    """End the caller's sessions, of browsers and of programs."""
    keep_current = sent is not None and sent.keep_current
    await asyncio.to_thread(users.sign_out_everywhere, actor=actor, keep_current=keep_current)


@router.post(
    "/change-password",
    status_code=HTTPStatus.NO_CONTENT,
    responses=refusals(400, 401, 403, 409, 413, 422),
    openapi_extra=SIGNED_IN,
)
async def change_password(actor: AnyCaller, sent: ChangePasswordIn) -> None:
    """Choose another password; every other session of the caller ends."""
    await slowly(
        users.change_password,
        actor=actor,
        current_password=sent.current_password,
        new_password=sent.new_password,
    )


@router.get("/sessions", responses=refusals(401, 403), openapi_extra=SIGNED_IN)
async def sessions(actor: Caller) -> PageOut[SessionOut]:
    """List where the caller is signed in, newest first; 100 at most, on one page."""
    found = await asyncio.to_thread(users.list_sessions, actor=actor)
    return PageOut[SessionOut](items=[_session_out(view) for view in found], next=None)


def _session_out(view: SessionView) -> SessionOut:
    return SessionOut(
        session_id=view.id,
        kind=view.kind,
        address=view.address,
        user_agent=view.user_agent,
        began_at=view.began_at,
        last_seen_at=view.last_seen_at,
        is_current=view.is_current,
    )


@router.delete(
    "/sessions/{session_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=refusals(401, 403, 404, 413, 422),
    openapi_extra=SIGNED_IN,
)
async def end_session(actor: Caller, session_id: uuid.UUID) -> None:
    """End one of the caller's sessions; ending it twice is no mistake."""
    await asyncio.to_thread(users.revoke_session, actor=actor, session_id=session_id)
