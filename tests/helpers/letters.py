"""Letters as their reader has them: what is in the outbox, and the secret of a link."""

import re
from dataclasses import dataclass

from sqlmodel import col, select

from luckychit.core.db import reading
from luckychit.core.settings import settings
from luckychit.domain.mail.models import Mail
from luckychit.domain.users import service
from tests.helpers.people import HOME, PASSWORD

EMAIL = "ravi@example.com"


@dataclass(frozen=True)
class Received:
    kind: str
    subject: str
    text: str

    @property
    def token(self) -> str:
        """The secret of the one link."""
        (found,) = re.findall(re.escape(settings().origin) + r"/\S+\?token=(\S{43})\n", self.text)
        return found


def received(email: str = EMAIL) -> list[Received]:
    """All letters to an address, the oldest first."""
    with reading() as session:
        rows = session.exec(select(Mail).where(Mail.to_address == email).order_by(col(Mail.id)))
        return [Received(row.kind, row.subject, row.body_text) for row in rows]


def kinds(email: str = EMAIL) -> list[str]:
    return [letter.kind for letter in received(email)]


def sign_up(**given) -> service.SignedIn:
    """Sign up as Ravi from home, or as said."""
    asked = {"email": EMAIL, "username": "ravi.k", "password": PASSWORD, "address": HOME}
    return service.sign_up(**{**asked, **given})
