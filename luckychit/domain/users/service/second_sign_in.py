"""The second half of signing in, for those who have a second factor.

The right password begins no session but a challenge: a secret of five minutes that five
wrong codes use up. So the cookie that holds it is worth nothing without the app, and the
app nothing without the password.
"""

from sqlmodel import Session

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import LuckyChitError
from luckychit.core.log import get_logger
from luckychit.domain.users import errors
from luckychit.domain.users.models import User, UserSession
from luckychit.domain.users.operations import second_factor as operations
from luckychit.domain.users.operations.attempts import forgive
from luckychit.domain.users.operations.begin import begin_session
from luckychit.domain.users.operations.challenges import held_challenge, holds_for
from luckychit.domain.users.rules import inputs
from luckychit.domain.users.service.actor import actor_from
from luckychit.domain.users.service.second_factor import counted
from luckychit.domain.users.service.sign_in import SignedIn, record_sign_in

_log = get_logger(__name__)


def complete_sign_in(
    *, challenge: str, code: str, address: str, user_agent: str = "", kind: str = "web"
) -> SignedIn:
    """Begin the session of whoever knew the password and now has the code.

    Args:
        challenge: Of the SecondFactorNeeded that :func:`sign_in` raised.
        code: Of the app, or a recovery code, which then is used up.
        address: Network address of the visitor, as seen behind trusted proxies.
        user_agent: What the browser says it is.
        kind: ``web`` or ``api``.

    Raises:
        ChallengeEnded: The challenge is unknown, used, too old, or had five wrong codes;
            or the password or the factor was changed meanwhile.
        TooManyTries: Codes of this person were wrong too often.
        WrongCode: The code is wrong.
        Deactivated: The account was closed meanwhile.
    """
    outcome = _complete(
        challenge,
        code,
        seen_from=inputs.address(address),
        user_agent=inputs.user_agent(user_agent),
        kind=kind,
    )
    if isinstance(outcome, LuckyChitError):
        raise outcome
    return outcome


@retried
def _complete(
    challenge: str, code: str, *, seen_from: str, user_agent: str, kind: str
) -> SignedIn | LuckyChitError:
    now = clock.now()
    with transaction() as session:
        held = held_challenge(session, token=challenge, now=now)
        user = _locked(session, held.user_id)
        if not holds_for(user, held):
            raise errors.ChallengeEnded
        subject = counted(session, user=user, now=now)
        if not operations.accept_code(session, user=user, typed=code, now=now):
            held.tries += 1
            _log.info("second_factor_failed", user_id=str(user.id))
            return errors.WrongCode()
        forgive(session, subjects=[subject], now=now)
        held.used_at = now
        user.last_signed_in_at = now
        token, session_id = begin_session(
            session, user=user, address=seen_from, user_agent=user_agent, now=now, kind=kind
        )
        session.flush()
        session.get_one(UserSession, session_id).second_factor_at = now
        _log.info("signed_in", user_id=str(user.id))
        actor = actor_from(user, session_id)
        record_sign_in(session, actor=actor, now=now)
        return SignedIn(token, actor)


def _locked(session: Session, user_id: object) -> User:
    user = session.get_one(User, user_id, with_for_update={"key_share": True})
    if user.deactivated_at is not None:
        raise errors.Deactivated
    return user
