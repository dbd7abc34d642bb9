"""People in words: a line of the list, and one person in full."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from luckychit.domain.users.queries import PersonFacts, PersonRow
from luckychit.ui import text
from luckychit.ui.pages.manage_shared.words import said_mobile

ROLES = {"admin": "Administrator", "manager": "Organiser", "member": "Member"}
ZONE = "UTC"
_WHAT_STAYS = {
    "admin": "What they did stays in the books and in the audit trail.",
    "manager": (
        "Their circles stay as they are, but nobody can record payments or prizes in them."
    ),
    "member": "Their seats, tickets and wallet stay as they are, and draws still count them.",
}


@dataclass
class PersonLine:
    """One person in the list, ready to draw."""

    user_id: str = ""
    name: str = ""
    role: str = ""
    contact: str = ""
    more_contact: str = ""
    since: str = ""
    status: str = ""
    status_text: str = ""
    has_factor: bool = False


@dataclass
class Fact:
    """One thing known of a person, with its name."""

    name: str = ""
    value: str = ""


@dataclass
class PersonText:
    """One person in full, ready to draw, and what an administrator may do now."""

    user_id: str = ""
    name: str = ""
    role: str = ""
    status: str = ""
    status_text: str = ""
    has_factor: bool = False
    facts: list[Fact] = field(default_factory=list)
    born: str = ""  # as a date field takes it
    remark: str = ""
    what_stays: str = ""
    can_renew: bool = False
    can_correct: bool = False
    can_sign_out: bool = False
    can_remove_factor: bool = False
    can_close: bool = False
    can_reopen: bool = False


def person_line(row: PersonRow) -> PersonLine:
    """Return one person as a line of the list."""
    contact, *more = _contacts(row)
    status, status_text = _status(row)
    return PersonLine(
        user_id=str(row.user_id),
        name=row.full_name,
        role=ROLES[row.role],
        contact=contact,
        more_contact=" · ".join(more),
        since=text.day(row.created_at, ZONE),
        status=status,
        status_text=status_text,
        has_factor=row.has_second_factor,
    )


def person_text(found: PersonFacts, *, viewer_id: uuid.UUID, now: datetime) -> PersonText:
    """Say what is known of one person.

    Args:
        found: The person.
        viewer_id: The administrator who looks.
        now: When.
    """
    row = found.row
    is_other, is_open = row.user_id != viewer_id, row.is_active
    status, status_text = _status(row)
    return PersonText(
        user_id=str(row.user_id),
        name=row.full_name,
        role=ROLES[row.role],
        status=status,
        status_text=status_text,
        has_factor=row.has_second_factor,
        facts=[Fact(name, value) for name, value in _facts(found, now) if value],
        born=found.birth_date.isoformat() if found.birth_date else "",
        remark=_remark(row, is_other=is_other),
        what_stays=_WHAT_STAYS[row.role],
        can_renew=is_other and is_open and row.role != "admin",
        can_correct=is_other and found.birth_date is not None,
        can_sign_out=is_other and found.session_count > 0,
        can_remove_factor=is_other and row.has_second_factor,
        can_close=is_other and is_open,
        can_reopen=is_other and not is_open,
    )


def _contacts(row: PersonRow) -> list[str]:
    mobile = said_mobile(row.mobile_number) if row.mobile_number else ""
    return [each for each in (mobile, row.email, row.username) if each]


def _status(row: PersonRow) -> tuple[str, str]:
    if not row.is_active:
        return "bad", "Closed"
    return ("good", "Active") if row.has_signed_in else ("due", "Never signed in")


def _remark(row: PersonRow, *, is_other: bool) -> str:
    if not is_other:
        return "This is you. Your own account is changed on the page Your account."
    if row.role == "admin":
        return (
            "An administrator's lost password is replaced by a letter to their e-mail address, "
            "never by somebody else."
        )
    return ""


def _facts(found: PersonFacts, now: datetime) -> list[tuple[str, str]]:
    row = found.row
    confirmed = "confirmed" if found.email_is_verified else "not confirmed"
    signed_in = _moment(found.last_signed_in_at) or "Never"
    added = f" by {found.added_by}" if found.added_by else ""
    sessions = text.count(found.session_count, "device or program", "devices and programs")
    return [
        ("Mobile number", said_mobile(row.mobile_number) if row.mobile_number else ""),
        ("E-mail", f"{row.email}, {confirmed}" if row.email else ""),
        ("Username", row.username),
        ("Birth date", text.day(found.birth_date) if found.birth_date else "Not given"),
        ("Account made", f"{text.day(row.created_at, ZONE)}{added}"),
        ("Account closed", _moment(found.closed_at)),
        ("Last sign-in", signed_in),
        ("Signed in now", sessions if found.session_count else "Nowhere"),
        ("Password", _password(found, now)),
        ("Second step", _second_step(found)),
        *_linked(found),
    ]


def _linked(found: PersonFacts) -> list[tuple[str, str]]:
    if found.row.role == "manager":
        return [("Members", text.count(found.linked_count, "person", "people"))]
    if found.row.role == "member":
        return [("Organisers", text.number(found.linked_count) if found.linked_count else "None")]
    return []


def _password(found: PersonFacts, now: datetime) -> str:
    if found.one_time_expires_at is not None:
        if found.one_time_expires_at <= now:
            return "One-time, expired"
        return f"One-time, works until {text.day(found.one_time_expires_at, ZONE)}"
    changed = found.password_changed_at
    return f"Chosen {text.relative_day(changed, now, ZONE)}" if changed else ""


def _second_step(found: PersonFacts) -> str:
    if found.row.has_second_factor:
        return f"On, {text.count(found.recovery_codes_left, 'recovery code')} left"
    return "" if found.row.role == "member" else "Off"


def _moment(value: datetime | None) -> str:
    return f"{text.moment(value, ZONE)} UTC" if value else ""
