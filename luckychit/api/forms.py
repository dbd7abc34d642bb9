"""Native form posts: reading one, calling a service, going back with a reason."""

from collections.abc import Callable
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import FormData

from luckychit.core import db, errors, flash
from luckychit.core.settings import settings
from luckychit.core.threads import slowly
from luckychit.domain.users import errors as user_errors
from luckychit.domain.users.service import SignedIn

# As long as a session can live at most; the server ends it sooner when it is idle.
SESSION_DAYS = 90
LARGEST_FORM_BYTES = 8_192
# Longer than it takes to write a letter: the time shall not tell whether one was written.
ASKING_TAKES_S = 0.25

P = ParamSpec("P")
R = TypeVar("R")


class FormTooLarge(errors.Refused):
    """A form of ours is a few hundred bytes."""

    code = "api.form_too_large"
    sentence = "That form is too large."


async def read(request: Request) -> FormData:
    """Return the fields of a posted form.

    Raises:
        FormTooLarge: It is larger than any of ours.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM_BYTES:
            raise FormTooLarge
    # Why: Starlette's form parser has no limit of its own for this kind of form.
    request._body = body  # noqa: SLF001 - what request.form() reads
    return await request.form()


def text_of(form: FormData, name: str) -> str:
    """Return a field as text, as it was typed; "" when it is missing or odd."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


async def attempt(
    unit: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs
) -> R | errors.LuckyChitError:
    """Call a service beside the event loop; return its refusal instead of raising it.

    Raises:
        InvariantBroken, SQLAlchemyError: A bug; it is no answer to a form.
    """
    try:
        return await slowly(unit, *args, **kwargs)
    except errors.InvariantBroken:
        raise
    except (errors.LuckyChitError, SQLAlchemyError) as problem:
        refusal = db.understood(problem)
        if not isinstance(refusal, errors.LuckyChitError):
            raise
        return refusal


def go(page: str, **said: str) -> Response:
    """Lead on to a page, which may find a few words there.

    Args:
        page: Its address.
        **said: What the page shall know: ``why`` is a word it has a sentence for.
    """
    answer = RedirectResponse(page, HTTPStatus.SEE_OTHER)
    if said:
        at = page.partition("?")[0]
        set_cookie(answer, flash.COOKIE, flash.sealed({"at": at, **said}), flash.LIVES_S)
    else:
        answer.delete_cookie(flash.COOKIE)
    return answer


def go_back(page: str, refusal: errors.LuckyChitError, **typed: str) -> Response:
    """Lead back to a form that was refused, with the reason and what was typed.

    Args:
        page: Its address.
        refusal: Why.
        **typed: What was typed; never a password.
    """
    said = {"why": _reason(refusal)}
    if isinstance(refusal, errors.TooManyTries):
        said["wait"] = str(refusal.retry_after_s)
    if isinstance(refusal, errors.InvalidInput):
        said |= {f"wrong_{name}": sentence for name, sentence in refusal.fields.items()}
    if isinstance(refusal, user_errors.LoginTaken):
        said["what"] = str(refusal.facts["what"])
    return go(page, **said, **typed)


def _reason(refusal: errors.LuckyChitError) -> str:
    reasons: list[tuple[type[errors.LuckyChitError], str]] = [
        (errors.TooManyTries, "wait"),
        (errors.DatabaseAway, "away"),
        (errors.Busy, "busy"),
        (user_errors.OneTimePasswordExpired, "expired"),
        (user_errors.Deactivated, "closed"),
        (user_errors.LoginTaken, "taken"),
        (user_errors.LinkNotValid, "link"),
        (user_errors.ChallengeEnded, "again"),
        (user_errors.WrongCode, "code"),
    ]
    return next((word for kind, word in reasons if isinstance(refusal, kind)), "wrong")


def admit(answer: Response, signed_in: SignedIn) -> Response:
    """Give a browser the cookie of its new session."""
    set_cookie(answer, settings().session_cookie, signed_in.token, SESSION_DAYS * 86_400)
    return answer


def set_cookie(answer: Response, name: str, value: str, lives_s: int) -> None:
    """Set a cookie that no script reads and no other site's post brings along."""
    answer.set_cookie(
        name, value, max_age=lives_s, secure=settings().is_https, httponly=True, samesite="lax"
    )
