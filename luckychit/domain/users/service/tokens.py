"""Sign-in of programs: a short access token for every call, a refresh token for the next one."""

from dataclasses import dataclass, field

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import SignInNeeded
from luckychit.core.ids import new_id
from luckychit.core.settings import SHORTEST_SECRET, settings
from luckychit.domain.actors import Actor
from luckychit.domain.users import errors
from luckychit.domain.users.operations import tokens as operations
from luckychit.domain.users.rules import inputs, sessions
from luckychit.domain.users.rules import tokens as rules
from luckychit.domain.users.rules.tokens import Access
from luckychit.domain.users.service.actor import actor_in
from luckychit.domain.users.service.sign_in import SignedIn, note_sign_out, sign_in


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a program is handed; neither token is ever seen again.

    Args:
        actor: Who signed in.
        access_token: Sent with every call.
        refresh_token: Used once, for the next pair.
        expires_in_s: Seconds for which the access token holds.
    """

    actor: Actor
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in_s: int


def tokens_for(*, login: str, password: str, address: str, user_agent: str = "") -> Tokens:
    """Begin a program's session for whoever knows the password.

    Args:
        login: As for :func:`sign_in`.
        password: As for :func:`sign_in`.
        address: Network address of the caller, as seen behind trusted proxies.
        user_agent: What the program says it is.

    Raises:
        InvalidInput, TooManyTries, WrongCredentials, OneTimePasswordExpired, Deactivated:
            As :func:`sign_in`.
    """
    return tokens_of(
        sign_in(login=login, password=password, address=address, user_agent=user_agent, kind="api")
    )


def tokens_of(signed_in: SignedIn) -> Tokens:
    """Return the tokens of a program's session that has just begun.

    Args:
        signed_in: Of kind ``api``; its token is the session's first refresh token.
    """
    return _tokens(signed_in.actor, signed_in.token)


def _tokens(actor: Actor, refresh_token: str) -> Tokens:
    access_token = rules.access_token(
        Access(actor.user_id, actor.session_id),
        key=_access_key(),
        issuer=settings().origin,
        token_id=new_id(),
        now=clock.now(),
    )
    expires_in_s = int(rules.ACCESS_LIFE.total_seconds())
    return Tokens(actor, access_token, refresh_token, expires_in_s)


def access_of(token: object) -> Access:
    """Return whom a valid access token names; that the session holds is not asked here.

    Fast, and without the database: for the event loop.

    Args:
        token: Whatever a caller sent.

    Raises:
        SignInNeeded: We did not make it, or it has expired.
    """
    access = rules.read_access(token, key=_access_key(), issuer=settings().origin, now=clock.now())
    if access is None:
        raise SignInNeeded
    return access


def _access_key() -> bytes:
    secret = settings().jwt_secret.get_secret_value().encode()
    # Only demo mode starts without a long one.
    return secret if len(secret) >= SHORTEST_SECRET else settings().secret("access-tokens")


def refresh(*, refresh_token: str, address: str) -> Tokens:
    """Exchange a refresh token for a new pair; the old one is used up.

    Within ten seconds the same old token gives the same new refresh token, so that a lost
    answer locks nobody out. Shown later it is a copy in wrong hands: the session ends, with
    every token of it, and its owner is told.

    Args:
        refresh_token: As it was handed out.
        address: Network address of the caller, as seen behind trusted proxies.

    Raises:
        SignInNeeded: There is no such token, or its session has ended.
        RefreshTokenReused: The token was used before; its session has ended now.
    """
    hashed = sessions.token_hash(refresh_token)
    if hashed is None:
        raise SignInNeeded
    exchanged = _exchange(refresh_token, hashed, inputs.address(address))
    if exchanged is None:
        raise errors.RefreshTokenReused
    return _tokens(*exchanged)


@retried
def _exchange(token: str, hashed: bytes, seen_from: str) -> tuple[Actor, str] | None:
    """Return who holds the token and its successor; None when it was a copy.

    None, not an exception: what was written about the copy must be committed.
    """
    now = clock.now()
    with transaction() as session:
        used = operations.use(session, token_hash=hashed, now=now)
        if used is None:
            raise SignInNeeded
        actor = actor_in(session, session_id=used.session_id, now=now)
        if actor is None:
            raise SignInNeeded
        if used.is_first_use or rules.is_in_grace(used.used_at, now=now):
            return actor, operations.succeed(session, used=used, token=token, now=now)
        operations.end_stolen(session, session_id=used.session_id, seen_from=seen_from, now=now)
        return None


@retried
def sign_out_token(*, refresh_token: str) -> None:
    """End the session of this refresh token; nothing happens when there is none.

    Args:
        refresh_token: Any of the session's, used or not.
    """
    hashed = sessions.token_hash(refresh_token)
    if hashed is None:
        return
    now = clock.now()
    with transaction() as session:
        ended = operations.end_family_of(session, token_hash=hashed, now=now)
        if ended is not None:
            session_id, user_id = ended
            note_sign_out(session, session_id=session_id, user_id=user_id, now=now)
