"""The first half of signing in with a second factor, in the caller's transaction."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from luckychit.domain.users import errors
from luckychit.domain.users.models import AccountLink, User
from luckychit.domain.users.operations.links import hand_out
from luckychit.domain.users.rules import passwords, sessions

PURPOSE = "second_factor"
CHALLENGE_LIFE = timedelta(minutes=5)
MOST_TRIES = 5


def begin_challenge(session: Session, *, user: User, now: datetime) -> str:
    """Return the secret by which the second half of signing in names the first.

    Args:
        session: The open transaction, in which the password was right.
        user: Who signs in.
        now: When; the challenge ends five minutes later.
    """
    return hand_out(session, user=user, purpose=PURPOSE, life=CHALLENGE_LIFE, now=now)


def held_challenge(session: Session, *, token: object, now: datetime) -> AccountLink:
    """Lock and return a challenge that still holds.

    Raises:
        ChallengeEnded: It is unknown, used, too old, or had five wrong codes.
    """
    held = session.exec(
        select(AccountLink)
        .where(
            AccountLink.token_hash == sessions.token_hash(token),
            AccountLink.purpose == PURPOSE,
            col(AccountLink.used_at).is_(None),
            AccountLink.expires_at > now,
            AccountLink.tries < MOST_TRIES,
        )
        .with_for_update()
    ).first()
    if held is None:
        raise errors.ChallengeEnded
    return held


def holds_for(user: User, challenge: AccountLink) -> bool:
    """Tell whether the password that began a challenge is still the person's."""
    chosen_at = user.password_changed_at
    given_at = user.one_time_expires_at and user.one_time_expires_at - passwords.ONE_TIME_LIFE
    return user.totp_confirmed_at is not None and not any(
        moment is not None and moment > challenge.created_at for moment in (chosen_at, given_at)
    )
