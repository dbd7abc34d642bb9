"""Entries of the trail, ready to draw."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from luckychit.core.money import Money
from luckychit.domain.audit import words
from luckychit.domain.audit.views import TrailEntry
from luckychit.ui import text

ROLES = {"admin": "Administrator", "manager": "Organiser", "member": "Member"}
# Days that have no page of their own: there was no draw.
_WITHOUT_PAGE = {"lottery.day_skipped"}
_SAID_ELSEWHERE = {"currency", "group_id"}


@dataclass
class FactLine:
    """One fact with its name."""

    name: str = ""
    value: str = ""


@dataclass
class TrailLine:
    """One entry, ready to draw."""

    entry_id: str = ""
    day: str = ""
    time: str = ""
    moment: str = ""
    who: str = ""
    role: str = ""
    what: str = ""
    href: str = ""
    link_words: str = ""
    address: str = ""
    seal: str = ""
    is_sealed: bool = False
    exact: str = ""
    action: str = ""
    subject: str = ""
    request_id: str = ""
    hash: str = ""
    facts: list[FactLine] = field(default_factory=list)


def trail_line(entry: TrailEntry, *, viewer_id: uuid.UUID, zone: str, role: str) -> TrailLine:
    """Return one entry as a line.

    Args:
        entry: What happened.
        viewer_id: Who reads; that person is called You.
        zone: IANA name of the zone in which moments are said.
        role: ``admin`` or ``manager``: whose pages may be linked to.
    """
    href, link_words = _link(entry, role)
    when = entry.happened_at
    return TrailLine(
        entry_id=str(entry.id),
        day=text.day(when, zone),
        time=text.clock_time(when, zone),
        moment=when.isoformat(timespec="milliseconds"),
        who=words.actor_words(entry, viewer_id),
        role=ROLES.get(entry.actor_role, ""),
        what=words.sentence(entry, viewer_id),
        href=href,
        link_words=link_words,
        address=entry.address,
        seal=f"No. {text.number(entry.seq)}" if entry.seq else "Being sealed",
        is_sealed=entry.is_sealed,
        exact=f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC",
        action=entry.action,
        subject=f"{entry.subject_kind} {entry.subject_id}",
        request_id=entry.request_id,
        hash=entry.seal,
        facts=_facts(entry),
    )


def _link(entry: TrailEntry, role: str) -> tuple[str, str]:
    if entry.subject_kind == "draw" and entry.action not in _WITHOUT_PAGE:
        return f"/draws/{entry.subject_id}", "The draw"
    group_id = (
        entry.subject_id if entry.subject_kind == "group" else entry.facts.get("group_id", "")
    )
    if group_id and role == "manager":
        return f"/manage/groups/{group_id}", "The group"
    return "", ""


def _facts(entry: TrailEntry) -> list[FactLine]:
    people = [("About", entry.owner_name), ("In the circles of", entry.manager_name)]
    said = [FactLine(name, value) for name, value in people if value]
    for name, value in sorted(entry.facts.items()):
        if name in _SAID_ELSEWHERE or value is None:
            continue
        said.append(FactLine(_name(name), _value(name, value, entry.facts)))
    return said


def _name(name: str) -> str:
    return name.removesuffix("_minor").replace("_", " ").capitalize()


def _value(name: str, value: Any, facts: dict[str, Any]) -> str:
    currency = facts.get("currency")
    if name.endswith("_minor") and isinstance(value, int) and currency:
        return Money(value, str(currency)).text()
    if name == "method":
        return text.method(str(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)
