"""The second half of signing in over HTTP, for those who have a second factor."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from luckychit.api import visitors
from luckychit.api.describe import PRIVATE, described
from luckychit.api.errors import answer
from luckychit.api.shapes import RefusalOut, Sent
from luckychit.api.v1.auth_shapes import (
    LONGEST_TOKEN,
    TO_REFRESH,
    TO_SIGN_OUT,
    SignedInOut,
    signed_in_out,
)
from luckychit.core.threads import slowly
from luckychit.domain.users import service as users
from luckychit.domain.users.errors import SecondFactorNeeded

router = APIRouter(prefix="/api/auth", tags=["auth"], dependencies=[PRIVATE])


class ChallengeOut(RefusalOut):
    """Nobody is signed in yet; `challenge` is there when a code is all that is missing."""

    challenge: str | None = Field(
        default=None,
        description="With the code `users.second_factor_needed`: send it with the code of the"
        " app to /api/auth/second-factor within five minutes.",
    )


class SecondFactorIn(Sent):
    """The challenge of a sign-in, and a code of the app or a recovery code."""

    challenge: str = Field(max_length=LONGEST_TOKEN)
    code: str = Field(max_length=40, examples=["492039"])


async def ask_for_code(_request: Request, exception: Exception) -> JSONResponse:
    """Answer the right password of somebody with a second factor: with the challenge."""
    assert isinstance(exception, SecondFactorNeeded)
    refusal = answer(
        HTTPStatus.UNAUTHORIZED,
        exception.code,
        exception.message,
        challenge=exception.challenge,
    )
    refusal.headers["WWW-Authenticate"] = "Bearer"
    return refusal


@router.post(
    "/second-factor",
    **described(
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.CONFLICT,
        public=True,
        body=True,
        said="The session's tokens.",
        links={"refresh": TO_REFRESH, "sign_out": TO_SIGN_OUT},
    ),
)
async def second_factor(request: Request, sent: SecondFactorIn) -> SignedInOut:
    """Begin the session of whoever knew the password and now has the code."""
    signed_in = await slowly(
        users.complete_sign_in,
        challenge=sent.challenge,
        code=sent.code,
        address=visitors.address_of(request),
        user_agent=request.headers.get("user-agent", ""),
        kind="api",
    )
    return signed_in_out(users.tokens_of(signed_in))
