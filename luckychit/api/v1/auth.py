"""Signing in and out over HTTP, for programs; and where one is signed in, for anybody."""

import asyncio
import uuid
from http import HTTPStatus

from fastapi import APIRouter, Request

from luckychit.api import visitors
from luckychit.api.callers import AnyCaller, Caller
from luckychit.api.describe import PRIVATE, described
from luckychit.api.v1.auth_shapes import (
    TO_REFRESH,
    TO_SIGN_OUT,
    ChangePasswordIn,
    PairOut,
    RefreshTokenIn,
    SessionOut,
    SessionsOut,
    SignedInOut,
    SignInIn,
    SignOutEverywhereIn,
    signed_in_out,
)
from luckychit.api.v1.second_factor import ChallengeOut
from luckychit.core.threads import slowly
from luckychit.domain.users import service as users
from luckychit.domain.users.service import SessionView

router = APIRouter(prefix="/api/auth", tags=["auth"], dependencies=[PRIVATE])
CONFLICT, FORBIDDEN = HTTPStatus.CONFLICT, HTTPStatus.FORBIDDEN
UNAUTHORIZED = HTTPStatus.UNAUTHORIZED
_TO_SESSION = {"refresh": TO_REFRESH, "sign_out": TO_SIGN_OUT}


@router.post(
    "/sign-in",
    **described(
        FORBIDDEN,
        CONFLICT,
        public=True,
        body=True,
        said="The session's tokens.",
        links=_TO_SESSION,
        refused_as={UNAUTHORIZED: ChallengeOut},
    ),
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


@router.post(
    "/refresh",
    **described(UNAUTHORIZED, public=True, body=True, said="The next tokens.", links=_TO_SESSION),
)
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
    **described(public=True, body=True, status=HTTPStatus.NO_CONTENT, said="Ended."),
)
async def sign_out(sent: RefreshTokenIn) -> None:
    """End the session of a refresh token; an unknown one is no mistake."""
    await asyncio.to_thread(users.sign_out_token, refresh_token=sent.refresh_token)


@router.post(
    "/sign-out-everywhere",
    **described(body=True, status=HTTPStatus.NO_CONTENT, said="Ended."),
)
async def sign_out_everywhere(actor: AnyCaller, sent: SignOutEverywhereIn | None = None) -> None:
    """End the caller's sessions, of browsers and of programs."""
    keep_current = sent is not None and sent.keep_current
    await asyncio.to_thread(users.sign_out_everywhere, actor=actor, keep_current=keep_current)


@router.post(
    "/change-password",
    **described(CONFLICT, body=True, status=HTTPStatus.NO_CONTENT, said="Changed."),
)
async def change_password(actor: AnyCaller, sent: ChangePasswordIn) -> None:
    """Choose another password; every other session of the caller ends."""
    await slowly(
        users.change_password,
        actor=actor,
        current_password=sent.current_password,
        new_password=sent.new_password,
    )


@router.get("/sessions", **described())
async def sessions(actor: Caller) -> SessionsOut:
    """List where the caller is signed in, newest first; 100 at most."""
    found = await asyncio.to_thread(users.list_sessions, actor=actor)
    return SessionsOut(items=[_session_out(view) for view in found])


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
    **described(
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        status=HTTPStatus.NO_CONTENT,
        said="Ended.",
    ),
)
async def end_session(actor: Caller, session_id: uuid.UUID) -> None:
    """End one of the caller's sessions; ending it twice is no mistake."""
    await asyncio.to_thread(users.revoke_session, actor=actor, session_id=session_id)
