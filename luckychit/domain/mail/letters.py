"""What letters say: pure functions from facts to words, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime
from html import escape

from babel.dates import format_datetime

_STOLEN = {
    "en": (
        "A sign-in to your account was ended",
        "Hello {name},",
        (
            "Your sign-in with {device} was ended on {when}, because a copy of its key was used"
            " from {address}. If you do not know why, change your password."
        ),
    ),
    "hi": (
        "आपके खाते का एक साइन-इन बंद किया गया",
        "नमस्ते {name},",
        (
            "{device} से आपका साइन-इन {when} को बंद कर दिया गया, क्योंकि उसकी चाबी की नक़ल {address}"
            " से इस्तेमाल हुई। अगर आप इसका कारण नहीं जानते, तो अपना पासवर्ड बदल लें।"
        ),
    ),
}


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


def session_stolen(
    *, language: str, full_name: str, device: str, address: str, at: datetime
) -> Letter:
    """Tell that a program's session was ended, because a copy of its key was used.

    Args:
        language: ``en`` or ``hi``.
        full_name: Of the owner.
        device: Name of the program.
        address: Network address that used the copy.
        at: When.
    """
    locale = language if language in _STOLEN else "en"
    subject, greeting, words = _STOLEN[locale]
    when = format_datetime(at, "d MMM y, HH:mm", locale=locale) + " UTC"
    said = [
        greeting.format(name=full_name),
        words.format(device=device, when=when, address=address or "?"),
    ]
    html = "".join(f"<p>{escape(line)}</p>" for line in said)
    return Letter("session_stolen", subject, "\n\n".join(said) + "\n", html)
