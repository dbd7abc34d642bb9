"""What letters say: pure functions from facts to words, in the reader's language.

A name, a device and an address come from people: they are escaped, and a letter to an
address that nobody has confirmed carries none of them, or a stranger could have us send
the stranger's own words.
"""

from dataclasses import dataclass
from datetime import datetime
from html import escape

from babel.dates import format_datetime

from luckychit.domain.mail.words import DEFAULT_LANGUAGE, FRAMES, WORDS

_LOCALES = {"en": "en_IN", "hi": "hi_IN"}
# Letters are read in programs that know no style sheets, so looks stand on each element.
_FONT = "font-family:system-ui,-apple-system,'Segoe UI','Noto Sans',sans-serif"
_PARAGRAPH = "margin:0 0 16px;font-size:16px;line-height:1.5;color:#1c211d"
_QUIET = "margin:0 0 8px;font-size:13px;line-height:1.5;color:#585e56"
_BUTTON = (
    "display:inline-block;padding:12px 24px;border-radius:999px;background:#0f6848;"
    "color:#ffffff;font-size:16px;font-weight:600;text-decoration:none"
)


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


def welcome(*, language: str, url: str) -> Letter:
    """Greet a new person and ask to confirm the address.

    Args:
        language: The reader's: ``en`` or ``hi``; another one is read as ``en``.
        url: Page that confirms it, with the secret.
    """
    return _letter("welcome", language, name="", url=url)


def verify_email(*, language: str, url: str) -> Letter:
    """Ask to confirm an address; arguments as for :func:`welcome`."""
    return _letter("verify_email", language, name="", url=url)


def reset_password(*, language: str, name: str, url: str) -> Letter:
    """Hand out the link that replaces a lost password.

    Args:
        language: The reader's.
        name: The reader's, or "" when the address has not been confirmed.
        url: Page for the new password, with the secret.
    """
    return _letter("reset_password", language, name=name, url=url)


def password_changed(*, language: str, name: str, url: str, when: datetime) -> Letter:
    """Tell that the password was changed.

    Args:
        language: The reader's.
        name: The reader's, or "" when the address has not been confirmed.
        url: Page on which a lost password is replaced.
        when: It happened.
    """
    facts = {"when": _moment(when, language)}
    return _letter("password_changed", language, name=name, url=url, **facts)


def session_stolen(*, language: str, name: str, url: str, when: datetime, device: str) -> Letter:
    """Tell that somebody used an old key, and that its session was ended.

    Args:
        language: The reader's.
        name: The reader's, or "" when the address has not been confirmed.
        url: Page on which a lost password is replaced.
        when: It happened.
        device: What the device said it is, and its address; one line.
    """
    facts = {"when": _moment(when, language), "device": device}
    return _letter("session_stolen", language, name=name, url=url, **facts)


def email_changed(*, language: str, name: str, url: str, when: datetime, new_email: str) -> Letter:
    """Tell the old address that another one took its place.

    Args:
        language: The reader's.
        name: The reader's, or "" when the old address was never confirmed.
        url: Page on which to sign in.
        when: It happened.
        new_email: The address that took its place, or part of it.
    """
    facts = {"when": _moment(when, language), "new_email": new_email}
    return _letter("email_changed", language, name=name, url=url, **facts)


def second_factor_on(*, language: str, name: str, url: str, when: datetime) -> Letter:
    """Tell that signing in asks for a code from now on.

    Args:
        language: The reader's.
        name: The reader's, or "" when the address has not been confirmed.
        url: Page of the own account.
        when: It happened.
    """
    return _letter("second_factor_on", language, name=name, url=url, when=_moment(when, language))


def second_factor_off(*, language: str, name: str, url: str, when: datetime) -> Letter:
    """Tell that signing in asks for no code any more; as :func:`second_factor_on`."""
    return _letter("second_factor_off", language, name=name, url=url, when=_moment(when, language))


def account_closed(*, language: str, name: str, url: str, when: datetime) -> Letter:
    """Tell that the reader's account is closed; as :func:`second_factor_on`."""
    return _letter("account_closed", language, name=name, url=url, when=_moment(when, language))


def _moment(when: datetime, language: str) -> str:
    locale = _LOCALES.get(language, _LOCALES[DEFAULT_LANGUAGE])
    return f"{format_datetime(when, 'd MMM y, HH:mm', locale=locale)} UTC"


def _letter(kind: str, language: str, *, name: str, url: str, **facts: str) -> Letter:
    spoken = language if language in FRAMES else DEFAULT_LANGUAGE
    words, frame = WORDS[kind][spoken], FRAMES[spoken]
    hello = frame.hello_name.format(name=name) if name else frame.hello
    before = [hello, *(part.format(**facts) for part in words.before)]
    after = list(words.after)
    plain = [*before, f"{words.button}:\n{url}", *after, f"-- \n{frame.foot}"]
    return Letter(
        kind=kind,
        subject=words.subject,
        body_text="\n\n".join(plain) + "\n",
        body_html=_page(
            spoken,
            [
                *(_paragraph(part) for part in before),
                (
                    f'<p style="margin:24px 0"><a href="{escape(url)}" style="{_BUTTON}">'
                    f"{escape(words.button)}</a></p>"
                ),
                *(_paragraph(part) for part in after),
                (
                    f'<p style="{_QUIET}">{escape(frame.or_copy)}<br>'
                    f'<span style="word-break:break-all">{escape(url)}</span></p>'
                ),
                f'<p style="{_QUIET}">{escape(frame.foot)}</p>',
            ],
        ),
    )


def _paragraph(words: str) -> str:
    return f'<p style="{_PARAGRAPH}">{escape(words)}</p>'


def _page(language: str, parts: list[str]) -> str:
    # Its own paper and ink, so that a reader in the dark turns both round, or neither.
    inside = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark"></head>\n'
        f'<body style="margin:0;padding:24px 12px;background:#f7f4ed;{_FONT}">\n'
        '<div style="max-width:520px;margin:0 auto;padding:24px;border-radius:16px;'
        'background:#fffdf8;color:#1c211d">\n'
        '<p style="margin:0 0 24px;font-size:20px;font-weight:700;color:#0f6848">LuckyChit</p>\n'
        f"{inside}\n</div>\n</body>\n</html>\n"
    )
