"""Changing what a group will be, as long as it is forming."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, func, select

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import InvalidInput
from luckychit.domain.actors import Actor
from luckychit.domain.audit.operations import record
from luckychit.domain.chits import errors, rules
from luckychit.domain.chits.models import ChitGroup, GroupMember, GroupStatus
from luckychit.domain.chits.rules import checks
from luckychit.domain.chits.rules.terms import NAME_LONGEST
from luckychit.domain.chits.service.access import lock_own_group

_TERMS = (
    "currency",
    "monthly_installment_minor",
    "max_members",
    "commission_bps",
    "gst_bps",
    "draw_day",
    "starts_on",
    "draw_time",
    "time_zone",
    "short_collection",
)
# In what currency money is counted is decided when the group is made.
EDITABLE = frozenset({"name", *_TERMS} - {"currency"})


@retried
def update_group(*, actor: Actor, group_id: uuid.UUID, changes: Mapping[str, Any]) -> None:
    """Change the name or terms of a group that is forming.

    Total and duration follow from the terms. Members who have joined see the new terms;
    the trail keeps the old ones.

    Args:
        actor: The group's manager.
        group_id: A forming group.
        changes: By the names of :func:`create_group`'s arguments: ``name`` and terms but the
            currency. What is not named stays; what does not change anything is no error.

    Raises:
        NotAllowed: The actor is not a manager.
        GroupNotFound: There is no such group, or it is another manager's.
        TermsFixed: The group has started.
        InvalidInput: A field is unknown, has a wrong type or is out of range.
        CommissionAboveCap: More than the law allows.
        SeatTaken: Fewer seats than are taken.
        Busy: Another caller holds the group for more than three seconds.
    """
    unknown = sorted(set(changes) - EDITABLE)
    if unknown:
        raise InvalidInput(dict.fromkeys(unknown, "This cannot be changed."))
    with transaction() as session:
        group = lock_own_group(session, actor, group_id)
        if group.status != GroupStatus.FORMING.value:
            raise errors.TermsFixed(group_id=group.id, status=group.status)
        wanted = _wanted(group, changes)
        _refuse_fewer_seats(session, group, wanted["max_members"])
        before = {name: getattr(group, name) for name in wanted}
        changed = [name for name in wanted if wanted[name] != before[name]]
        if not changed:
            return
        for name in changed:
            setattr(group, name, wanted[name])
        session.add(group)
        record(
            session,
            action="chits.group_changed",
            actor=actor,
            subject=("group", group.id),
            now=clock.now(),
            manager_id=group.manager_id,
            before={name: _plain(before[name]) for name in changed},
            after={name: _plain(wanted[name]) for name in changed},
        )


def _wanted(group: ChitGroup, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the name and all the terms as they shall be, checked together."""
    wrong: dict[str, str] = {}
    name = checks.line(wrong, "name", changes.get("name", group.name), NAME_LONGEST)
    asked = {term: changes.get(term, getattr(group, term)) for term in _TERMS}
    try:
        terms = rules.checked_terms(**asked)
    except InvalidInput as also:
        raise InvalidInput(wrong | also.fields) from None
    checks.raise_if_any(wrong)
    return {"name": name, **terms.stored}


def _refuse_fewer_seats(session: Session, group: ChitGroup, seats: int) -> None:
    highest = session.exec(
        select(func.max(GroupMember.seat_number)).where(GroupMember.group_id == group.id)
    ).one()
    if highest is not None and highest > seats:
        raise errors.SeatTaken(seat_number=highest)


def _plain(value: object) -> object:
    """Return a value as the trail keeps it: whole numbers and texts."""
    return value if isinstance(value, int) else str(value)
