"""Taking a break from games: begun by the person alone, and ended by time alone."""

from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.errors import InvalidInput
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.audit.operations import record_about
from luckychit.domain.safety.models import SelfExclusion
from luckychit.domain.safety.operations.exclusions import end_of_break, hold_purse
from luckychit.domain.safety.rules import BREAK_DAYS


def exclude_self(*, actor: Actor, days: int) -> datetime:
    """Keep the actor from buying tickets from now on, and return until when.

    A break is never shortened: a longer one extends it, a shorter one changes nothing.

    Args:
        actor: A member.
        days: 1, 7 or 30 (a time-out), 180, 365 or 1825 (self-exclusion), each of 24 hours.

    Raises:
        SignInNeeded: Nobody asks.
        NotAllowed: The actor is not a member.
        InvalidInput: It is another number of days.
        Busy: A purchase of the actor's own is under way for more than three seconds.
    """
    require(actor, Role.MEMBER)
    if type(days) is not int or days not in BREAK_DAYS:
        listed = ", ".join(str(choice) for choice in BREAK_DAYS[:-1])
        raise InvalidInput({"days": f"Please choose {listed} or {BREAK_DAYS[-1]} days."})
    with transaction() as session:
        # A purchase under way is before the break, and the next one sees it.
        hold_purse(session, actor.user_id)
        now = clock.now()
        until = now + timedelta(days=days)
        running = end_of_break(session, actor.user_id)
        if running is not None and running >= until:
            return running
        # Two of one moment are one break.
        begun = session.execute(
            insert(SelfExclusion)
            .values(user_id=actor.user_id, until=until, created_at=now)
            .on_conflict_do_nothing()
            .returning(col(SelfExclusion.user_id))
        ).scalar_one_or_none()
        if begun is not None:
            record_about(
                session,
                action="safety.break_taken",
                actor=actor,
                person_id=actor.user_id,
                now=now,
                days=days,
                until=until.isoformat(),
            )
    return until
