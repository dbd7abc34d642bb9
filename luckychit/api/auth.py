"""Signing in and out: native form posts, so that no script ever holds the session.

A refusal goes back to the sign-in page with a short-lived cookie that says why, in one
word, and what was typed as the login: the page never learns which part was wrong.
"""

import asyncio
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from luckychit.api import forms, visitors
from luckychit.core import errors, next_page
from luckychit.core.settings import settings
from luckychit.domain.users import service as users

LONGEST_LOGIN = 254
START_PAGES = {"admin": "/admin", "manager": "/manage", "member": "/app"}

router = APIRouter(prefix="/auth", include_in_schema=False)


@router.get("/sign-in")
async def sign_in_page() -> RedirectResponse:
    """Lead whoever typed this address to the page."""
    return RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Check the password, set the session cookie, go on to the right page."""
    visitors.require_own_page(request)
    form = await forms.read(request)
    login = forms.text_of(form, "login")
    wanted = next_page.safe_next(forms.text_of(form, "next"))
    signed_in = await forms.attempt(
        users.sign_in,
        login=login,
        password=forms.text_of(form, "password"),
        address=visitors.address_of(request),
        user_agent=request.headers.get("user-agent", ""),
    )
    if isinstance(signed_in, errors.LuckyChitError):
        return forms.go_back("/sign-in", signed_in, login=login[:LONGEST_LOGIN], next=wanted)
    page = wanted or START_PAGES.get(signed_in.actor.role, "/")
    if signed_in.actor.must_change_password:
        page = "/change-password" + (f"?next={quote(wanted)}" if wanted else "")
    return forms.admit(forms.go(page), signed_in)


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session and forget its cookie; harmless when there is none."""
    visitors.require_own_page(request)
    token = visitors.token_of(request)
    if token:
        await asyncio.to_thread(users.sign_out, token=token)
    answer = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    answer.delete_cookie(
        settings().session_cookie, secure=settings().is_https, httponly=True, samesite="lax"
    )
    return answer
