"""Reads about the safety of play."""

from datetime import datetime

from sqlmodel import Session, select

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.core.settings import settings
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.safety import rules
from luckychit.domain.safety.errors import AgeUnknown, CountryBlocked, CountryUnknown, TooYoung
from luckychit.domain.safety.operations import spending
from luckychit.domain.safety.operations.admission import admit
from luckychit.domain.safety.operations.exclusions import running_break
from luckychit.domain.safety.operations.limits import lines_of
from luckychit.domain.safety.rules import LimitLine
from luckychit.domain.safety.views import LimitView, PlayedView, SafetyView
from luckychit.domain.users.models import User


def excluded_until(actor: Actor) -> datetime | None:
    """Return until when the actor takes a break from games; None when not on one.

    Raises:
        SignInNeeded: It is nobody.
    """
    require(actor, *Role)
    with reading() as session:
        return running_break(session, actor.user_id, clock.now())


def door(actor: Actor) -> str:
    """Tell whether the actor may play at all, without a trip to the database.

    Returns:
        "" for yes, else ``country_blocked``, ``country_unknown``, ``age_unknown`` or
        ``too_young``.

    Raises:
        SignInNeeded: It is nobody.
    """
    require(actor, *Role)
    try:
        admit(actor)
    except (CountryBlocked, CountryUnknown, AgeUnknown, TooYoung) as refused:
        return refused.code.removeprefix("safety.")
    return ""


def reality_check_min(actor: Actor) -> int | None:
    """Return after how many minutes of play the actor wants to be told; None is never.

    Raises:
        SignInNeeded: It is nobody.
    """
    require(actor, *Role)
    with reading() as session:
        return _reality_check(session, actor)


def played_since(*, actor: Actor, since: datetime) -> PlayedView:
    """Return what the actor has played for and won since a moment.

    Args:
        actor: Anybody signed in.
        since: The moment.
    """
    require(actor, *Role)
    currency = settings().games_currency
    with reading() as session:
        found = spending.play_since(session, actor.user_id, currency, since)
    return PlayedView(Money(found.spent_minor, currency), Money(found.won_minor, currency))


def play_left(*, actor: Actor, now: datetime) -> LimitView | None:
    """Return the actor's limit to play of which least is left; None when none is set.

    Args:
        actor: Anybody signed in.
        now: The present moment.
    """
    require(actor, *Role)
    with reading() as session:
        lines = lines_of(session, actor.user_id)
        views = [
            _limit(session, actor, kind, period, found, now)
            for (kind, period), found in lines.items()
            if kind == rules.PLAY and rules.in_force(found, now) is not None
        ]
    return min(views, key=lambda view: view.left or Money(0, view.used.currency), default=None)


def check_spending(*, actor: Actor, amount: Money, now: datetime) -> None:
    """Refuse beforehand a purchase that the actor's own limits do not cover.

    The sale itself decides, under the lock of the wallet; this only spares a question.

    Args:
        actor: Anybody signed in.
        amount: The price of it all.
        now: The present moment.

    Raises:
        PlayLimitReached: A limit leaves less.
    """
    found = play_left(actor=actor, now=now)
    if found is not None and found.left is not None and found.left < amount:
        one = rules.Allowance(found.period, 0, 0)
        raise rules.play_refusal(one, left=found.left, now=now)


def own_safety(*, actor: Actor, now: datetime) -> SafetyView:
    """Return everything the actor has set, and how it stands.

    Args:
        actor: A member.
        now: The present moment.

    Raises:
        SignInNeeded: It is nobody.
        NotAllowed: The actor is not a member.
    """
    require(actor, Role.MEMBER)
    with reading() as session:
        lines = lines_of(session, actor.user_id)
        limits = tuple(
            _limit(session, actor, kind, period, lines.get((kind, period), []), now)
            for kind in rules.KINDS
            for period in rules.PERIODS
        )
        return SafetyView(
            age=_age(actor, now),
            birth_date=actor.birth_date,
            break_until=running_break(session, actor.user_id, now),
            reality_check_min=_reality_check(session, actor),
            limits=limits,
        )


def _age(actor: Actor, now: datetime) -> str:
    if actor.birth_date is None:
        return "unknown"
    return "adult" if rules.is_adult(actor.birth_date, now) else "too_young"


def _reality_check(session: Session, actor: Actor) -> int | None:
    return session.exec(select(User.reality_check_min).where(User.id == actor.user_id)).one()


def _limit(
    session: Session, actor: Actor, kind: str, period: str, lines: list[LimitLine], now: datetime
) -> LimitView:
    currency = settings().games_currency
    begun = rules.began(period, now)
    used_of = spending.spent_since if kind == rules.PLAY else spending.deposited_since
    limit_minor, raised = rules.in_force(lines, now), rules.waiting(lines, now)
    asked_minor = raised.amount_minor if raised else None
    return LimitView(
        kind=kind,
        period=period,
        limit=None if limit_minor is None else Money(limit_minor, currency),
        used=Money(used_of(session, actor.user_id, currency, begun), currency),
        ends_at=rules.ends(period, now),
        is_waiting=raised is not None,
        waiting=None if asked_minor is None else Money(asked_minor, currency),
        waits_until=raised.takes_effect_at if raised else None,
    )
