"""Whose group it is. Another's group does not exist for the actor."""

from typing import Any

from sqlmodel import Session, col, or_

from luckychit.domain.actors import Actor, require
from luckychit.domain.chits import errors
from luckychit.domain.chits.models import ChitGroup
from luckychit.domain.chits.rules import checks

OFFSET_MOST = 1_000_000
LIMIT_MOST = 200
SEARCH_LONGEST = 100


def own_group(session: Session, *, actor: Actor, group_id: object) -> ChitGroup:
    """Return a group of the manager's own, without locking it.

    Raises:
        SignInNeeded: Nobody asks.
        NotAllowed: The actor is not a manager.
        GroupNotFound: There is no such group, or it is another manager's.
    """
    require(actor, "manager")
    known_id = checks.checked_id(group_id)
    group = session.get(ChitGroup, known_id) if known_id else None
    if group is None or group.manager_id != actor.user_id:
        raise errors.GroupNotFound(group_id=str(group_id)[:80], actor=actor.user_id)
    return group


def checked_page(offset: object, limit: object) -> tuple[int, int]:
    """Return the part of a list that was asked for.

    Raises:
        InvalidInput: The offset is not 0 to 1,000,000 or the limit not 1 to 200.
    """
    wrong: dict[str, str] = {}
    first = checks.whole(wrong, "offset", offset, 0, OFFSET_MOST)
    most = checks.whole(wrong, "limit", limit, 1, LIMIT_MOST)
    checks.raise_if_any(wrong)
    return first, most


def checked_search(search: object) -> str:
    """Return what was typed into a search field, on one line.

    Raises:
        InvalidInput: It is not a text of at most 100 characters.
    """
    wrong: dict[str, str] = {}
    typed = checks.line(wrong, "search", search, SEARCH_LONGEST, least=0)
    checks.raise_if_any(wrong)
    return typed


def checked_sort(sort: object, allowed: list[str]) -> str:
    """Return the order of a list.

    Raises:
        InvalidInput: It is not one of the allowed words.
    """
    wrong: dict[str, str] = {}
    chosen = checks.choice(wrong, "sort", sort, allowed)
    checks.raise_if_any(wrong)
    return chosen


def contains(typed: str, *columns: Any) -> Any:
    """Return the condition that one of these text columns contains what was typed."""
    return or_(*(col(column).icontains(typed, autoescape=True) for column in columns))
