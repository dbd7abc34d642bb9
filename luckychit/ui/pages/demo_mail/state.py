"""What the page of the demo's letters knows."""

import re
from dataclasses import dataclass

import reflex as rx

from luckychit.core import clock, errors
from luckychit.core.settings import settings
from luckychit.domain.mail import queries as mail
from luckychit.domain.mail.queries import MailView
from luckychit.ui import session, text

MOST_LETTERS = 30


@dataclass
class LetterText:
    """One letter, ready to draw."""

    letter_id: str = ""
    to_address: str = ""
    subject: str = ""
    before: str = ""
    button: str = ""
    href: str = ""
    after: str = ""
    when: str = ""
    moment: str = ""


class DemoMailState(rx.State):
    """The latest letters, whoever they are to: the demo's people are invented."""

    is_ready: bool = False
    missing: bool = False
    letters: list[LetterText] = []

    @rx.event
    async def load(self) -> None:
        """Read the letters; in live mode there is nothing here."""
        try:
            views = await session.call(mail.recent, limit=MOST_LETTERS)
        except errors.NotFound:
            self.missing, self.letters = True, []
            return
        self.missing, self.letters = False, [_letter(view) for view in views]
        self.is_ready = True


def _letter(view: MailView) -> LetterText:
    # In every letter the button's words and its address stand in a paragraph of their own.
    link = re.compile(rf"^(.+):\n{re.escape(settings().origin)}(/\S*)\n\n", re.MULTILINE)
    found = link.search(view.body_text)
    parts = (view.body_text, "") if found is None else link.split(view.body_text)[::3]
    return LetterText(
        letter_id=str(view.id),
        to_address=view.to_address,
        subject=view.subject,
        before=parts[0].strip(),
        button=found.group(1) if found else "",
        href=found.group(2) if found else "",
        after=parts[1].removeprefix("-- \n").replace("\n-- \n", "\n").strip(),
        when=text.ago(view.created_at, clock.now()),
        moment=view.created_at.isoformat(timespec="seconds"),
    )
