"""Signing in and out: native form posts, so that no script ever holds the session.

A refusal goes back to the sign-in page with a short-lived cookie that says why, in one
word, and what was typed as the login: the page never learns which part was wrong. Between
the password and the code of a second factor, a cookie of five minutes holds the challenge.
"""

import asyncio
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from luckychit.api import forms, visitors
from luckychit.core import errors, next_page
from luckychit.core.settings import settings
from luckychit.domain.users import errors as user_errors
from luckychit.domain.users import service as users

LONGEST_LOGIN = 254
CHALLENGE_COOKIE = "lc_second_step"
CHALLENGE_S = 300
CODE_PAGE = "/sign-in/code"
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
    if isinstance(signed_in, user_errors.SecondFactorNeeded):
        return _to_second_step(signed_in.challenge, wanted)
    if isinstance(signed_in, errors.LuckyChitError):
        return forms.go_back("/sign-in", signed_in, login=login[:LONGEST_LOGIN], next=wanted)
    await forms.end_former(request)
    return _admitted(signed_in, wanted)


@router.post("/second-factor")
async def second_factor(request: Request) -> Response:
    """Check the code that follows the password, set the session cookie, go on."""
    visitors.require_own_page(request)
    form = await forms.read(request)
    wanted = next_page.safe_next(forms.text_of(form, "next"))
    signed_in = await forms.attempt(
        users.complete_sign_in,
        challenge=request.cookies.get(_challenge_cookie(), ""),
        code=forms.text_of(form, "code"),
        address=visitors.address_of(request),
        user_agent=request.headers.get("user-agent", ""),
    )
    if not isinstance(signed_in, errors.LuckyChitError):
        await forms.end_former(request)
        return _admitted(signed_in, wanted)
    # Whoever may try again stays; whoever may not begins with the password again.
    is_over = isinstance(signed_in, user_errors.ChallengeEnded | user_errors.Deactivated)
    answer = forms.go_back("/sign-in" if is_over else CODE_PAGE, signed_in, next=wanted)
    if is_over:
        forms.forget_cookie(answer, _challenge_cookie())
    return answer


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session and forget its cookie; harmless when there is none."""
    visitors.require_own_page(request)
    token = visitors.token_of(request)
    if token:
        await asyncio.to_thread(users.sign_out, token=token)
    answer = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    forms.forget_cookie(answer, settings().session_cookie)
    return answer


def _admitted(signed_in: users.SignedIn, wanted: str) -> Response:
    page = wanted or START_PAGES.get(signed_in.actor.role, "/")
    if signed_in.actor.must_change_password:
        page = "/change-password" + (f"?next={quote(wanted)}" if wanted else "")
    answer = forms.admit(forms.go(page), signed_in)
    forms.forget_cookie(answer, _challenge_cookie())
    return answer


def _challenge_cookie() -> str:
    return settings().cookie(CHALLENGE_COOKIE)


def _to_second_step(challenge: str, wanted: str) -> Response:
    answer = forms.go(CODE_PAGE + (f"?next={quote(wanted)}" if wanted else ""))
    forms.set_cookie(answer, _challenge_cookie(), challenge, CHALLENGE_S)
    return answer
