"""Taking off the second factor of somebody who lost the phone and the recovery codes."""

import uuid
from datetime import datetime

from sqlmodel import Session, col, or_, select

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import InvalidInput
from luckychit.domain.actors import Actor
from luckychit.domain.audit import operations as audit
from luckychit.domain.mail import letters
from luckychit.domain.users import errors
from luckychit.domain.users.models import User
from luckychit.domain.users.operations import second_factor as operations
from luckychit.domain.users.operations.own import lock_for_admin, somebody_else
from luckychit.domain.users.operations.people import end_sessions
from luckychit.domain.users.operations.post import post_about_account
from luckychit.domain.users.rules import inputs


@retried
def remove_second_factor(*, actor: Actor, user_id: uuid.UUID) -> None:
    """Switch off the second factor of a manager or another admin; ends their sessions.

    Args:
        actor: An admin, who has made sure that it is this person who asks. Never of the
            own account: whoever sits at an open screen would need no code any more.
        user_id: Whose.

    Raises:
        NotAllowed: The actor is no admin, or it is the actor's own.
        SignInNeeded: The actor's account was closed meanwhile.
        InvalidInput: The id has a wrong shape.
        NotFound: There is no such person.
        SecondFactorOff: There is no second factor.
    """
    wanted = somebody_else(actor, user_id)
    now = clock.now()
    with transaction() as session:
        user = lock_for_admin(session, actor, wanted)
        _take_off(session, user=user, actor=actor, now=now)


@retried
def remove_second_factor_here(*, login: str) -> str:
    """Do the same for whoever signs in so. For the command line only: it asks for no actor.

    It is the last resort of an only admin; whoever may run commands on this machine could
    change the database as well.

    Args:
        login: Mobile number (10 digits are Indian), e-mail address or username.

    Returns:
        The person's name.

    Raises:
        InvalidInput: Nobody signs in so; field ``login``.
        SecondFactorOff: There is no second factor.
    """
    name = inputs.login(login)
    now = clock.now()
    with transaction() as session:
        user = session.exec(
            select(User)
            .where(
                or_(
                    col(User.mobile_number) == name,
                    col(User.email) == name,
                    col(User.username) == name,
                )
            )
            .with_for_update(key_share=True)
        ).one_or_none()
        if user is None:
            raise InvalidInput({"login": "Nobody signs in with this name."})
        _take_off(session, user=user, actor=None, now=now)
        return user.full_name


def _take_off(session: Session, *, user: User, actor: Actor | None, now: datetime) -> None:
    if user.totp_confirmed_at is None:
        raise errors.SecondFactorOff
    operations.take_off(session, user=user)
    # Whoever found the phone may be signed in on it.
    end_sessions(session, user_id=user.id, now=now)
    audit.record_about(
        session,
        action="users.second_factor_removed",
        actor=actor,
        person_id=user.id,
        now=now,
    )
    post_about_account(session, user=user, say=letters.second_factor_off, now=now)
