"""Setting limits to deposits and play: lower at once, higher a day later."""

from datetime import datetime

from sqlmodel import Session

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.settings import settings
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.audit.operations import record_about
from luckychit.domain.safety import rules
from luckychit.domain.safety.operations.exclusions import hold_purse
from luckychit.domain.safety.operations.limits import add_line, hold_person, lines_of
from luckychit.domain.safety.rules import LimitLine


@retried
def set_limit(*, actor: Actor, kind: str, period: str, amount_minor: int | None) -> datetime | None:
    """Set what the actor may deposit, or play for, in a period.

    The first setting and a lower amount count at once, for the running period too. A higher
    amount, and none, count 24 hours later; until then it can be taken back by
    :func:`withdraw_raise`, and another wish replaces it.

    Args:
        actor: A member.
        kind: ``deposit`` or ``play``.
        period: ``day``, ``week`` (from Monday) or ``month``, by UTC.
        amount_minor: 0 to 10**9 of the games' currency; None is no limit.

    Returns:
        When it takes effect; None when it is so already.

    Raises:
        SignInNeeded: Nobody asks.
        NotAllowed: The actor is not a member.
        InvalidInput: A field has another shape.
        Busy: A purchase of the actor's own is under way for more than three seconds.
    """
    require(actor, Role.MEMBER)
    known_kind = rules.checked_choice(kind, rules.KINDS, "kind")
    known_period = rules.checked_choice(period, rules.PERIODS, "period")
    amount = rules.checked_limit(amount_minor)
    with transaction() as session:
        lines, now = _held(session, actor, known_kind, known_period)
        added = rules.lines_to_add(lines, amount, now)
        if not added:
            raised = rules.waiting(lines, now)
            return raised.takes_effect_at if raised is not None else None
        _write(session, actor, known_kind, known_period, added)
        return added[-1].takes_effect_at


@retried
def withdraw_raise(*, actor: Actor, kind: str, period: str) -> bool:
    """Take back a higher limit that has not taken effect; the present one stays.

    Args:
        actor: A member.
        kind: ``deposit`` or ``play``.
        period: ``day``, ``week`` or ``month``.

    Returns:
        False when nothing waited any more.

    Raises:
        SignInNeeded, NotAllowed, InvalidInput, Busy: As :func:`set_limit`.
    """
    require(actor, Role.MEMBER)
    known_kind = rules.checked_choice(kind, rules.KINDS, "kind")
    known_period = rules.checked_choice(period, rules.PERIODS, "period")
    with transaction() as session:
        lines, now = _held(session, actor, known_kind, known_period)
        if rules.waiting(lines, now) is None:
            return False
        added = rules.lines_to_add(lines, rules.in_force(lines, now), now)
        _write(session, actor, known_kind, known_period, added)
        return True


def _held(
    session: Session, actor: Actor, kind: str, period: str
) -> tuple[list[LimitLine], datetime]:
    """Return the history of one limit and the moment; nobody changes it or buys meanwhile."""
    hold_person(session, actor.user_id)
    # A purchase under way is before the change, and the next one sees it.
    hold_purse(session, actor.user_id)
    return lines_of(session, actor.user_id).get((kind, period), []), clock.now()


def _write(session: Session, actor: Actor, kind: str, period: str, added: list[LimitLine]) -> None:
    for line in added:
        add_line(session, actor.user_id, kind, period, line)
    last = added[-1]
    record_about(
        session,
        action="safety.limit_set",
        actor=actor,
        person_id=actor.user_id,
        now=last.created_at,
        kind=kind,
        period=period,
        amount_minor=last.amount_minor,
        currency=settings().games_currency,
        takes_effect_at=last.takes_effect_at.isoformat(),
    )
