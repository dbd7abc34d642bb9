"""Shapes of names, numbers and addresses that people type, or that strangers send.

Services are called with whatever a browser sent, so every function takes ``object``
and refuses what is not text of a sensible length.
"""

import re
import unicodedata
import uuid
from collections.abc import Collection
from datetime import date

import phonenumbers

from luckychit.core import addresses
from luckychit.core.errors import InvalidInput

LONGEST_NAME = 100
LONGEST_PUBLIC_NAME = 30
OLDEST_BIRTH_DATE = date(1900, 1, 2)
LONGEST_LOGIN = 254
LONGEST_USER_AGENT = 300
LONGEST_ADDRESS = 64
HOME_REGION = "IN"
# That letters are written in.
LANGUAGES = ("en", "hi")
_INDIAN_MOBILE = re.compile(r"\+91[6-9]\d{9}")
_TYPED_NUMBER = re.compile(r"[\d\s()+.\-]{7,25}")
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,29}")
# Characters that reorder text, so that a name could show what it is not.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def line(value: object, *, field: str, longest: int, shortest: int = 1) -> str:
    """Return one line of text, NFC, with single blanks and none at the ends.

    Args:
        value: Whatever was sent.
        field: Name of the field, for the error.
        longest: Most code points allowed, counted before blanks are removed.
        shortest: Fewest code points left afterwards.

    Raises:
        InvalidInput: Not text, too long or short, or with control characters,
            characters that reorder text, or halves of surrogate pairs.
    """
    if not isinstance(value, str):
        raise InvalidInput({field: "Please type text here."})
    if len(value) > longest:
        raise InvalidInput({field: f"Please use at most {longest} characters."})
    if any(_is_unprintable(character) for character in value):
        raise InvalidInput({field: "Please remove the characters that cannot be printed."})
    cleaned = " ".join(unicodedata.normalize("NFC", value).split())
    if len(cleaned) < shortest:
        raise InvalidInput({field: "Please fill this in."})
    return cleaned


