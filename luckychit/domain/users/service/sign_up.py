"""Signing up: people who make an account for themselves; they are members.

A name that is taken is told, because it must be, and whoever asks for names that way is
slowed down: what only told that a name is taken counts against the network, hard. So does,
more widely, every account made from it.
"""

import uuid
from dataclasses import dataclass

from sqlmodel import Session

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import InvalidInput
from luckychit.core.log import get_logger
from luckychit.domain.actors import Role
from luckychit.domain.audit.operations import record_about
from luckychit.domain.users import errors
from luckychit.domain.users.models import User
from luckychit.domain.users.operations.attempts import Subject, count_try, forgive
from luckychit.domain.users.operations.begin import begin_session
from luckychit.domain.users.operations.people import hash_of, insert_person
from luckychit.domain.users.operations.post import post_verification
from luckychit.domain.users.rules import inputs, passwords
from luckychit.domain.users.service.actor import actor_from
from luckychit.domain.users.service.people import Logins
from luckychit.domain.users.service.sign_in import SignedIn

_log = get_logger(__name__)


def sign_up(
    *,
    password: str,
    email: str | None = None,
    username: str | None = None,
    mobile_number: str | None = None,
    full_name: str | None = None,
    language: str = "en",
    address: str,
    user_agent: str = "",
    kind: str = "web",
) -> SignedIn:
    """Make a member's account and begin its first session.

    Needs an e-mail address and a username, or a mobile number. A letter asks to confirm
    the address, if there is one. Of two who want the same name at once one gets it.

    Args:
        password: 8 to 256 characters, not easy to guess.
        email: E-mail address, or None.
        username: 3 to 30 letters, digits, dots or hyphens; or None.
        mobile_number: As typed; 10 digits are Indian; or None.
        full_name: 1 to 100 characters; None takes the username.
        language: ``en`` or ``hi``, of the letters.
        address: Network address of the visitor, as seen behind trusted proxies.
        user_agent: What the browser says it is.
        kind: Of the session: ``web`` or ``api``.

    Raises:
        InvalidInput: A field has a wrong shape, a name to sign in with is missing, or the
            password is easy to guess.
        TooManyTries: Too many accounts, or too many taken names, from this network.
        LoginTaken: Another account has the mobile number, e-mail address or username.
    """
    wanted = _Wanted.read(
        email=email,
        username=username,
        mobile_number=mobile_number,
        full_name=full_name,
        language=language,
    )
    logins = wanted.logins
    own = (wanted.full_name, logins.mobile_number, logins.email, logins.username)
    chosen = passwords.new_password(password, field="password", own=own)
    seen_from = inputs.address(address)
    network = inputs.network(seen_from)
    asking = Subject.of("letter", "sign-up", network)
    taken = _count_and_look(logins, (asking, Subject.of("address", "sign-up", network)))
    if taken:
        _log.info("sign_up_refused", address=network, what=taken)
        raise errors.LoginTaken(what=taken)
    return _admit(
        wanted,
        password_hash=hash_of(chosen),
        forgiven=asking,
        address=seen_from,
        user_agent=inputs.user_agent(user_agent),
        kind=kind,
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An account as it is asked for, checked."""

    logins: Logins
    full_name: str
    language: str

    @classmethod
    def read(
        cls,
        *,
        email: object,
        username: object,
        mobile_number: object,
        full_name: object,
        language: object,
    ) -> "_Wanted":
        if language not in inputs.LANGUAGES:
            raise InvalidInput({"language": "Please choose one of the languages we speak."})
        if mobile_number is None and email is None:
            raise InvalidInput({"email": "Please give an e-mail address or a mobile number."})
        if mobile_number is None and username is None:
            raise InvalidInput({"username": "Please choose a username."})
        if full_name is None and username is None:
            raise InvalidInput({"full_name": "Please type your name."})
        logins = Logins.read(mobile_number, email, username)
        name = logins.username if full_name is None else inputs.full_name(full_name)
        return cls(logins, name or "", str(language))


@retried
def _count_and_look(logins: Logins, subjects: tuple[Subject, ...]) -> str:
    """Count a try, and say which name is taken; "" when none is."""
    with transaction() as session:
        count_try(session, subjects=subjects, now=clock.now())
        return logins.taken(session)


@retried
def _admit(
    wanted: _Wanted,
    *,
    password_hash: str,
    forgiven: Subject,
    address: str,
    user_agent: str,
    kind: str,
) -> SignedIn:
    now = clock.now()
    with transaction() as session:
        user = _insert(session, wanted, password_hash)
        user.last_signed_in_at = now
        token, session_id = begin_session(
            session, user=user, address=address, user_agent=user_agent, now=now, kind=kind
        )
        actor = actor_from(user, session_id)
        record_about(
            session,
            action="users.signed_up",
            actor=actor,
            person_id=user.id,
            now=now,
            by="mobile number" if user.email is None else "e-mail address",
        )
        if user.email is not None:
            post_verification(session, user=user, is_new=True, now=now)
        forgive(session, subjects=[forgiven], now=now)
    _log.info("signed_up", user_id=str(actor.user_id))
    return SignedIn(token, actor)


def _insert(session: Session, wanted: _Wanted, password_hash: str) -> User:
    logins = wanted.logins
    user_id: uuid.UUID | None = insert_person(
        session,
        role=Role.MEMBER,
        full_name=wanted.full_name,
        mobile_number=logins.mobile_number,
        email=logins.email,
        username=logins.username,
        password_hash=password_hash,
        is_one_time=False,
        now=clock.now(),
    )
    if user_id is None:
        # Somebody was quicker since we looked.
        raise errors.LoginTaken(what=logins.taken(session))
    user = session.get_one(User, user_id)
    user.language = wanted.language
    return user
