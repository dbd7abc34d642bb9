"""Reads the outbox: for the demo's page of letters."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from luckychit.core.db import reading
from luckychit.core.errors import NotFound
from luckychit.core.settings import settings
from luckychit.domain.mail.models import Mail


@dataclass(frozen=True, slots=True)
class MailView:
    """One letter of the demo."""

    id: uuid.UUID
    kind: str
    to_address: str
    subject: str
    body_text: str
    body_html: str
    status: str
    created_at: datetime


def can_reach_people() -> bool:
    """Tell whether letters reach anybody: there is a mail server, or the demo shows them."""
    return bool(settings().smtp_host) or not settings().is_live


def recent(*, limit: int) -> list[MailView]:
    """Return the latest letters of the demo, whoever they are to, newest first.

    Args:
        limit: 1 to 100.

    Raises:
        NotFound: Live mode, where letters are nobody else's to read.
    """
    if settings().is_live:
        raise NotFound
    with reading() as session:
        newest = select(Mail).order_by(col(Mail.created_at).desc(), col(Mail.id).desc())
        rows = session.exec(newest.limit(limit)).all()
        return [
            MailView(
                id=row.id,
                kind=row.kind,
                to_address=row.to_address,
                subject=row.subject,
                body_text=row.body_text,
                body_html=row.body_html,
                status=row.status,
                created_at=row.created_at,
            )
            for row in rows
        ]
