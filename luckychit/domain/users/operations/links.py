"""Secrets that are handed to a person by letter, in the caller's transaction."""

from datetime import datetime, timedelta

from sqlmodel import Session

from luckychit.core.settings import settings
from luckychit.domain.mail import operations as mail
from luckychit.domain.mail import security_letters as letters
from luckychit.domain.users.models import AccountLink, User
from luckychit.domain.users.rules import sessions

VERIFICATION_LIFE = timedelta(days=2)


def send_verification(session: Session, *, user: User, now: datetime) -> None:
    """Write the letter that proves that an address is the person's own.

    Args:
        session: The open transaction.
        user: The person, with an e-mail address.
        now: When; the link in it works for two days.
    """
    token = sessions.new_token()
    hashed = sessions.token_hash(token)
    assert hashed is not None
    assert user.email is not None
    session.add(
        AccountLink(
            user_id=user.id,
            purpose="verify_email",
            token_hash=hashed,
            email=user.email,
            created_at=now,
            expires_at=now + VERIFICATION_LIFE,
        )
    )
    letter = letters.verify_email(
        user.language, name=user.full_name, link=f"{settings().origin}/verify-email?token={token}"
    )
    mail.send(session, letter=letter, to_address=user.email, user_id=user.id, now=now)
