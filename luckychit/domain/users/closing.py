"""What stands against closing an account: a port for the slices above.

Users are below all that people can owe or be owed, so it cannot ask; those who can are
asked here, in the transaction that would close the account.
"""

import uuid
from collections.abc import Callable

from sqlmodel import Session

Objection = Callable[[Session, uuid.UUID], str | None]

_objections: list[Objection] = []


def register(objection: Objection) -> Objection:
    """Let a slice object; returns the function, so that it decorates.

    Args:
        objection: Returns a sentence for the person, or None when nothing is unfinished.
            It takes the open transaction and the person, and may lock what it reads.
    """
    _objections.append(objection)
    return objection


def objections(session: Session, user_id: uuid.UUID) -> list[str]:
    """Return every reason why a person's account must stay open.

    Args:
        session: The open transaction.
        user_id: Whose account.
    """
    return [said for ask in _objections if (said := ask(session, user_id))]
