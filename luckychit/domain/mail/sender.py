"""The port through which letters leave the house."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter on its way.

    Args:
        letter_id: Of the letter; the same at every try, so that a receiver can tell a
            second copy from a second letter.
        to_address: Where to.
        subject: One line.
        body_text: Plain.
        body_html: The same words.
    """

    letter_id: str
    to_address: str
    subject: str
    body_text: str
    body_html: str


class MailSender(Protocol):
    """Hands letters to a mail server."""

    def send(self, letter: Outgoing) -> None:
        """Send one letter; return once the server has taken it.

        Raises:
            MailFailed: It was not taken.
        """
