"""What letters say: pure functions from facts to words, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime
from html import escape

from babel.dates import format_datetime

_STOLEN = {
    "en": (
        "We signed one of your devices out",
        "Hello",
        (
            "On {when} somebody used an old key of your account. A key works only once, so it"
            " may have been copied. To be safe, we signed it out: {device}"
        ),
        "If you do not know the device, choose a new password now: {url}",
    ),
    "hi": (
        "हमने आपके एक डिवाइस से साइन आउट कर दिया है",
        "नमस्ते",
        (
            "{when} को किसी ने आपके खाते की पुरानी कुंजी का इस्तेमाल किया। हर कुंजी केवल एक बार काम"
            " करती है। सुरक्षा के लिए हमने इस डिवाइस से साइन आउट कर दिया: {device}"
        ),
        "अगर आप इस डिवाइस को नहीं पहचानते, तो तुरंत नया पासवर्ड चुनें: {url}",
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


def session_stolen(*, language: str, name: str, url: str, when: datetime, device: str) -> Letter:
    """Tell that somebody used an old key, and that its session was ended.

    Args:
        language: The reader's.
        name: The reader's, or "" when the address has not been confirmed.
        url: Page on which a lost password is replaced.
        when: It happened.
        device: What the device said it is, and its address; one line.
    """
    locale = language if language in _STOLEN else "en"
    subject, hello, *words = _STOLEN[locale]
    moment = f"{format_datetime(when, 'd MMM y, HH:mm', locale=locale)} UTC"
    said = [f"{hello} {name}".strip() + ","]
    said += [part.format(when=moment, device=device, url=url) for part in words]
    html = "".join(f"<p>{escape(line)}</p>" for line in said)
    return Letter("session_stolen", subject, "\n\n".join(said) + "\n", html)
