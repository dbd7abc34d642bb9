"""What a person says once (date of birth), and how often play is interrupted."""

from datetime import date

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import InvalidInput
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.audit.operations import record_about
from luckychit.domain.safety.operations.limits import hold_person
from luckychit.domain.safety.rules import REALITY_CHECKS_MIN
from luckychit.domain.users import service as users


def declare_birth_date(*, actor: Actor, birth_date: date) -> None:
    """Write down when the actor was born, once; the same date again is no mistake.

    Args:
        actor: A member.
        birth_date: After 1900 and not in the future. Who is too young is written down too.

    Raises:
        SignInNeeded: Nobody asks.
        NotAllowed: The actor is not a member.
        InvalidInput: It is no such date.
        BirthDateFixed: Another date was declared before.
    """
    require(actor, Role.MEMBER)
    users.update_profile(actor=actor, birth_date=birth_date)


@retried
def set_reality_check(*, actor: Actor, minutes: int | None) -> None:
    """Set after how many minutes of play the actor is told how it stands.

    Args:
        actor: A member.
        minutes: 15, 30 or 60; None is never.

    Raises:
        SignInNeeded: Nobody asks.
        NotAllowed: The actor is not a member.
        InvalidInput: It is another number.
    """
    require(actor, Role.MEMBER)
    if minutes is not None and (type(minutes) is not int or minutes not in REALITY_CHECKS_MIN):
        raise InvalidInput({"minutes": "Please choose 15, 30 or 60 minutes, or none."})
    with transaction() as session:
        user = hold_person(session, actor.user_id)
        if user.reality_check_min == minutes:
            return
        record_about(
            session,
            action="safety.reality_check_set",
            actor=actor,
            person_id=actor.user_id,
            now=clock.now(),
            minutes=minutes,
            before=user.reality_check_min,
        )
        user.reality_check_min = minutes
        session.add(user)
