"""Asking for the current password before a change that a stolen session must not make."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import SignInNeeded
from luckychit.domain.actors import Actor
from luckychit.domain.users import errors
from luckychit.domain.users.models import User
from luckychit.domain.users.operations.attempts import Subject, count_try, forgive
from luckychit.domain.users.operations.people import is_password
from luckychit.domain.users.rules import passwords


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A current password that was right, until the change is stored."""

    stored: str
    subject: Subject

    def hold(self, session: Session, *, user: User, now: datetime) -> None:
        """Take the counted try back, if the password is still the one that was confirmed.

        Args:
            session: The open transaction of the change.
            user: The person's row, locked.
            now: When.

        Raises:
            WrongCurrentPassword: It was changed meanwhile.
        """
        if user.password_hash != self.stored:
            raise errors.WrongCurrentPassword
        forgive(session, subjects=[self.subject], now=now)


def confirm_password(actor: Actor, current_password: object) -> Confirmed:
    """Check the actor's current password; a wrong one is counted.

    Takes about a quarter of a second: never call it inside a transaction.

    Args:
        actor: Who changes something of the own account.
        current_password: As typed.

    Raises:
        InvalidInput: It has a wrong shape.
        TooManyTries: It was wrong too often.
        WrongCurrentPassword: It is wrong.
        SignInNeeded: The account was closed meanwhile.
    """
    typed = passwords.typed_password(current_password, field="current_password")
    subject = Subject.of("change", str(actor.user_id))
    stored, is_one_time = _count(actor, subject)
    if not is_password(passwords.as_one_time(typed) if is_one_time else typed, stored):
        raise errors.WrongCurrentPassword
    return Confirmed(stored, subject)


@retried
def _count(actor: Actor, subject: Subject) -> tuple[str, bool]:
    with transaction() as session:
        user = session.get(User, actor.user_id)
        if user is None or user.deactivated_at is not None:
            raise SignInNeeded
        count_try(session, subjects=[subject], now=clock.now())
        return user.password_hash, user.must_change_password
