"""Shapes of signing in and out in the API: the public promise."""

import uuid
from typing import Literal

from pydantic import BaseModel, Field

from luckychit.api.describe import link
from luckychit.api.shapes import Moment, Sent
from luckychit.domain.users.service import Tokens

LONGEST_LOGIN = 254
LONGEST_PASSWORD = 256
LONGEST_TOKEN = 200
_THE_TOKEN = {"refresh_token": "$response.body#/refresh_token"}
# Where whoever has just got tokens goes on.
TO_REFRESH = link("refresh", "The next tokens, before these expire.", body=_THE_TOKEN)
TO_SIGN_OUT = link("sign_out", "The end of the session.", body=_THE_TOKEN)
TO_PROFILE = link("profile", "The account itself, with the access token.")


class SignInIn(Sent):
    """Who signs in: by e-mail, username or mobile number (10 digits are Indian)."""

    login: str = Field(max_length=LONGEST_LOGIN, examples=["98765 43210"])
    password: str = Field(max_length=LONGEST_PASSWORD, examples=["a quiet river at dawn"])


class RefreshTokenIn(Sent):
    """A refresh token, as it was handed out."""

    refresh_token: str = Field(
        max_length=LONGEST_TOKEN, examples=["Qm9uZSBkcnkgbGVhdmVzIHVuZGVyIGEgcXVpZXQgbW8"]
    )


class SignOutEverywhereIn(Sent):
    """Whether the session that asks goes on."""

    keep_current: bool = False


class ChangePasswordIn(Sent):
    """The present password, one-time or not, and one of 8 to 256 characters instead."""

    current_password: str = Field(max_length=LONGEST_PASSWORD, examples=["7KQM-2XWD-RT9A"])
    new_password: str = Field(max_length=LONGEST_PASSWORD, examples=["a quiet river at dawn"])


class UserOut(BaseModel):
    """Who signed in."""

    user_id: uuid.UUID
    full_name: str = Field(examples=["Ravi Kumar"])
    role: Literal["admin", "manager", "member"]


class PairOut(BaseModel):
    """Two tokens. Send the access token with every call: `Authorization: Bearer ...`."""

    access_token: str
    refresh_token: str = Field(
        description="Good for one call of /api/auth/refresh. Shown again more than 10 seconds"
        " after that, it ends the session: somebody must have a copy."
    )
    expires_in_s: int = Field(
        description="Seconds for which the access token holds.", examples=[600]
    )


class SignedInOut(PairOut):
    """A session of a program."""

    user: UserOut
    must_change_password: bool = Field(
        description="True for a one-time password: only /api/auth/change-password and signing"
        " out will do anything until it is replaced."
    )


class SessionOut(BaseModel):
    """One signed-in browser (`web`) or program (`api`)."""

    session_id: uuid.UUID
    kind: Literal["web", "api"]
    address: str = Field(examples=["203.0.113.7"])
    user_agent: str = Field(examples=["LuckyChitApp/1.4 (Android 16)"])
    began_at: Moment
    last_seen_at: Moment
    is_current: bool


class SessionsOut(BaseModel):
    """Where the caller is signed in, newest first."""

    items: list[SessionOut]
    next: None = None


def signed_in_out(tokens: Tokens) -> SignedInOut:
    """Return a new session as the API writes it."""
    actor = tokens.actor
    return SignedInOut(
        user=UserOut(user_id=actor.user_id, full_name=actor.full_name, role=actor.role),
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        expires_in_s=tokens.expires_in_s,
        must_change_password=actor.must_change_password,
    )
