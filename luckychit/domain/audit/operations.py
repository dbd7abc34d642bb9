"""Writes the audit trail, in the caller's transaction."""

import uuid
from datetime import datetime
from typing import Any

from sqlmodel import Session

from luckychit.core import context
from luckychit.domain.actors import Actor
from luckychit.domain.audit.models import AuditEntry
from luckychit.domain.audit.rules import is_plain

# Who acts when nobody is signed in: the command line, a job, or a visitor.
NOBODY = "nobody"
SYSTEM = "system"


def record(
    session: Session,
    *,
    action: str,
    actor: Actor | None,
    subject: tuple[str, object],
    now: datetime,
    owner_id: uuid.UUID | None = None,
    manager_id: uuid.UUID | None = None,
    acting_as: str = SYSTEM,
    **facts: Any,
) -> None:
    """Append one entry to the transaction of what it tells.

    Args:
        session: The open transaction.
        action: ``slice.what_was_done``, such as ``users.password_changed``; never reworded.
        actor: Who did it; None when nobody is signed in.
        subject: Kind and id of what it was done to, such as ``("group", group_id)``.
        now: When.
        owner_id: The person it is about, if any.
        manager_id: The manager in whose circles it happened, if any.
        acting_as: ``system`` or ``nobody``, used when there is no actor.
        **facts: Small JSON values: amounts in minor units, old and new values. Never a
            password, a token, or a whole mobile number; never a fraction, which has more
            than one spelling. An ``amount_minor`` goes with its ``currency``.
    """
    assert is_plain(facts), f"{action} has facts that cannot be sealed"
    kind, subject_id = subject
    seen = context.current()
    session.add(
        AuditEntry(
            action=action,
            actor_id=actor.user_id if actor else None,
            actor_role=actor.role if actor else acting_as,
            subject_kind=kind,
            subject_id=str(subject_id)[:80],
            owner_id=owner_id,
            manager_id=manager_id,
            facts=facts,
            address=seen.address[:64],
            request_id=seen.request_id[:40],
            happened_at=now,
        )
    )


def record_about(
    session: Session,
    *,
    action: str,
    actor: Actor | None,
    person_id: uuid.UUID,
    now: datetime,
    manager_id: uuid.UUID | None = None,
    acting_as: str = SYSTEM,
    **facts: Any,
) -> None:
    """Append an entry about a person, who may see it too; arguments as of :func:`record`.

    Args:
        session: The open transaction.
        action: What was done.
        actor: Who did it.
        person_id: To whom.
        now: When.
        manager_id: The manager in whose circles it happened, if any.
        acting_as: Used when there is no actor.
        **facts: Small JSON values.
    """
    record(
        session,
        action=action,
        actor=actor,
        subject=("user", person_id),
        now=now,
        owner_id=person_id,
        manager_id=manager_id,
        acting_as=acting_as,
        **facts,
    )
