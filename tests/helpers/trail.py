"""The audit trail for tests: entries in one line, and an owner who tampers with it."""

from typing import Any

from sqlalchemy import text

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.domain.audit import operations, queries
from luckychit.domain.audit.views import TrailEntry, TrailFilter
from luckychit.domain.users.service import Actor
from tests.helpers.people import an_admin


def note(actor: Actor | None, action: str = "users.signed_in", **changes: Any) -> None:
    """Write one entry, in a transaction of its own."""
    with transaction() as session:
        subject = ("user", "somebody")
        operations.record(
            session,
            **{"action": action, "actor": actor, "subject": subject, "now": clock.now()} | changes,
        )


def trail(**wanted: Any) -> list[TrailEntry]:
    """Everything an admin finds, oldest first."""
    page = queries.search(actor=an_admin(), wanted=TrailFilter(**wanted), limit=100)
    return list(page.items[::-1])


def actions(*, but: tuple[str, ...] = (), **wanted: Any) -> list[str]:
    return [entry.action for entry in trail(**wanted) if entry.action not in but]


def tamper(db: Any, *statements: str) -> None:
    """Do what only the owner of the database can, with the guards asleep."""
    with db.owner.begin() as owner:
        owner.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            assert owner.execute(text(statement)).rowcount > 0, statement
