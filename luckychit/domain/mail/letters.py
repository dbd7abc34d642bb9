"""What letters say: pure functions from facts to words, in the reader's language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, ready to send.

    Args:
        kind: What it is about, such as ``reset_password``.
        subject: One line.
        body_text: For readers of plain text.
        body_html: For all others; the same words.
    """

    kind: str
    subject: str
    body_text: str
    body_html: str
