"""Writes letters into the outbox, in the caller's transaction."""

import uuid
from datetime import datetime

from sqlmodel import Session

from luckychit.domain.mail.letters import Letter
from luckychit.domain.mail.models import Mail


def send(
    session: Session,
    *,
    letter: Letter,
    to_address: str,
    user_id: uuid.UUID | None,
    now: datetime,
) -> None:
    """Append a letter to the transaction of what it tells; a job sends it afterwards.

    Args:
        session: The open transaction.
        letter: What it says.
        to_address: Where to, lower case.
        user_id: Whose letter it is; None when the reader has no account.
        now: When.
    """
    session.add(
        Mail(
            user_id=user_id,
            kind=letter.kind,
            to_address=to_address,
            subject=letter.subject,
            body_text=letter.body_text,
            body_html=letter.body_html,
            next_try_at=now,
            created_at=now,
        )
    )
