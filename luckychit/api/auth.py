"""Signing in and out: native form posts, so that no script ever holds the session.

A refusal goes back to the sign-in page with a short-lived cookie that says why, in one
word, and what was typed as the login: the page never learns which part was wrong. Between
the password and the code of a second factor, a cookie of five minutes holds the challenge.
"""

import asyncio
from http import HTTPStatus
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import FormData

from luckychit.api import visitors
from luckychit.core import db, errors, next_page
from luckychit.core.settings import settings
from luckychit.domain.users import errors as user_errors
from luckychit.domain.users import service as users

# As long as a session can live at most; the server ends it sooner when it is idle.
SESSION_DAYS = 90
FLASH_COOKIE = "lc_flash"
FLASH_S = 60
CHALLENGE_COOKIE = "lc_second_step"
CHALLENGE_S = 300
CODE_PAGE = "/sign-in/code"
LARGEST_FORM_BYTES = 8_192
LONGEST_LOGIN = 254
START_PAGES = {"admin": "/admin", "manager": "/manage", "member": "/app"}

router = APIRouter(prefix="/auth", include_in_schema=False)


class FormTooLarge(errors.Refused):
    """A sign-in form is a few hundred bytes."""

    code = "api.form_too_large"
    sentence = "That form is too large."


@router.get("/sign-in")
async def sign_in_page() -> RedirectResponse:
    """Lead whoever typed this address to the page."""
    return RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Check the password, set the session cookie, go on to the right page."""
    visitors.require_own_page(request)
    form = await _form(request)
    login, wanted = _text(form, "login"), next_page.safe_next(_text(form, "next"))
    try:
        signed_in = await asyncio.to_thread(
            users.sign_in,
            login=login,
            password=_text(form, "password"),
            address=visitors.address_of(request),
            user_agent=request.headers.get("user-agent", ""),
        )
    except user_errors.SecondFactorNeeded as needed:
        return _to_second_step(needed.challenge, wanted)
    except errors.InvariantBroken:
        raise
    except (errors.LuckyChitError, SQLAlchemyError) as problem:
        return _back(_refusal(problem), login=login, wanted=wanted)
    return _admitted(signed_in, wanted)


@router.post("/second-factor")
async def second_factor(request: Request) -> Response:
    """Check the code that follows the password, set the session cookie, go on."""
    visitors.require_own_page(request)
    form = await _form(request)
    wanted = next_page.safe_next(_text(form, "next"))
    try:
        signed_in = await asyncio.to_thread(
            users.complete_sign_in,
            challenge=request.cookies.get(CHALLENGE_COOKIE, ""),
            code=_text(form, "code"),
            address=visitors.address_of(request),
            user_agent=request.headers.get("user-agent", ""),
        )
    except errors.InvariantBroken:
        raise
    except (errors.LuckyChitError, SQLAlchemyError) as problem:
        refusal = _refusal(problem)
        # Whoever may try again stays; whoever may not begins with the password again.
        is_over = isinstance(refusal, user_errors.ChallengeEnded | user_errors.Deactivated)
        page = "/sign-in" if is_over else CODE_PAGE
        answer = _back(refusal, login="", wanted=wanted, page=page)
        if is_over:
            answer.delete_cookie(CHALLENGE_COOKIE)
        return answer
    return _admitted(signed_in, wanted)


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


def _admitted(signed_in: users.SignedIn, wanted: str) -> Response:
    page = wanted or START_PAGES.get(signed_in.actor.role, "/")
    if signed_in.actor.must_change_password:
        page = "/change-password" + (f"?next={quote(wanted)}" if wanted else "")
    answer = RedirectResponse(page, HTTPStatus.SEE_OTHER)
    _set_cookie(answer, settings().session_cookie, signed_in.token, SESSION_DAYS * 86_400)
    answer.delete_cookie(FLASH_COOKIE)
    answer.delete_cookie(CHALLENGE_COOKIE)
    return answer


def _to_second_step(challenge: str, wanted: str) -> Response:
    page = CODE_PAGE + (f"?next={quote(wanted)}" if wanted else "")
    answer = RedirectResponse(page, HTTPStatus.SEE_OTHER)
    _set_cookie(answer, CHALLENGE_COOKIE, challenge, CHALLENGE_S)
    answer.delete_cookie(FLASH_COOKIE)
    return answer


def _refusal(problem: Exception) -> errors.LuckyChitError:
    """Return what a problem says to people; raise it when it says nothing."""
    refusal = db.understood(problem)
    if not isinstance(refusal, errors.LuckyChitError):
        raise refusal
    return refusal


def _back(
    refusal: errors.LuckyChitError, *, login: str, wanted: str, page: str = "/sign-in"
) -> Response:
    why = {"why": _reason(refusal), "login": login[:LONGEST_LOGIN], "next": wanted}
    if isinstance(refusal, errors.TooManyTries):
        why["wait"] = str(refusal.retry_after_s)
    # Not in the address: addresses are shared, kept and logged.
    answer = RedirectResponse(page, HTTPStatus.SEE_OTHER)
    _set_cookie(answer, FLASH_COOKIE, urlencode(why), FLASH_S)
    return answer


def _reason(refusal: errors.LuckyChitError) -> str:
    reasons: list[tuple[type[errors.LuckyChitError], str]] = [
        (errors.TooManyTries, "wait"),
        (errors.DatabaseAway, "away"),
        (errors.Busy, "busy"),
        (user_errors.OneTimePasswordExpired, "expired"),
        (user_errors.Deactivated, "closed"),
        (user_errors.ChallengeEnded, "again"),
        (user_errors.WrongCode, "code"),
    ]
    return next((word for kind, word in reasons if isinstance(refusal, kind)), "wrong")


def _set_cookie(answer: Response, name: str, value: str, lives_s: int) -> None:
    answer.set_cookie(
        name, value, max_age=lives_s, secure=settings().is_https, httponly=True, samesite="lax"
    )


async def _form(request: Request) -> FormData:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM_BYTES:
            raise FormTooLarge
    # Why: Starlette's form parser has no limit of its own for this kind of form.
    request._body = body  # noqa: SLF001 - what request.form() reads
    return await request.form()


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