def _is_unprintable(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Co") or character in _REORDERING


def full_name(value: object, *, field: str = "full_name") -> str:
    """Return a person's name: one line, 1 to 100 characters, at least one a letter.

    Raises:
        InvalidInput: It has another shape.
    """
    name = line(value, field=field, longest=LONGEST_NAME)
    if not any(character.isalpha() for character in name):
        raise InvalidInput({field: "Please write the name with letters."})
    return name


def public_name(value: object, *, field: str = "public_name") -> str:
    """Return how a winner wants to be shown: one line, 1 to 30 characters, one a letter.

    Raises:
        InvalidInput: It has another shape.
    """
    name = line(value, field=field, longest=LONGEST_PUBLIC_NAME)
    if not any(character.isalpha() for character in name):
        raise InvalidInput({field: "Please use at least one letter."})
    return name


def birth_date(value: object, *, today: date, field: str = "birth_date") -> date:
    """Return a date of birth, given as a date or as ``1990-12-31``.

    Args:
        value: What was typed.
        today: The present day; nobody is born after it.
        field: Name of the field, for the error.

    Raises:
        InvalidInput: Not a date, in the future, or before 1900.
    """
    try:
        born = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        born = None
    if type(born) is not date or not OLDEST_BIRTH_DATE <= born <= today:
        raise InvalidInput({field: "Please give the day, month and year you were born."})
    return born


def one_of(value: object, words: Collection[str], *, field: str) -> str:
    """Return a word of a fixed list.

    Raises:
        InvalidInput: It is another.
    """
    if isinstance(value, str) and value in words:
        return value
    raise InvalidInput({field: "Please choose one of the list."})


def normalise_mobile(typed: object, *, field: str = "mobile_number") -> str:
    """Return a mobile number in E.164 form, ``+919876543210``.

    Ten digits are read as an Indian number (+91); blanks, hyphens, dots, brackets, a
    leading 0 and digits of other scripts are accepted.

    Args:
        typed: What a person typed.
        field: Name of the field, for the error.

    Raises:
        InvalidInput: It is not a mobile number.

    Source: ITU-T E.164 for the form; numbers abroad by libphonenumber's metadata.
    """
    wrong = InvalidInput({field: "Please type a mobile number, such as 98765 43210."})
    if not isinstance(typed, str) or not _TYPED_NUMBER.fullmatch(typed.strip()):
        raise wrong
    try:
        parsed = phonenumbers.parse(typed, HOME_REGION)
    except phonenumbers.NumberParseException:
        raise wrong from None
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if parsed.country_code == phonenumbers.country_code_for_region(HOME_REGION):
        # Why: India opens new ranges faster than the metadata follows.
        is_good = bool(_INDIAN_MOBILE.fullmatch(number))
    else:
        is_good = phonenumbers.is_valid_number(parsed)
    if not is_good:
        raise wrong
    return number


def mask_mobile(mobile_number: str) -> str:
    """Return a number for others' eyes: country and last digits, ``+91 •••••43210``.

    Args:
        mobile_number: E.164.
    """
    parsed = phonenumbers.parse(mobile_number, None)
    national = str(parsed.national_number)
    hidden_count = max(len(national) - 5, 3)
    return f"+{parsed.country_code} {'•' * hidden_count}{national[hidden_count:]}"


def email(value: object, *, field: str = "email") -> str:
    """Return an e-mail address in lower case, at most 254 characters, ASCII.

    Raises:
        InvalidInput: It does not look like an address.

    Source: RFC 5321 section 4.5.3.1 for the lengths.
    """
    address = line(value, field=field, longest=LONGEST_LOGIN).lower()
    if not _EMAIL.fullmatch(address):
        raise InvalidInput({field: "Please type an e-mail address."})
    return address


def mask_email(address: str) -> str:
    """Return an address for the audit trail: ``r•••@example.com``."""
    name, _, host = address.partition("@")
    return f"{name[:1]}•••@{host}"


def username(value: object, *, field: str = "username") -> str:
    """Return a username in lower case: 3 to 30 of a-z, 0-9, dot, hyphen, underscore.

    It begins with a letter, so it is never mistaken for a number or an address.

    Raises:
        InvalidInput: It has another shape.
    """
    name = line(value, field=field, longest=30).lower()
    if not _USERNAME.fullmatch(name):
        raise InvalidInput({field: "Please use 3 to 30 letters, digits, dots or hyphens."})
    return name


def login(value: object, *, field: str = "login") -> str:
    """Return the one form under which a sign-in name is stored and counted.

    A mobile number becomes E.164, anything else lower case; ``98765 43210`` and
    ``+919876543210`` are the same login.

    Raises:
        InvalidInput: Not one line of 1 to 254 characters.
    """
    typed = line(value, field=field, longest=LONGEST_LOGIN)
    try:
        return normalise_mobile(typed)
    except InvalidInput:
        return unicodedata.normalize("NFKC", typed).lower()


def identifier(value: object, *, field: str) -> uuid.UUID:
    """Return the UUID that was sent, as itself or as text.

    Raises:
        InvalidInput: It is neither.
    """
    if isinstance(value, uuid.UUID):
        return value
    try:
        if isinstance(value, str) and len(value) <= 36:
            return uuid.UUID(value)
    except ValueError:
        pass
    raise InvalidInput({field: "This link is not complete."})


def address(value: object) -> str:
    """Return a network address for storing; unprintable parts go, the rest is cut.

    Args:
        value: Address of the visitor as the entry saw it.
    """
    return _printable(value, LONGEST_ADDRESS)


def user_agent(value: object) -> str:
    """Return what a browser says it is, printable, at most 300 characters."""
    return _printable(value, LONGEST_USER_AGENT)


def _printable(value: object, longest: int) -> str:
    text = value[: longest * 2] if isinstance(value, str) else ""
    return "".join(c for c in text if not _is_unprintable(c))[:longest]


# Failures are counted against the same neighbourhoods as requests.
network = addresses.network
