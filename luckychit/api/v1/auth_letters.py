"""Accounts that people make for themselves over HTTP, and what letters hand out: links."""

import asyncio
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from luckychit.api import visitors
from luckychit.api.describe import PRIVATE, described
from luckychit.api.forms import ASKING_TAKES_S
from luckychit.api.shapes import Sent
from luckychit.api.v1.auth_shapes import (
    LONGEST_PASSWORD,
    LONGEST_TOKEN,
    TO_PROFILE,
    TO_REFRESH,
    TO_SIGN_OUT,
    SignedInOut,
    signed_in_out,
)
from luckychit.core.threads import no_sooner, slowly
from luckychit.domain.users import service as users

router = APIRouter(prefix="/api/auth", tags=["auth"], dependencies=[PRIVATE])
_TO_ACCOUNT = {"profile": TO_PROFILE, "refresh": TO_REFRESH, "sign_out": TO_SIGN_OUT}


class SignUpIn(Sent):
    """A new member: an e-mail address and a username, or a mobile number, or all three."""

    email: str | None = Field(default=None, max_length=254, examples=["ravi@example.com"])
    username: str | None = Field(default=None, max_length=30, examples=["ravi.k"])
    mobile_number: str | None = Field(default=None, max_length=25, examples=["98765 43210"])
    full_name: str | None = Field(default=None, max_length=100, examples=["Ravi Kumar"])
    password: str = Field(max_length=LONGEST_PASSWORD, examples=["a quiet river at dawn"])
    language: Literal["en", "hi"] = Field(default="en", description="Of letters.")


class ResetIn(Sent):
    """Whose password is lost."""

    email: str = Field(max_length=254, examples=["ravi@example.com"])


class NewPasswordIn(Sent):
    """The secret of the letter's link, and the password to have from now on."""

    token: str = Field(max_length=LONGEST_TOKEN)
    new_password: str = Field(max_length=LONGEST_PASSWORD, examples=["a lamp of tin 7"])


class VerifyEmailIn(Sent):
    """The secret of the letter's link."""

    token: str = Field(max_length=LONGEST_TOKEN)


@router.post(
    "/sign-up",
    **described(
        HTTPStatus.CONFLICT,
        public=True,
        body=True,
        status=HTTPStatus.CREATED,
        said="The account's first session.",
        links=_TO_ACCOUNT,
    ),
)
async def sign_up(request: Request, sent: SignUpIn) -> SignedInOut:
    """Make an account, and begin its first session as a program."""
    signed_in = await slowly(
        users.sign_up,
        **sent.model_dump(),
        address=visitors.address_of(request),
        user_agent=request.headers.get("user-agent", ""),
        kind="api",
    )
    return signed_in_out(users.tokens_of(signed_in))


@router.post(
    "/reset-password",
    response_class=Response,
    **described(
        public=True, body=True, status=HTTPStatus.ACCEPTED, said="Sent, if there is an account."
    ),
)
async def ask_reset(request: Request, sent: ResetIn) -> Response:
    """Send a link that replaces a lost password; the answer is the same for any address."""
    asking = asyncio.to_thread(
        users.ask_reset, email=sent.email, address=visitors.address_of(request)
    )
    await no_sooner(asking, after_s=ASKING_TAKES_S)
    return Response(status_code=HTTPStatus.ACCEPTED)


@router.post(
    "/reset-password/confirm",
    **described(
        HTTPStatus.CONFLICT,
        public=True,
        body=True,
        status=HTTPStatus.NO_CONTENT,
        said="Replaced.",
    ),
)
async def reset_password(request: Request, sent: NewPasswordIn) -> None:
    """Choose a new password by the link of a letter; every session ends."""
    await slowly(
        users.reset_password,
        token=sent.token,
        new_password=sent.new_password,
        address=visitors.address_of(request),
    )


@router.post(
    "/verify-email",
    **described(
        HTTPStatus.CONFLICT,
        public=True,
        body=True,
        status=HTTPStatus.NO_CONTENT,
        said="Confirmed.",
    ),
)
async def verify_email(sent: VerifyEmailIn) -> None:
    """Confirm an e-mail address by the link of a letter."""
    await asyncio.to_thread(users.verify_email, token=sent.token)
